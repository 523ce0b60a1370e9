"""`callboard drill`: run fault plans against the company, and say whether it kept its promises.

Plans are files, or names of those that come along; where they run is one of three levels. Progress goes to stderr, the
verdict to stdout. Decides nothing about a run: the levels do, see `actors.drill.plan.drill_request`.
"""

from __future__ import annotations

import gc
import shlex
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from actors.drill.exploration.exhaustive import MOST_RUNS
from actors.drill.exploration.plan_runs import checked, load_plan
from actors.drill.exploration.replay_file import ReplayError
from actors.drill.levels.simulation_level import again
from actors.drill.plan.drill_request import DrillRequest, DrillResult
from actors.drill.plan.scenarios import SCENARIOS
from config.errors import ConfigError
from config.faults.fault_plan import SHIPPED, FaultPlan, check_level, runs_at, shipped_plans
from ui import exit_codes
from ui.cli.drill_list import listing

if TYPE_CHECKING:
    from actors.drill.plan.drill_request import LevelModule
    from config.faults.fault_kinds import Level
    from config.places import Places
    from ui.arguments import Arguments, DrillArguments

LEVEL_MODULES: dict[Level, str] = {
    "simulation": "actors.drill.levels.simulation_level",
    "threads": "actors.drill.levels.threads_level",
    "process": "actors.drill.levels.process_level",
}
EXHAUSTIVE = "actors.drill.levels.exhaustive_level"
RUN_WORDS: dict[Level, str] = {
    "simulation": "schedules",
    "threads": "runs on threads",
    "process": "runs of the program",
}
CHANGED = "the program has changed since: this is another run, with the schedule and the faults of the file"
BETWEEN_LINES = 0.1
"""Seconds between two lines of progress."""
CLEAR_LINE = "\r\x1b[K"


def main(arguments: Arguments, places: Places) -> int:
    """Do what was asked; the exit code.

    Raises:
        ConfigError: a plan cannot be run, or a file cannot be replayed.
    """
    wanted = arguments.drill
    if wanted.listing:
        _print(listing())
        return exit_codes.DONE
    if wanted.replay is not None:
        return _replay(wanted.replay)
    if wanted.output is not None:
        _check_writable(wanted.output.absolute())
    gc.freeze()  # what is loaded stays: collections every few schedules need not scan it
    orders = [_order(name, plan, wanted, places) for name, plan in _plans(wanted)]
    broken = [order.named for order in orders if not _kept(order, wanted)]
    if broken:
        _print(f"\n{len(broken)} of {len(orders)} plans broke a promise: {', '.join(broken)}")
        return exit_codes.FAILED
    _print("every promise was kept" if len(orders) == 1 else f"{len(orders)} plans: every promise was kept")
    return exit_codes.DONE


def _plans(wanted: DrillArguments) -> list[tuple[str, FaultPlan]]:
    """Each plan with the name that was used for it, at this level and about this scenario."""
    names = wanted.plans
    if not names and wanted.scenario:
        bare = FaultPlan(name=f"{wanted.scenario}, undisturbed", scenario=wanted.scenario)
        return [(_flags(wanted), _about(bare, wanted))]
    found = [(name, load_plan(_path(name))) for name in names] or [
        (path.stem, plan) for path in shipped_plans() if wanted.level in runs_at(plan := load_plan(path))
    ]
    for name, plan in found:
        try:
            check_level(plan, wanted.level)
        except ConfigError as problem:
            raise ConfigError(f"{name}: {problem}. Add: --level {runs_at(plan)[0]}") from None
    return [(f"{shlex.quote(name)} {_flags(wanted)}".rstrip(), _about(plan, wanted)) for name, plan in found]


def _path(name: str) -> Path:
    """A file; a bare name is one of the plans that come along, unless there is such a file here."""
    if not name.strip():
        raise ConfigError("the name of a plan is empty; `callboard drill --list` shows the plans that come along")
    path = Path(name)
    shipped = SHIPPED / f"{name}.toml"
    return shipped if not path.exists() and "/" not in name and shipped.exists() else path


