"""The contract between a level of drills and its caller: `DrillRequest` in, `DrillResult` out.

The levels are `actors.drill.levels.simulation_level`, `threads_level` and `process_level`; each has a function `drill`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct

from actors.drill.plan.scenario import Scenario
from config.faults.fault_plan import FaultPlan

ReportProgress: TypeAlias = Callable[[int], object]
"""Called with the number of finished runs."""


class DrillRequest(Struct, frozen=True):
    """A plan to be run once for each seed. `named` is what names the plan on a command line."""

    plan: FaultPlan
    seeds: range
    folder: Path
    """Folder for the replay file of a failure; created when it is needed."""
    named: str
    scenarios: tuple[Scenario, ...]

    def file(self, seed: int) -> Path:
        """The file of the failure that this seed found."""
        name = re.sub(r"[^a-z0-9]+", "-", self.plan.name.lower()).strip("-") or "plan"
        return self.folder / f"{name}-{seed}.json"


class DrillResult(Struct, frozen=True):
    """`report` describes the broken invariant; empty where all held. `notes` are remarks to be printed beside it."""

    runs: int
    report: str = ""
    notes: tuple[str, ...] = ()


def unstruck(plan: FaultPlan, happened: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """A remark for each fault of the plan that never struck; `happened` has those that did, as (place, kind).

    `overflow` is left out: a mailbox's bound holds all the time.
    """
    counted = [(number, fault) for number, fault in enumerate(plan.fault, 1) if fault.kind != "overflow"]
    never = [(number, fault) for number, fault in counted if (fault.at, fault.kind) not in happened]
    if never and len(never) == len(plan.fault):
        return ("no fault has struck: the moments that the plan names never came in this scenario",)
    return tuple(
        f"fault {number}, {fault.kind} at {fault.at}, never struck: its moment never came in this scenario"
        for number, fault in never
        if fault.probability is None
    )


class LevelModule(Protocol):
    """A module that can run plans."""

    def drill(self, order: DrillRequest, progress: ReportProgress) -> DrillResult:
        """Run the plan to its end or to the first run that breaks an invariant."""
        ...
