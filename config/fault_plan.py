"""Fault plans: what a drill does to the company, as a TOML file that a person writes.

    name = "a tool runner that crashes"
    scenario = "two_calls"
    seed = 7
    schedules = 1000

    [[fault]]
    at = "tool_runner"
    on = "ExecuteCall"
    kind = "crash_before"
    nth = 1

`at` is an actor, or a place at the edge: `model`, `terminal`, `journal`, `clock`, `program`. The kinds that a place
knows are `KINDS`. A fault strikes the `nth` time its rule fits, or with a `probability` each time, `most` times at the
most. What the scenarios and the messages are called is told by whoever runs the plan. Reads, checks, never acts.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from config.errors import ConfigError
from config.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Level: TypeAlias = Literal["simulation", "threads", "process"]
LEVELS: tuple[Level, ...] = ("simulation", "threads", "process")

ACTORS = ("ui", "turn_loop", "tool_runner", "pty_manager", "llm_streamer", "journal")

ACTOR_KINDS = {
    "crash_before": "the handler fails before it does anything",
    "crash_after": "the handler fails when it has done everything",
    "hang": "the handler does not come back",
    "delay": "the message is handled `seconds` later; later ones of other senders pass it",
    "slow": "each handler takes `seconds`",
    "start_failure": "a restarted behaviour fails to start",
}
KINDS: dict[str, dict[str, str]] = {
    **dict.fromkeys(ACTORS, ACTOR_KINDS),
    "model": {
        "cut": "the stream ends in the middle of the answer",
        "reset": "the connection is reset in the middle of the answer",
        "stall": "the stream falls silent for ever",
        "no_end": "the stream ends without saying that it is the end",
        "rate_limit": "429 with a Retry-After of `seconds`",
        "server_error": "500",
        "html": "a web page with status 200",
        "malformed": "an event that is not JSON",
        "duplicate_ids": "two calls with the same id",
        "bad_arguments": "a call whose arguments are not JSON",
        "drop": "one piece never arrives",
        "duplicate": "one piece arrives twice",
    },
    "terminal": {
        "ignores_signals": "the program ignores HUP, INT and TERM",
        "flood": "the program prints without end",
        "silent": "the program prints nothing and never ends",
        "exits_at_once": "the program is gone before its first output is read",
        "double_fork": "the program leaves a daemon in a session of its own",
        "start_failure": "the program cannot be started",
    },
    "journal": {
        "disk_full": "a write fails: no space left",
        "torn": "a write is cut in the middle and fails",
        "sync_failure": "the disk does not take a sync",
    },
    "clock": {"jump": "time leaps by `seconds`"},
    "program": {
        "kill": "kill -9, then the session is continued",
        "terminate": "SIGTERM",
        "interrupt": "SIGINT",
        "interrupt_twice": "two SIGINTs within a second",
        "hang_up": "SIGHUP, the terminal is gone",
        "resize_storm": "the terminal changes its size a hundred times",
    },
}
"""What can be named: place → kind → what it does."""

Probability = Annotated[float, Meta(gt=0, le=1)]
Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule. Without `nth` and `probability` it strikes the first time that it fits."""

    at: str
    kind: str
    on: str = ""
    """A message class; empty: every message."""
    nth: Count | None = None
    probability: Probability | None = None
    most: Count = 1
    seconds: Seconds = 1.0


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the run may take, in seconds (of the virtual clock, in simulation)."""

    prompt: Seconds = 600.0
    exit: Seconds = 15.0


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plan as it was written. `pain` is the number of the user's pain that it guards against."""

    name: str
    scenario: str
    about: str = ""
    pain: Annotated[int, Meta(ge=1, le=25)] | None = None
    seed: int = 0
    schedules: Count = 1_000
    """Runs in simulation, with consecutive seeds; on threads and in the program the plan runs once for each fault."""
    levels: tuple[Level, ...] = LEVELS
    fault: tuple[Fault, ...] = ()
    bounds: Bounds = Bounds()


def read_plan(path: Path, scenarios: Iterable[str], messages: Iterable[str]) -> FaultPlan:
    """The plan in this file, checked against what can be named.

    Raises:
        ConfigError: there is no such file, or something in it means nothing; the text lists what can be named.
    """
    values = read_toml(path)
    if values is None:
        raise ConfigError(f"{path}: there is no such file; `callboard drill --list` shows the plans that come along")
    try:
        plan = msgspec.convert(values, FaultPlan)
    except msgspec.ValidationError as problem:
        raise ConfigError(
            f"{path}: {problem}. A plan has: {_fields(FaultPlan)}; a fault has: {_fields(Fault)}"
        ) from None
    _named(path, "scenario", plan.scenario, tuple(scenarios))
    for number, fault in enumerate(plan.fault, start=1):
        where = f"fault {number}: "
        _named(path, where + "at", fault.at, tuple(KINDS))
        _named(path, where + f"kind at {fault.at}", fault.kind, tuple(KINDS[fault.at]))
        if fault.on:
            _named(path, where + "on", fault.on, tuple(messages))
        if fault.nth is not None and fault.probability is not None:
            raise ConfigError(f"{path}: {where}takes `nth` or `probability`, not both")
    return plan


def _fields(struct: type[msgspec.Struct]) -> str:
    return ", ".join(struct.__struct_fields__)


def _named(path: Path, what: str, name: str, known: tuple[str, ...]) -> None:
    if name in known:
        return
    close = difflib.get_close_matches(name, known, 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise ConfigError(f"{path}: {what}: there is no {name!r}.{hint} It can be: {', '.join(sorted(known))}")
