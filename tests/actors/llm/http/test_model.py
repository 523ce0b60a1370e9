"""The port over real sockets: cancels at every point, kept-alive connections, threads that hang."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter

import pytest

from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.port import ModelPort, Piece
from actors.transcript import Usage
from config.providers import ProviderAccess
from tests.actors.llm.hearing import DONE, PATIENCE, STOP, Hearing, call, event, text_event
from tests.servers.raw_server import HEAD, LAST_CHUNK, Line, RawServer

AT_ONCE = 0.5
"""Seconds; a cancel takes a twentieth of it."""


@contextmanager
def model_at(url: str, stall_limit: float = PATIENCE, connect_limit: float = PATIENCE) -> Generator[HttpModel]:
    model = HttpModel(ProviderAccess("test", url, "m"), limits=WaitLimits(connect_limit, stall_limit))
    try:
        yield model
    finally:
        model.close()


def ask(model: ModelPort, request: str = "r1") -> Hearing:
    hearing = Hearing()
    model.start(request, call(), hearing)
    return hearing


def answer(line: Line, *events: bytes) -> None:
    """One request, answered with these events."""
    line.hear()
    line.say(HEAD)
    for data in events:
        line.chunk(data)
    line.say(LAST_CHUNK)


def cancelled_at_once(model: ModelPort, hearing: Hearing, request: str = "r1") -> None:
    began = perf_counter()
    model.cancel(request)
    assert hearing.failed().kind == "cancelled"
    assert perf_counter() - began < AT_ONCE


def test_an_answer_streams_and_ends() -> None:
    """S0-8: token by token."""
    go_on = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("first"))
        assert go_on.wait(PATIENCE)
        line.chunk(
            text_event(" second") + STOP + event(None, usage={"prompt_tokens": 3, "completion_tokens": 2}) + DONE
        )
        line.say(LAST_CHUNK)

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        assert hearing.piece() == Piece("first")
        go_on.set()
        final = hearing.finished()
        assert final.message.text == hearing.text() == "first second"
        assert final.usage == Usage(3, 2)
        assert hearing.threads == {"model"}


def test_one_connection_serves_every_request_and_one_thread_too() -> None:
    """Issue 2: the connection is kept alive."""

    def serve(line: Line) -> None:
        while True:
            answer(line, text_event("hi"), STOP, DONE)

    with RawServer(serve) as server, model_at(server.url) as model:
        before = threading.active_count()
        for number in range(20):
            ask(model, f"r{number}").finished()
        assert server.connections == 1
        assert threading.active_count() <= before + 2


def test_a_cancel_before_the_first_byte_ends_the_request_and_the_connection() -> None:
    asked, ended = threading.Event(), threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        asked.set()
        if line.wait_for_end():
            ended.set()

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        assert asked.wait(PATIENCE)
        cancelled_at_once(model, hearing)
        assert ended.wait(PATIENCE)
        assert len(hearing.signals) == 1


def test_a_cancel_in_the_middle_lets_no_further_piece_out() -> None:
    """I8 of the design, at its source."""
    ended = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        try:
            while True:
                line.chunk(text_event("more "))
        except OSError:
            ended.set()

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        hearing.piece()
        model.cancel("r1")
        said = len([signal for signal in hearing.signals if isinstance(signal, Piece)])
        assert hearing.failed().kind == "cancelled"
        assert len(hearing.signals) == said + 1
        assert ended.wait(PATIENCE)


def test_a_cancel_of_a_silent_stream_ends_it_at_once() -> None:
    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("a"))
        line.wait_for_end()

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        hearing.piece()
        cancelled_at_once(model, hearing)


def test_a_cancel_during_the_tls_handshake_ends_it_at_once() -> None:
    asked = threading.Event()

    def serve(line: Line) -> None:
        asked.set()
        line.wait_for_end()

    with RawServer(serve) as server, model_at(f"https://{server.address}/v1") as model:
        hearing = ask(model)
        assert asked.wait(PATIENCE)
        cancelled_at_once(model, hearing)


def test_a_cancel_while_the_connect_hangs_is_answered_by_another_thread() -> None:
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for client in waiting:
        client.settimeout(0.0)
        client.connect_ex(full.getsockname())
    with model_at(f"http://127.0.0.1:{full.getsockname()[1]}/v1", connect_limit=1.0) as model:
        hearing = ask(model)
        cancelled_at_once(model, hearing)
        again = ask(model, "r2")
        cancelled_at_once(model, again, "r2")
        assert len(hearing.signals) == len(again.signals) == 1
    for client in (*waiting, full):
        client.close()


def test_after_a_cancel_the_next_request_works() -> None:
    asked = threading.Event()

    def serve(line: Line) -> None:
        if line.number == 0:
            line.hear()
            asked.set()
            line.wait_for_end()
        while line.number:
            answer(line, text_event("hi"), STOP, DONE)

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        assert asked.wait(PATIENCE)
        cancelled_at_once(model, hearing)
        assert ask(model, "r2").finished().message.text == "hi"


def test_a_cancel_of_nothing_is_ignored() -> None:
    with model_at("http://127.0.0.1:9/v1") as model:
        model.cancel("never heard of")
        hearing = ask(model)
        hearing.final()
        model.cancel("r1")
        assert len(hearing.signals) == 1


def test_two_requests_at_once_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2, timeout=PATIENCE)

    def serve(line: Line) -> None:
        line.hear()
        both.wait()
        line.say(HEAD)
        line.chunk(text_event("hi") + STOP + DONE)
        line.say(LAST_CHUNK)

    with RawServer(serve) as server, model_at(server.url) as model:
        first, second = ask(model, "r1"), ask(model, "r2")
        assert first.finished().message.text == second.finished().message.text == "hi"


def test_an_id_that_is_in_flight_is_refused() -> None:
    def serve(line: Line) -> None:
        line.hear()
        line.wait_for_end()

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        with pytest.raises(ValueError, match="in flight"):
            ask(model)
        cancelled_at_once(model, hearing)


def test_an_id_can_be_used_again_from_the_final_signal_on() -> None:
    """The streamer's next attempt has the same id."""

    def serve(line: Line) -> None:
        while True:
            answer(line, text_event("hi"), STOP, DONE)

    with RawServer(serve) as server, model_at(server.url) as model:
        for _ in range(3):
            ask(model).finished()


def test_close_ends_what_is_in_flight_and_answers_what_comes_later() -> None:
    def serve(line: Line) -> None:
        line.hear()
        line.wait_for_end()

    with RawServer(serve) as server, model_at(server.url) as model:
        hearing = ask(model)
        model.close()
        assert hearing.failed().kind == "cancelled"
        assert ask(model, "late").failed().kind == "cancelled"


def test_a_stream_without_its_last_chunk_does_not_keep_the_next_request_waiting() -> None:
    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("hi") + STOP + DONE)
        line.wait_for_end()

    with RawServer(serve) as server, model_at(server.url) as model:
        began = perf_counter()
        for number in range(3):
            ask(model, f"r{number}").finished()
        assert perf_counter() - began < PATIENCE / 2


def test_starting_imports_nothing_heavy() -> None:
    """Issue 2: nothing heavy on the start path."""
    script = "import actors.llm.http.model, sys; print([m for m in ('requests', 'urllib3', 'ssl') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"
