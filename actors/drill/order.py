"""What a level of drills is told to do, and what it answers: the one contract between the levels and who shows them.

The levels are `actors.drill.simulation_level`, `threads_level` and `process_level`; each has a function `drill`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct

from actors.drill.scenario import Scenario
from config.fault_plan import FaultPlan

Progress: TypeAlias = Callable[[int], object]
"""Told how many runs are done."""


class Order(Struct, frozen=True):
    """A plan to be run once for each seed. `named` is what names the plan on a command line."""

    plan: FaultPlan
    seeds: range
    folder: Path
    """Where the file of a failure goes; made when it is needed."""
    named: str
    scenarios: tuple[Scenario, ...]

    def file(self, seed: int) -> Path:
        """The file of the failure that this seed found."""
        name = re.sub(r"[^a-z0-9]+", "-", self.plan.name.lower()).strip("-") or "plan"
        return self.folder / f"{name}-{seed}.json"


class Verdict(Struct, frozen=True):
    """`report` tells of the broken promise; empty: all were kept. `notes` is what a person should know besides."""

    runs: int
    report: str = ""
    notes: tuple[str, ...] = ()


def unstruck(plan: FaultPlan, times: int) -> tuple[str, ...]:
    """What a person should know where nothing went wrong although the plan has faults that are counted."""
    counted = any(fault.at != "program" or fault.kind == "kill" for fault in plan.fault)
    if times or not counted or any(fault.kind == "overflow" for fault in plan.fault):
        return ()
    return ("no fault has struck: is the message of `on` handled by that actor in this scenario?",)


class LevelModule(Protocol):
    """A module that can run plans."""

    def drill(self, order: Order, progress: Progress) -> Verdict:
        """Run the plan up to its end or its first broken promise."""
        ...
