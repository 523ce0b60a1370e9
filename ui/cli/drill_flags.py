"""The flags of `callboard drill`: what each means, what it may be, and which of them make no sense together.

Used by `ui.cli.command_line` alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, cast

from config.faults.fault_kinds import LEVELS
from ui.arguments import DrillArguments

if TYPE_CHECKING:
    from config.faults.fault_kinds import Level

CHOOSING = {
    "plans": "PLAN",
    "level": "--level",
    "seeds": "--seeds",
    "seed": "--seed",
    "scenario": "--scenario",
    "dialect": "--dialect",
    "output": "--output-dir",
    "exhaustive": "--exhaustive",
}
"""Name in the parsed arguments: what chooses the runs, as it is typed."""


def add_drill_flags(drill: argparse.ArgumentParser) -> None:
    """Teach them to the parser; None or an empty list is what was not given."""
    add = drill.add_argument
    add("plans", metavar="PLAN", nargs="*", help="a file, or the name of a plan of --list; else all of them")
    add("--list", dest="listing", action="store_true", help="the plans that come along, and the scenarios")
    add("--level", choices=LEVELS, help="virtual time (simulation, the default), threads, process")
    add("--seeds", type=count, metavar="N", help="so many schedules or runs of each plan")
    add("--seed", type=seed, metavar="S", help="begin with this seed; without --seeds, only this one")
    add(
        "--exhaustive",
        action="store_true",
        default=None,
        help="every order of a small scenario; --seeds is the most to be tried",
    )
    add("--scenario", metavar="NAME", help="another than the plan's; without a plan, no faults")
    add("--dialect", metavar="NAME", help="what the model server speaks, on threads and in the program: anthropic, …")
    add("--replay", type=Path, metavar="FILE", help="run a failure once more; stands alone")
    add("--output-dir", dest="output", type=Path, metavar="DIR", help="where files of failures go")


def drill_arguments(given: dict[str, object]) -> DrillArguments:
    """What was asked."""
    return DrillArguments(
        plans=tuple(cast("list[str]", given["plans"])),
        listing=bool(given["listing"]),
        level=cast("Level", given["level"] or "simulation"),
        seeds=cast("int", given["seeds"] or 0),
        exhaustive=bool(given["exhaustive"]),
        seed=cast("int | None", given["seed"]),
        scenario=str(given["scenario"] or ""),
        dialect=str(given["dialect"] or ""),
        replay=cast("Path | None", given["replay"]),
        output=cast("Path | None", given["output"]),
    )


def clash(given: dict[str, object]) -> str:
    """What cannot be asked together, and what to do; empty: nothing."""
    others = [flag for name, flag in CHOOSING.items() if given[name] not in (None, [])]
    if given["replay"] is not None and (given["listing"] or others):
        others = ["--list"] * bool(given["listing"]) + others
        return f"--replay runs once more what its file says; leave out: {', '.join(others)}"
    if given["listing"] and others:
        return f"--list shows all that there is; leave out: {', '.join(others)}"
    if given["dialect"] and given["level"] in (None, "simulation"):
        return "--dialect chooses what a model server speaks, and virtual time has none; add --level threads"
    if given["exhaustive"] and given["level"] not in (None, "simulation"):
        return "--exhaustive tries orders in virtual time; leave out --level"
    return ""


def seed(text: str) -> int:
    """A whole number from 0 on."""
    return _whole(text, 0)


def count(text: str) -> int:
    """A whole number from 1 on."""
    return _whole(text, 1)


def _whole(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise argparse.ArgumentTypeError(f"must be a whole number from {least} on, not {text!r}")
    return value
