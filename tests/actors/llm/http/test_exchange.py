"""The rule of one final signal, and of no piece after a cancel."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest

from actors.llm.http.exchange import CANCEL_PATIENCE, ConnectionHandle, Exchange, RequestCancelled
from actors.llm.port import Failed, Finished, ModelSignal, Piece
from actors.transcript import AssistantMessage, Usage
from tests.actors.llm.hearing import PATIENCE, Hearing, call

DONE = Finished(AssistantMessage.of("done"), Usage())


def exchange(hearing: Hearing) -> Exchange:
    return Exchange("r1", call(), hearing, lambda _: None)


def test_there_is_one_final_signal() -> None:
    hearing = Hearing()
    ours = exchange(hearing)
    ours.end(DONE)
    ours.end(Failed("cut", "late"))
    ours.say(Piece("later"))
    assert hearing.signals == [DONE]


def test_after_a_cancel_only_its_own_signal_comes() -> None:
    hearing = Hearing()
    ours = exchange(hearing)
    ours.say(Piece("before"))
    ours.cancel()
    ours.say(Piece("after"))
    ours.end(DONE)
    assert hearing.signals[0] == Piece("before")
    assert hearing.failed().kind == "cancelled"
    assert len(hearing.signals) == 2


def test_it_is_released_before_the_final_signal_is_handed_over() -> None:
    order: list[str] = []
    ours = Exchange("r1", call(), lambda _: order.append("signal"), lambda _: order.append("released"))
    ours.end(DONE)
    assert order == ["released", "signal"]


def test_a_listener_that_cancels_is_no_deadlock() -> None:
    heard: list[ModelSignal] = []

    def listener(signal: ModelSignal) -> None:
        heard.append(signal)
        ours.cancel()

    ours = Exchange("r1", call(), listener, lambda _: None)
    ours.say(Piece("one"))
    ours.say(Piece("two"))
    assert heard == [Piece("one")]


def test_a_listener_that_blocks_does_not_block_a_cancel() -> None:
    blocked, go_on = threading.Event(), threading.Event()

    def listener(_: ModelSignal) -> None:
        blocked.set()
        go_on.wait(PATIENCE)

    ours = Exchange("r1", call(), listener, lambda _: None)
    speaker = threading.Thread(target=ours.say, args=(Piece("stuck"),))
    speaker.start()
    assert blocked.wait(PATIENCE)
    began = perf_counter()
    ours.cancel()
    assert perf_counter() - began < 20 * CANCEL_PATIENCE
    go_on.set()
    speaker.join(PATIENCE)


def test_a_grip_breaks_off_what_it_holds() -> None:
    connection_handle, done = ConnectionHandle(), list[str]()
    assert not connection_handle.shut()
    connection_handle = ConnectionHandle()
    connection_handle.hold(lambda: done.append("shut"), lambda: done.append("let go"))
    states = [connection_handle.held, connection_handle.shut()]
    connection_handle.release()
    assert [*states, connection_handle.held] == [True, True, False]
    assert done == ["shut", "let go"]


def test_a_connection_that_comes_after_the_cancel_is_let_go() -> None:
    connection_handle, done = ConnectionHandle(), list[str]()
    connection_handle.shut()
    with pytest.raises(RequestCancelled):
        connection_handle.hold(lambda: done.append("shut"), lambda: done.append("let go"))
    assert done == ["let go"]
