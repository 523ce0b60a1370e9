"""The scheduler: whose turn it is, what time it is, and that nothing happens that could not happen with threads."""

from __future__ import annotations

import pytest

from actors.drill.simulated.strategies import Departure, PlainStrategy, ReplayStrategy
from actors.runtime.simulated.scheduler import EPOCH, Edge, Scheduler, SimThread, chance


def edges(scheduler: Scheduler, *names: str) -> list[Edge]:
    return [Edge(name, scheduler) for name in names]


def test_the_lane_that_was_ready_first_acts_first() -> None:
    scheduler = Scheduler(PlainStrategy())
    first, second = edges(scheduler, "first", "second")
    done: list[str] = []
    first.push(lambda: done.append("first, one"))
    second.push(lambda: done.append("second, one"))
    first.push(lambda: done.append("first, two"))
    assert scheduler.run() == "quiet"
    assert done == ["first, one", "second, one", "first, two"]
    assert scheduler.steps == 3


def test_the_chooser_can_let_another_act() -> None:
    scheduler = Scheduler(ReplayStrategy([Departure(1, "second")]))
    first, second = edges(scheduler, "first", "second")
    done: list[str] = []
    first.push(lambda: done.append("first"))
    second.push(lambda: done.append("second"))
    scheduler.run()
    assert done == ["second", "first"]


def test_time_passes_only_when_nobody_can_act() -> None:
    scheduler = Scheduler(PlainStrategy())
    (edge,) = edges(scheduler, "edge")
    seen: list[tuple[str, float]] = []
    scheduler.clock.call_later(5.0, lambda: seen.append(("timer", scheduler.clock.now())))
    edge.push(lambda: seen.append(("edge", scheduler.clock.now())))
    edge.push(lambda: seen.append(("later", scheduler.clock.now())), 2.0)
    scheduler.run()
    assert seen == [("edge", 0.0), ("later", 2.0), ("timer", 5.0)]
    assert scheduler.clock.wall() == EPOCH + 5.0


def test_the_chooser_can_let_a_little_time_pass_although_there_is_work() -> None:
    scheduler = Scheduler(ReplayStrategy([Departure(1)]))
    (edge,) = edges(scheduler, "edge")
    seen: list[str] = []
    scheduler.clock.call_later(0.1, lambda: seen.append("soon"))
    scheduler.clock.call_later(60.0, lambda: seen.append("in a minute"))
    edge.push(lambda: seen.append(f"edge at {scheduler.clock.now()}"))
    scheduler.run()
    assert seen == ["edge at 0.1", "soon", "in a minute"], "a busy machine is late by a moment, not by a minute"


def test_a_timer_that_was_called_off_does_not_act_and_takes_no_time() -> None:
    scheduler = Scheduler(PlainStrategy())
    seen: list[str] = []
    scheduler.clock.call_later(1.0, lambda: seen.append("off")).cancel()
    scheduler.clock.call_later(0.5, lambda: seen.append("on"))
    scheduler.run()
    assert seen == ["on"]
    assert scheduler.clock.now() == 0.5


def test_timers_of_one_moment_act_one_by_one_in_the_order_they_were_set() -> None:
    scheduler = Scheduler(PlainStrategy())
    seen: list[int] = []
    for number in range(3):
        scheduler.clock.call_later(1.0, lambda number=number: seen.append(number))  # type: ignore[misc]
    scheduler.run()
    assert seen == [0, 1, 2]
    assert scheduler.steps == 3


def test_a_jump_of_the_clock_makes_timers_due() -> None:
    scheduler = Scheduler(PlainStrategy())
    (edge,) = edges(scheduler, "edge")
    seen: list[float] = []
    scheduler.clock.call_later(100.0, lambda: seen.append(scheduler.clock.now()))
    edge.push(lambda: scheduler.clock.jump(1_000.0, wall=-50.0))
    scheduler.run()
    assert seen == [1_000.0]
    assert scheduler.clock.wall() == EPOCH + 950.0


