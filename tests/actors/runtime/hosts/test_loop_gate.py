"""The way onto a loop: closed before it runs and after its end, and harmless to whoever calls."""

from __future__ import annotations

from collections.abc import Callable

from actors.runtime.hosts.loop_gate import LoopGate


def test_what_comes_before_the_loop_waits_for_it_and_keeps_its_order() -> None:
    done: list[int] = []
    gate = LoopGate()
    gate.call(lambda: done.append(1))
    gate.call(lambda: done.append(2))
    assert done == []
    gate.attach(lambda action: action())
    gate.call(lambda: done.append(3))
    assert done == [1, 2, 3]


def test_what_comes_after_the_loop_waits_for_another() -> None:
    done: list[int] = []
    gate = LoopGate()
    gate.attach(lambda action: action())
    gate.detach()
    gate.call(lambda: done.append(1))
    assert done == []
    gate.attach(lambda action: action())
    assert done == [1]


def test_a_loop_that_ended_without_a_word_never_hurts_a_caller() -> None:
    def closed(action: Callable[[], object]) -> None:
        raise RuntimeError("Event loop is closed")

    done: list[int] = []
    gate = LoopGate()
    gate.attach(closed)
    gate.call(lambda: done.append(1))
    assert (gate.attached, done) == (False, [])
    gate.attach(lambda action: action())
    assert done == [1]
