"""Servers that are alive and bring nothing: the session's waits, on real sockets."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from config.providers import ProviderAccess
from tests.actors.llm.hearing import PATIENCE, STOP, Hearing, call, text_event
from tests.servers.raw_server import HEAD, Line, RawServer


def access(url: str) -> ProviderAccess:
    return ProviderAccess("test", url, "m")


@pytest.mark.parametrize("beat", [b": still here\n\n", text_event(""), b"event: ping\ndata: {}\n\n"])
@pytest.mark.parametrize("begun", [b"", text_event("Hel")])
def test_a_server_that_keeps_alive_and_sends_nothing_of_its_answer_is_given_up(beat: bytes, begun: bytes) -> None:
    over = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        with suppress(OSError):
            if begun:
                line.chunk(begun)
            while not over.wait(0.01):
                line.chunk(beat)

    with RawServer(serve) as server:
        limits = WaitLimits(stall=PATIENCE, start=0.2, progress=0.2)
        model, hearing = HttpModel(access(server.url), limits=limits), Hearing()
        model.start("r", call(), hearing)
        final = hearing.failed()
        over.set()
        assert (final.kind, final.retryable) == ("stalled", True)
        assert "model.progress_limit" in final.text
        model.close()


def test_comments_after_a_whole_answer_do_not_hold_it_back_for_ever() -> None:
    over = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("Hello") + STOP)
        with suppress(OSError):
            while not over.wait(0.05):
                line.chunk(b": still here\n\n")

    with RawServer(serve) as server:
        model, hearing = HttpModel(access(server.url)), Hearing()
        model.start("r", call(), hearing)
        assert hearing.finished().message.text == "Hello"
        over.set()
        model.close()


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_server_that_sends_the_head_of_its_answer_byte_by_byte_is_given_up(begun: bytes) -> None:
    over = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        with suppress(OSError):
            line.say(begun)
            while not over.wait(0.01):
                line.say(b"0")

    with RawServer(serve) as server:
        model, hearing = HttpModel(access(server.url), limits=WaitLimits(stall=PATIENCE, start=0.2)), Hearing()
        model.start("r", call(), hearing)
        final = hearing.failed()
        over.set()
        assert (final.kind, final.retryable) == ("stalled", True)
        assert "model.start_limit" in final.text
        model.close()
