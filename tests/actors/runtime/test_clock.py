"""The real clock: timers in order, called off, and asleep while there are none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.clock import FEW_CANCELLED, RealClock
from actors.runtime.thread_start import ThreadStartError, start_thread
from tests.actors.runtime.rig import BOUND


def test_timers_happen_in_the_order_of_their_times_and_none_blocks_another() -> None:
    """S0-1: three timers on one thread."""
    clock = RealClock()
    heard: list[str] = []
    done = threading.Event()
    clock.call_later(0.06, done.set)
    clock.call_later(0.04, lambda: heard.append("late"))
    clock.call_later(0.01, lambda: heard.append("early"))
    clock.call_later(0.0, lambda: heard.append("now"))
    assert done.wait(BOUND)
    assert heard == ["now", "early", "late"]


def test_equal_times_keep_the_order_in_which_they_were_set() -> None:
    clock = RealClock()
    heard: list[int] = []
    done = threading.Event()
    for number in range(100):
        clock.call_later(0.01, lambda number=number: heard.append(number))  # type: ignore[misc]
    clock.call_later(0.02, done.set)
    assert done.wait(BOUND)
    assert heard == list(range(100))


def test_a_cancelled_timer_does_not_happen() -> None:
    clock = RealClock()
    heard: list[str] = []
    done = threading.Event()
    cancelled = clock.call_later(0.01, lambda: heard.append("never"))
    cancelled.cancel()
    cancelled.cancel()
    clock.call_later(0.02, done.set)
    assert done.wait(BOUND)
    assert heard == []


def test_a_sooner_timer_overtakes_the_one_that_is_being_waited_for() -> None:
    clock = RealClock()
    done = threading.Event()
    clock.call_later(BOUND * 10, lambda: None)
    clock.call_later(0.0, done.set)
    assert done.wait(BOUND)


def test_no_thread_before_the_first_timer_and_no_time_limit_without_one() -> None:
    """S0-6: a clock without timers waits without a limit, so nothing wakes it."""
    before = {thread.ident for thread in threading.enumerate()}
    clock = RealClock()
    assert {thread.ident for thread in threading.enumerate()} <= before
    done = threading.Event()
    clock.call_later(0.0, done.set)
    assert done.wait(BOUND)
    later = threading.Event()
    clock.call_later(0.0, later.set)
    assert later.wait(BOUND), "it can still be woken"


def test_time_goes_on() -> None:
    clock = RealClock()
    assert clock.now() <= clock.now()
    assert clock.wall() > 1_700_000_000


def test_an_action_that_raises_ends_no_other_timer() -> None:
    clock = RealClock()
    caught: SimpleQueue[threading.ExceptHookArgs] = SimpleQueue()
    before, threading.excepthook = threading.excepthook, caught.put
    done = threading.Event()

    def break_down() -> None:
        raise SystemExit("not even this")

    try:
        clock.call_later(0.0, break_down)
        clock.call_later(0.0, done.set)
        assert done.wait(BOUND)
        assert caught.get(timeout=BOUND).exc_type is SystemExit
    finally:
        threading.excepthook = before


def test_a_thread_that_could_not_be_started_is_tried_again_and_no_timer_is_lost() -> None:
    refusals = [ThreadStartError("clock"), ThreadStartError("clock")]

    def begin(work: Callable[[], None], name: str) -> object:
        if refusals:
            raise refusals.pop()
        return start_thread(work, name)

    clock = RealClock(begin)
    first, second = threading.Event(), threading.Event()
    clock.call_later(0.0, first.set)
    with pytest.raises(ThreadStartError, match="ulimit -u"):
        clock.begin()
    assert not first.is_set()
    clock.call_later(0.0, second.set)
    assert first.wait(BOUND)
    assert second.wait(BOUND)


@given(st.lists(st.booleans(), max_size=400))
def test_cancelled_timers_leave_and_the_others_stay(cancelled: list[bool]) -> None:
    """161,581 of 200,000 stayed until their time, ten minutes later."""
    clock = RealClock(lambda _work, _name: None)
    for timer, cancel in [(clock.call_later(600.0, bool), cancel) for cancel in cancelled]:
        if cancel:
            timer.cancel()
            timer.cancel()
    kept = cancelled.count(False)
    assert kept <= clock.pending <= max(2 * kept, kept + FEW_CANCELLED)
