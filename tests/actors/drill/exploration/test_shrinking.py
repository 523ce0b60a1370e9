"""Shrinking: what is left still breaks the same promise, and less of it does not."""

from __future__ import annotations

from collections.abc import Sequence

from actors.drill.exploration.explore import explore, seeds
from actors.drill.exploration.shrinking import STEPS_TO_SPEND, cost_of, shrink, signature, smallest
from actors.drill.judging.evidence import Violation
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenario import Scenario
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.world import World
from tests.actors.drill.hopeless import HOPELESS, SILENT

FOUR_FAULTS = (
    InjectedFault("ui", "delay", nth=2, seconds=0.01),
    InjectedFault("terminals", "silent", nth=1),
    InjectedFault("journal", "crash_after", nth=3),
    InjectedFault("turn_loop", "crash_after", "ReceiveConversation", nth=1),
)


class CountingFixtures(Fixtures):
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
    small = shrink(outcome.failure, Fixtures())
    assert [fault.kind for fault in small.run_spec.faults] == ["silent"]
    assert small.run_spec.schedule == ((),), "no schedule is needed for it"
    assert run(SILENT, small.run_spec).digest() == small.digest


def test_a_failure_that_needs_no_kill_keeps_none() -> None:
    outcome = explore(HOPELESS, [RunSpec(1, kills=(Kill(20), Kill(10)))])
    assert outcome.failure is not None
    assert not shrink(outcome.failure, Fixtures()).run_spec.kills


def test_shrinking_ends_with_its_budget() -> None:
    outcome = explore(HOPELESS, seeds(0, 20))
    assert outcome.failure is not None
    assert shrink(outcome.failure, Fixtures(), steps=0) == outcome.failure


def test_what_a_run_costs_is_what_it_spends() -> None:
    outcome = explore(SILENT, seeds(0, 20, FOUR_FAULTS))
    assert outcome.failure is not None
    tries: list[int] = []
    for steps in (1, 300, STEPS_TO_SPEND):
        counted = CountingFixtures()
        shrink(outcome.failure, counted, steps)
        tries.append(counted.runs)
    assert tries[0] == 1
    assert 1 < tries[1] < tries[2] < 100


def test_a_run_that_never_ends_is_tried_once_or_twice() -> None:
    """Each of its runs takes seconds."""
    assert 2 * cost_of(20_000) > STEPS_TO_SPEND
    assert 1_000 * cost_of(300) < STEPS_TO_SPEND
