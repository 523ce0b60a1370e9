"""The exhaustive search: every schedule of something small, and the one that breaks a promise."""

from __future__ import annotations

from dataclasses import replace

from actors.drill.exhaustive import exhaust
from actors.drill.run import run
from actors.drill.scenarios import ANSWER


def test_a_search_that_comes_to_its_bound_says_that_it_is_not_complete() -> None:
    coverage = exhaust(ANSWER, most_runs=60)
    assert (coverage.runs, coverage.complete, coverage.failure) == (60, False, None)
    assert coverage.pruned, "orders that lead to the same state are run once"


def test_each_message_can_leave_in_a_step_of_its_own() -> None:
    assert exhaust(ANSWER, grain="messages", most_runs=40).failure is None


def test_what_breaks_a_promise_is_found_and_can_be_replayed() -> None:
    hopeless = replace(ANSWER, exit_bound=-1.0)
    coverage = exhaust(hopeless, most_runs=20)
    assert coverage.failure is not None
    assert coverage.failure.violations[0].invariant == "I9"
    assert run(hopeless, coverage.failure.course).digest() == coverage.failure.digest
