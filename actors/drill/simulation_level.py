"""A plan in simulation: many schedules in virtual time, the first broken promise made small, kept and told.

Used by `callboard drill`. The file that it writes gives the same run again, to the last message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actors.drill.exploration import SEALED_EVERY, failure_of
from actors.drill.invariants import check
from actors.drill.order import Verdict, unstruck
from actors.drill.planned import courses, scenario_of
from actors.drill.props import Props
from actors.drill.replay_file import load, replay, save
from actors.drill.report import report
from actors.drill.run import run
from actors.drill.shrinking import shrink

if TYPE_CHECKING:
    from pathlib import Path

    from actors.drill.exploration import Failure
    from actors.drill.order import Order, Progress
    from actors.drill.scenario import Scenario


def drill(order: Order, progress: Progress) -> Verdict:
    """See `LevelModule`.

    Raises:
        OSError: the file of the failure cannot be written.
    """
    props = Props()
    scenario = scenario_of(order.plan, order.scenarios)
    struck = 0
    for number, course in enumerate(courses(order.plan, scenario, order.seeds, props)):
        progress(number)
        done = run(scenario, course, props, sealed=number % SEALED_EVERY == 0)
        violations = check(done)
        if violations:
            failure = failure_of(scenario, course, done, violations)
            return Verdict(number + 1, _told(shrink(failure, props), order))
        struck += len(done.struck) + len(done.lives) - 1
    return Verdict(len(order.seeds), notes=unstruck(order.plan, struck))


def again(path: Path, scenarios: tuple[Scenario, ...]) -> tuple[str, bool]:
    """Replay a file: what it tells now (empty: the promise is kept by now), and whether it is the same run.

    Raises:
        ReplayError: it is no replay file.
    """
    failure = load(path, scenarios)
    done = replay(failure)
    now = replace(failure, violations=tuple(check(done)))
    return report(now, done, str(path)) if now.violations else "", done.digest() == failure.digest


def _told(failure: Failure, order: Order) -> str:
    path = order.file(failure.course.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(failure, path, order.plan)
    return report(failure, replay(failure), str(path))
