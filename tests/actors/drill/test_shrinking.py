"""Shrinking: what is left still breaks the same promise, and less of it does not."""

from __future__ import annotations

from collections.abc import Sequence

from actors.drill.evidence import Violation
from actors.drill.exploration import explore, seeds
from actors.drill.faults import Fault
from actors.drill.props import Props
from actors.drill.run import Course, Kill, run
from actors.drill.scenario import Scenario
from actors.drill.shrinking import STEPS_TO_SPEND, cost_of, shrink, signature, smallest
from actors.drill.world import World
from tests.actors.drill.hopeless import HOPELESS, SILENT

FOUR_FAULTS = (
    Fault("ui", "delay", nth=2, seconds=0.01),
    Fault("terminals", "silent", nth=1),
    Fault("journal", "crash_after", nth=3),
    Fault("turn_loop", "crash_after", nth=1),
)


class CountingProps(Props):
    runs = 0

    def begin(self, scenario: Scenario) -> World:
        self.runs += 1
        return super().begin(scenario)


def test_what_is_not_needed_is_left_out() -> None:
    needed = {3, 11}

    def breaks(items: Sequence[int]) -> bool:
        return needed <= set(items)

    assert list(smallest(range(20), breaks)) == [3, 11]


def test_nothing_is_left_out_of_what_does_not_break_without_it() -> None:
    assert list(smallest([1, 2, 3], lambda items: len(items) == 3)) == [1, 2, 3]
    nothing: list[int] = []
    assert list(smallest(nothing, lambda _: True)) == []


def test_two_violations_are_the_same_if_only_numbers_differ() -> None:
    assert signature(Violation("I7", "prompt p1 never ended")) == signature(Violation("I7", "prompt p22 never ended"))
    assert signature(Violation("I7", "prompt p1 never ended")) != signature(Violation("I7", "prompt p1 ended 2 times"))


def test_a_failure_that_needs_one_fault_keeps_only_that() -> None:
    outcome = explore(SILENT, seeds(0, 20, FOUR_FAULTS))
    assert outcome.failure is not None
    small = shrink(outcome.failure, Props())
    assert [fault.kind for fault in small.course.faults] == ["silent"]
    assert small.course.schedule == ((),), "no schedule is needed for it"
    assert run(SILENT, small.course).digest() == small.digest


def test_a_failure_that_needs_no_kill_keeps_none() -> None:
    outcome = explore(HOPELESS, [Course(1, kills=(Kill(20), Kill(10)))])
    assert outcome.failure is not None
    assert not shrink(outcome.failure, Props()).course.kills


def test_shrinking_ends_with_its_budget() -> None:
    outcome = explore(HOPELESS, seeds(0, 20))
    assert outcome.failure is not None
    assert shrink(outcome.failure, Props(), steps=0) == outcome.failure


def test_what_a_run_costs_is_what_it_spends() -> None:
    outcome = explore(SILENT, seeds(0, 20, FOUR_FAULTS))
    assert outcome.failure is not None
    tries: list[int] = []
    for steps in (1, 300, STEPS_TO_SPEND):
        counted = CountingProps()
        shrink(outcome.failure, counted, steps)
        tries.append(counted.runs)
    assert tries[0] == 1
    assert 1 < tries[1] < tries[2] < 100


def test_a_run_that_never_ends_is_tried_once_or_twice() -> None:
    """Each of its runs takes seconds."""
    assert 2 * cost_of(20_000) > STEPS_TO_SPEND
    assert 1_000 * cost_of(300) < STEPS_TO_SPEND
