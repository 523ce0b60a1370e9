"""A plan in simulation: many schedules in virtual time, the first broken promise made small, kept and told.

Used by `callboard drill`. The file that it writes gives the same run again, to the last message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from actors.drill.exploration import SEALED_EVERY, failure_of
from actors.drill.invariants import check
from actors.drill.level_report import command
from actors.drill.order import Verdict, unstruck
from actors.drill.planned import courses, scenario_of
from actors.drill.props import Props
from actors.drill.replay_file import load, replay, save
from actors.drill.report import report, story
from actors.drill.run import run
from actors.drill.shrinking import shrink
from config.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path

    from actors.drill.exploration import Failure
    from actors.drill.order import Order, Progress
    from actors.drill.scenario import Scenario


class Replayed(Struct, frozen=True):
    """What a file tells now (`report` empty: the promise is kept by now), and whether it is still the same run."""

    plan: FaultPlan
    seed: int
    report: str
    same: bool


def drill(order: Order, progress: Progress) -> Verdict:
    """See `LevelModule`."""
    props = Props()
    scenario = scenario_of(order.plan, order.scenarios)
    happened: set[tuple[str, str]] = set()
    for number, course in enumerate(courses(order.plan, scenario, order.seeds, props)):
        progress(number)
        done = run(scenario, course, props, sealed=number % SEALED_EVERY == 0)
        violations = check(done)
        if violations:
            failure = failure_of(scenario, course, done, violations)
            return Verdict(number + 1, told(shrink(failure, props), order))
        happened |= done.happened()
    return Verdict(len(order.seeds), notes=unstruck(order.plan, happened))


def again(path: Path, scenarios: tuple[Scenario, ...]) -> Replayed:
    """Replay a file.

    Raises:
        ReplayError: it is no replay file.
    """
    failure, plan = load(path, scenarios)
    done = replay(failure)
    now = replace(failure, violations=tuple(check(done)))
    name = failure.scenario.name
    return Replayed(
        plan or FaultPlan(name=f"{name}, without a plan", scenario=name),
        failure.course.seed,
        report(now, done, str(path)) if now.violations else "",
        done.digest() == failure.digest,
    )


def told(failure: Failure, order: Order) -> str:
    """What a person is told of the failure; its file is written."""
    seed, done = failure.course.seed, replay(failure)
    path = order.file(seed)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(failure, path, order.plan)
    except OSError as problem:
        lost = f"no file: {path} could not be written: {problem.strerror}"
        return f"{story(failure, done)}\n\n{lost}\nagain:   {command(order, 'simulation', seed)}"
    return report(failure, done, str(path))
