"""A run: the same arguments give the same run, to the last byte, in any process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actors.drill.judging.invariants import check
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER, JOB, QUEUE, TOOLS
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.strategies import HELD_BACK, Departure

ROOT = Path(__file__).parents[4]
PLAN = (
    InjectedFault("turn_loop", "crash_before", probability=0.1, most=2),
    InjectedFault("journal", "delay", probability=0.1, seconds=2.0),
    InjectedFault("tool_runner", "hang", nth=3),
    InjectedFault("model", "cut", nth=1),
)
DIGESTS = """
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.plan.scenarios import TOOLS
from tests.actors.drill.simulated.test_run import PLAN
print(run(TOOLS, RunSpec(5, PLAN, (Kill(50, 3),))).digest())
"""


def test_the_same_course_is_the_same_run() -> None:
    for run_spec in (RunSpec(3), RunSpec(3, PLAN), RunSpec(3, PLAN, (Kill(40), Kill(20)))):
        assert run(TOOLS, run_spec).digest() == run(TOOLS, run_spec).digest()


def test_another_seed_is_another_run() -> None:
    assert run(TOOLS, RunSpec(1)).digest() != run(TOOLS, RunSpec(2)).digest()


@pytest.mark.parametrize("python", [sys.executable])
def test_the_same_course_is_the_same_run_in_another_process_with_other_hashes(python: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    found = subprocess.run([python, "-c", DIGESTS], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == run(TOOLS, RunSpec(5, PLAN, (Kill(50, 3),))).digest()


def test_the_schedule_of_a_run_gives_the_run_again_without_its_seed() -> None:
    for seed in range(8):
        done = run(QUEUE, RunSpec(seed))
        again = run(QUEUE, RunSpec(0, schedule=tuple(done.departures)))
        assert again.digest() == done.digest()


def test_faults_strike_again_where_they_struck() -> None:
    plan = (InjectedFault("journal", "crash_before", probability=0.2, most=3),)
    done = next(done for seed in range(20) if (done := run(TOOLS, RunSpec(seed, plan))).struck)
    again = run(TOOLS, RunSpec(99, done.struck, schedule=tuple(done.departures)))
    assert again.digest() == done.digest()


def test_every_schedule_reaches_an_end_and_keeps_every_promise() -> None:
    fixtures = Fixtures()
    for seed in range(40):
        done = run(TOOLS, RunSpec(seed), fixtures)
        assert done.incarnations[0].end == "over"
        assert not check(done)
        assert sorted(done.world.acts) == ["a", "b", "c", "d"]


def test_after_a_kill_a_second_life_goes_on_from_the_journal() -> None:
    done = run(TOOLS, RunSpec(2, kills=(Kill(60),)))
    assert [incarnation.end for incarnation in done.incarnations] == ["killed", "over"]
    assert done.world.inherited[1]
    assert not check(done)


def test_a_kill_that_comes_too_late_changes_nothing() -> None:
    done = run(ANSWER, RunSpec(2, kills=(Kill(10_000),)))
    assert [incarnation.end for incarnation in done.incarnations] == ["over"]


def test_a_kill_ends_the_processes_and_cuts_what_was_not_on_the_disk() -> None:
    before = run(JOB, RunSpec(1, kills=(Kill(35),)))
    after = run(JOB, RunSpec(1, kills=(Kill(35, cut=10_000),)))
    assert not before.cut
    assert after.cut
    assert len(after.world.inherited[1]) < len(before.world.inherited[1])
    assert not after.world.alive()


def test_a_run_with_lanes_that_are_held_back_is_the_same_run_again() -> None:
    schedule = ((Departure(5, "turn_loop", HELD_BACK), Departure(0, "person", HELD_BACK)),)
    done = run(QUEUE, RunSpec(schedule=schedule))
    assert not check(done)
    assert run(QUEUE, RunSpec(schedule=tuple(done.departures))).digest() == done.digest()
    assert done.digest() != run(QUEUE, RunSpec(schedule=())).digest()
