"""A plan in simulation: many schedules in virtual time, the first broken invariant shrunk, kept and reported.

Used by `callboard drill`. The file that it writes gives the same run again, to the last message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from actors.drill.exploration.explore import SEALED_EVERY, failure_of
from actors.drill.exploration.plan_runs import run_specs, scenario_of
from actors.drill.exploration.replay_file import load, replay, save
from actors.drill.exploration.report import report, story
from actors.drill.exploration.shrinking import shrink
from actors.drill.judging.invariants import check
from actors.drill.levels.level_report import command
from actors.drill.plan.drill_request import DrillResult, unstruck
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import run
from config.faults.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path

    from actors.drill.exploration.explore import Failure
    from actors.drill.plan.drill_request import DrillRequest, ReportProgress
    from actors.drill.plan.scenario import Scenario


class ReplayResult(Struct, frozen=True):
    """The result of a replay (`report` empty: the invariant holds by now), and whether it is still the same run."""

    plan: FaultPlan
    seed: int
    report: str
    same: bool


def drill(order: DrillRequest, progress: ReportProgress) -> DrillResult:
    """Implement `LevelModule`."""
    fixtures = Fixtures()
    scenario = scenario_of(order.plan, order.scenarios)
    happened: set[tuple[str, str]] = set()
    for number, run_spec in enumerate(run_specs(order.plan, scenario, order.seeds, fixtures)):
        progress(number)
        done = run(scenario, run_spec, fixtures, sealed=number % SEALED_EVERY == 0)
        violations = check(done)
        if violations:
            failure = failure_of(scenario, run_spec, done, violations)
            return DrillResult(number + 1, told(shrink(failure, fixtures), order))
        happened |= done.happened()
    return DrillResult(len(order.seeds), notes=unstruck(order.plan, happened))


def again(path: Path, scenarios: tuple[Scenario, ...]) -> ReplayResult:
    """Replay a file.

    Raises:
        ReplayError: it is no replay file.
    """
    failure, plan = load(path, scenarios)
    done = replay(failure)
    now = replace(failure, violations=tuple(check(done)))
    name = failure.scenario.name
    return ReplayResult(
        plan or FaultPlan(name=f"{name}, without a plan", scenario=name),
        failure.run_spec.seed,
        report(now, done, str(path)) if now.violations else "",
        done.digest() == failure.digest,
    )


def told(failure: Failure, order: DrillRequest) -> str:
    """Write the failure's replay file and return its report."""
    seed, done = failure.run_spec.seed, replay(failure)
    path = order.file(seed)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(failure, path, order.plan)
    except OSError as problem:
        lost = f"no file: {path} could not be written: {problem.strerror}"
        return f"{story(failure, done)}\n\n{lost}\nagain:   {command(order, 'simulation', seed)}"
    return report(failure, done, str(path))
