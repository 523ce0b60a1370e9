"""Searching for failures: nothing is found where nothing is wrong, and what is found can be had again."""

from __future__ import annotations

from dataclasses import replace

from actors.drill.exploration.explore import boundaries, explore, second_kills, seeds
from actors.drill.judging.invariants import check
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER, JOB, SWITCH_MODEL
from actors.drill.simulated.run import Kill, RunSpec, run
from tests.actors.drill.hopeless import HOPELESS


def test_a_search_counts_its_runs_and_finds_nothing_where_nothing_is_wrong() -> None:
    outcome = explore(ANSWER, seeds(0, 50))
    assert (outcome.runs, outcome.failure) == (50, None)


def test_a_search_stops_at_the_first_failure() -> None:
    outcome = explore(HOPELESS, seeds(10, 50))
    assert outcome.failure is not None
    assert outcome.failure.violations[0].invariant == "I9"
    assert outcome.failure.run_spec.seed == 9 + outcome.runs


def test_a_failure_is_a_course_without_chance_that_gives_the_same_run() -> None:
    faults = (InjectedFault("ui", "delay", probability=0.5, most=3, seconds=0.2),)
    outcome = explore(HOPELESS, seeds(0, 50, faults))
    assert outcome.failure is not None
    run_spec = outcome.failure.run_spec
    assert run_spec.schedule is not None
    assert all(fault.nth for fault in run_spec.faults)
    assert run(HOPELESS, replace(run_spec, seed=12_345)).digest() == outcome.failure.digest


def test_a_kill_at_every_boundary_and_a_second_one_during_the_recovery_break_nothing() -> None:
    run_specs = list(boundaries(JOB, 1))
    assert [run_spec.kills for run_spec in run_specs[:3]] == [(Kill(1),), (Kill(2),), (Kill(3),)]
    assert len(run_specs) == run(JOB, RunSpec(1)).incarnations[0].steps
    assert explore(JOB, run_specs).failure is None
    twice = list(second_kills(run_specs[::10], range(1, 60, 6)))
    assert twice[0].kills == (Kill(1), Kill(1))
    assert explore(JOB, twice).failure is None


def test_a_torn_tail_of_any_length_breaks_nothing() -> None:
    run_specs = [RunSpec(3, kills=(Kill(step, cut),)) for step in (40, 60, 80) for cut in range(0, 400, 7)]
    assert explore(JOB, run_specs).failure is None


def test_a_crash_of_any_actor_at_any_message_breaks_nothing() -> None:
    for actor in ("ui", "journal", "llm_streamer", "pty_manager", "tool_runner", "turn_loop"):
        for kind in ("crash_before", "crash_after"):
            run_specs = (RunSpec(nth, (InjectedFault(actor, kind, nth=nth),)) for nth in range(1, 25))
            outcome = explore(JOB, run_specs)
            assert outcome.failure is None, outcome.failure
    assert not check(run(JOB, RunSpec(1, (InjectedFault("journal", "hang", nth=4),))))


def test_a_crash_at_any_message_while_the_model_is_changed_breaks_nothing() -> None:
    for actor in ("model_switch", "llm_streamer", "journal", "turn_loop", "ui"):
        for kind in ("crash_before", "crash_after"):
            run_specs = (RunSpec(nth, (InjectedFault(actor, kind, nth=nth),)) for nth in range(1, 25))
            outcome = explore(SWITCH_MODEL, run_specs)
            assert outcome.failure is None, outcome.failure
    kills = [RunSpec(5, kills=(Kill(step),)) for step in range(20, 160, 7)]
    assert explore(SWITCH_MODEL, kills).failure is None
