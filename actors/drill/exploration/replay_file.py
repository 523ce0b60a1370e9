"""A failure as a file: everything that gives the same run again, and what it broke.

JSON, so that it can be attached to an issue and kept in a folder of regressions. The scenario is named, not contained:
it is part of the program. The plan is kept where there was one: what it does to the program belongs to the scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.drill.exploration.explore import Failure
from actors.drill.exploration.plan_runs import scenario_of
from actors.drill.judging.evidence import Violation
from actors.drill.simulated.run import Run, RunSpec, run
from config.faults.fault_plan import FaultPlan
from config.toml_file import read_start

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from actors.drill.plan.scenario import Scenario

FORMAT = 2
LONGEST = 100_000_000
"""Bytes; a longer file is refused."""


class ReplayError(Exception):
    """The file cannot be replayed; the text says why and what to do."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    scenario: str
    run_spec: RunSpec
    violations: tuple[Violation, ...]
    digest: str
    plan: FaultPlan | None = None


def save(failure: Failure, path: Path, plan: FaultPlan | None = None) -> None:
    """Write it.

    Raises:
        OSError: it cannot be written.
    """
    content = _File(FORMAT, failure.scenario.name, failure.run_spec, failure.violations, failure.digest, plan)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def load(path: Path, scenarios: Iterable[Scenario]) -> tuple[Failure, FaultPlan | None]:
    """Read it back, with the plan that found it.

    Raises:
        ReplayError: it is not there or no replay file, or of another version, or its scenario is unknown.
    """
    try:
        data = read_start(path, LONGEST)
    except OSError as problem:
        raise ReplayError(f"{path} cannot be read: {problem.strerror}") from problem
    if data is None:
        raise ReplayError(f"{path}: there is no such file; a drill that fails names its file in its last line")
    try:
        content = msgspec.json.decode(data, type=_File)
    except msgspec.DecodeError as problem:
        raise ReplayError(f"{path} is no replay file: {problem}") from problem
    if content.format != FORMAT:
        raise ReplayError(f"{path} has format {content.format}; this Callboard reads format {FORMAT}")
    known = {scenario.name: scenario for scenario in scenarios}
    if content.scenario not in known:
        raise ReplayError(f"{path} is about the scenario {content.scenario!r}; there are: {', '.join(sorted(known))}")
    scenario = known[content.scenario]
    if content.plan is not None:
        scenario = scenario_of(content.plan, (scenario,))
    return Failure(scenario, content.run_spec, content.violations, content.digest), content.plan


def replay(failure: Failure) -> Run:
    """The run once more; its digest is the failure's unless the program has changed since."""
    return run(failure.scenario, failure.run_spec)