def _flags(wanted: DrillArguments) -> str:
    """The flags that change a plan, as they are typed."""
    flags = (("--scenario", wanted.scenario), ("--dialect", wanted.dialect))
    return " ".join(f"{flag} {shlex.quote(value)}" for flag, value in flags if value)


def _about(plan: FaultPlan, wanted: DrillArguments) -> FaultPlan:
    if wanted.scenario:
        plan = checked(replace(plan, scenario=wanted.scenario))
    return checked(replace(plan, dialect=wanted.dialect, levels=(wanted.level,))) if wanted.dialect else plan


def _order(name: str, plan: FaultPlan, wanted: DrillArguments, places: Places) -> DrillRequest:
    first = plan.seed if wanted.seed is None else wanted.seed
    usual = plan.schedules if wanted.level == "simulation" else plan.repeats
    number = wanted.seeds or (MOST_RUNS if wanted.exhaustive else 1 if wanted.seed is not None else usual)
    folder = wanted.output or places.state / "drills"
    return DrillRequest(plan, range(first, first + number), folder.absolute(), name, SCENARIOS)


def _check_writable(folder: Path) -> None:
    """Refuse an output folder that cannot be written, before the first run."""
    try:
        with TemporaryFile(dir=next(place for place in (folder, *folder.parents) if place.exists())):
            pass
    except OSError as problem:
        raise ConfigError(f"--output-dir {folder}: cannot be written: {problem.strerror}") from problem


def _kept(order: DrillRequest, wanted: DrillArguments) -> bool:
    module = cast("LevelModule", import_module(EXHAUSTIVE if wanted.exhaustive else LEVEL_MODULES[wanted.level]))
    progress = ProgressLine(order)
    try:
        verdict = module.drill(order, progress)
    except OSError as problem:
        raise ConfigError(f"{problem.filename}: the drill needs this: {problem.strerror}") from problem
    finally:
        progress.clear()
    pace = f"{verdict.runs:,} {RUN_WORDS[wanted.level]} of {order.plan.scenario!r} in {progress.seconds():.1f} s"
    _print(_told(order.plan, order.named, pace, verdict))
    return not verdict.report


def _told(plan: FaultPlan, named: str, pace: str, verdict: DrillResult) -> str:
    lines = [
        f"{'BROKEN' if verdict.report else 'kept'}  {plan.name}: {pace}",
        *(f"      {note}" for note in verdict.notes),
    ]
    if verdict.report:
        lines += ["", f"plan:     {named}" + (f" ({plan.about})" if plan.about else ""), verdict.report]
    return "\n".join(lines)


def _replay(path: Path) -> int:
    try:
        done = again(path, SCENARIOS)
    except ReplayError as problem:
        raise ConfigError(str(problem)) from problem
    verdict = DrillResult(1, done.report, () if done.same else (CHANGED,))
    pace = f"seed {done.seed} of {done.plan.scenario!r}, once more"
    _print(_told(done.plan, done.plan.name, pace, verdict))
    if not done.report:
        _print("every promise was kept")
    return exit_codes.FAILED if done.report else exit_codes.DONE


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class ProgressLine:
    """How far a plan is, on stderr: a line that changes on a terminal, one line a plan elsewhere."""

    def __init__(self, order: DrillRequest) -> None:
        self._order = order
        self._shows = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._shown = 0.0
        if not self._shows:
            sys.stderr.write(f"{order.named}: {len(order.seeds):,} runs\n")

    def __call__(self, done: int) -> None:
        """So many runs are done."""
        now = time.monotonic()
        if self._shows and now >= self._shown + BETWEEN_LINES:
            self._shown = now
            sys.stderr.write(f"{CLEAR_LINE}{self._order.named}: {done:,} of {len(self._order.seeds):,}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shows:
            sys.stderr.write(CLEAR_LINE)
            sys.stderr.flush()

    def seconds(self) -> float:
        """Since the plan was begun."""
        return time.monotonic() - self._begun