def test_a_step_that_waits_goes_on_when_its_condition_is_met() -> None:
    for nests in (False, True):
        scheduler = Scheduler(PlainStrategy())
        scheduler.nests = nests
        waiter, other = edges(scheduler, "waiter", "other")
        seen: list[str] = []

        def wait(scheduler: Scheduler = scheduler, seen: list[str] = seen) -> None:
            seen.append("begins")
            met = scheduler.park(lambda: "other" in seen, 60.0)
            seen.append(f"goes on, {met}")

        waiter.push(wait)
        waiter.push(lambda seen=seen: seen.append("next"))  # type: ignore[misc]
        other.push(lambda seen=seen: seen.append("other"))  # type: ignore[misc]
        assert scheduler.run() == "quiet"
        assert seen == ["begins", "other", "goes on, True", "next"]
        assert scheduler.clock.now() == 0.0


def test_a_step_that_waits_in_vain_goes_on_when_its_time_is_up() -> None:
    for nests in (False, True):
        scheduler = Scheduler(PlainStrategy())
        scheduler.nests = nests
        (waiter,) = edges(scheduler, "waiter")
        seen: list[object] = []
        waiter.push(lambda scheduler=scheduler, seen=seen: seen.append(scheduler.park(None, 3.0)))  # type: ignore[misc]
        scheduler.run()
        assert seen == [False]
        assert scheduler.clock.now() == 3.0


def test_of_two_steps_that_wait_the_one_that_began_first_can_go_on_first() -> None:
    scheduler = Scheduler(PlainStrategy())
    first, second = edges(scheduler, "first", "second")
    seen: list[str] = []

    def wait(name: str, seconds: float) -> None:
        scheduler.park(None, seconds)
        seen.append(name)

    first.push(lambda: wait("first", 1.0))
    second.push(lambda: wait("second", 2.0))
    scheduler.run()
    assert seen == ["first", "second"]


def test_whoever_waits_at_the_end_is_let_go_of() -> None:
    scheduler = Scheduler(PlainStrategy())
    waiter, other = edges(scheduler, "waiter", "other")
    seen: list[str] = []

    def wait() -> None:
        try:
            scheduler.park(None, None)
        except BaseException as error:
            seen.append(type(error).__name__)
            raise

    waiter.push(wait)
    other.push(scheduler.finish)
    assert scheduler.run() == "over"
    assert seen == ["AbandonedError"]
    assert not scheduler.parkings


def test_an_error_of_a_step_is_raised_where_the_run_was_begun() -> None:
    scheduler = Scheduler(PlainStrategy())
    waiter, other = edges(scheduler, "waiter", "other")

    def fail() -> None:
        raise LookupError("lost")

    waiter.push(lambda: scheduler.park(None, None))
    other.push(fail)
    with pytest.raises(LookupError, match="lost"):
        scheduler.run()


def test_a_run_that_goes_in_circles_comes_to_its_bound() -> None:
    scheduler = Scheduler(PlainStrategy(), most_steps=50)
    (edge,) = edges(scheduler, "edge")

    def again() -> None:
        edge.push(again)

    again()
    assert scheduler.run() == "steps"
    assert scheduler.steps == 50


def test_a_run_that_waits_too_long_comes_to_its_bound() -> None:
    scheduler = Scheduler(PlainStrategy(), most_seconds=10.0)
    (edge,) = edges(scheduler, "edge")

    def later() -> None:
        edge.push(later, 1.0)

    later()
    assert scheduler.run() == "seconds"


def test_when_nothing_can_happen_somebody_may_still_lose_patience() -> None:
    scheduler = Scheduler(PlainStrategy())
    (edge,) = edges(scheduler, "edge")
    patience = [lambda: edge.push(lambda: None)]

    def idle() -> bool:
        if not patience:
            return False
        patience.pop()()
        return True

    scheduler.idle = idle
    assert scheduler.run() == "quiet"
    assert scheduler.steps == 1


def test_outside_of_a_run_nothing_waits() -> None:
    with pytest.raises(RuntimeError, match="only a step"):
        Scheduler(PlainStrategy()).park(None, 1.0)


def test_a_lane_by_itself_does_nothing() -> None:
    with pytest.raises(NotImplementedError, match="nobody has nothing to do"):
        SimThread("nobody").step()


def test_chance_is_the_same_for_the_same_seed_on_every_python() -> None:
    numbers = chance(7)
    assert [round(numbers(), 12) for _ in range(3)] == [0.323832764833, 0.150849173925, 0.65093447304]
