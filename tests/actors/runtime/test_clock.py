"""The real clock: timers in order, called off, and asleep while there are none."""

from __future__ import annotations

import threading

from actors.runtime.clock import RealClock
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
