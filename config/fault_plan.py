"""Fault plans: what a drill does to the company, as a TOML file that a person writes.

    name = "a tool runner that crashes"
    scenario = "tools"
    seed = 7
    schedules = 1000

    [[fault]]
    at = "tool_runner"
    on = "ExecuteCall"
    kind = "crash_before"
    nth = 1

`at` is an actor, or a place at the edge: `model`, `terminals`, `journal_file`, `program`. `config.fault_kinds` has the
kinds of each place and the levels at which they can be done. A fault strikes the `nth` time its rule fits, or with a
`probability` each time, `most` times at the most. What the scenarios and the messages are called is told by whoever
runs the plan. Reads, checks, never acts.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from config.errors import ConfigError
from config.fault_kinds import ACTOR_KINDS, KINDS, LEVELS, Level
from config.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

SHIPPED = Path(__file__).with_name("plans")
"""The plans that come along."""

Probability = Annotated[float, Meta(gt=0, le=1)]
Seconds = Annotated[float, Meta(ge=-86_400, le=86_400)]
Limit = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
Size = Annotated[int, Meta(ge=0)]


class Spoken(msgspec.StructMeta):
    """Where a key is written in Python that is not there, says which there are."""

    if not TYPE_CHECKING:  # a type checker knows the keys from the class

        def __call__(self, *values: object, **keys: object) -> object:
            """A new one."""
            try:
                return super().__call__(*values, **keys)
            except TypeError as problem:
                raise TypeError(f"{self.__name__}(…): {problem}. Its keys are: {_fields(self)}") from None


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=Spoken):
    """One rule. Without `nth` and `probability` it strikes the first time that it fits."""

    at: str
    kind: str
    on: str = ""
    """A message class; empty: every message."""
    nth: Count | None = None
    probability: Probability | None = None
    most: Count = 1
    seconds: Seconds = 1.0
    size: Size | None = None
    """Messages, pieces, lines or bytes, whatever the kind counts; None is what is usual for the kind."""


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=Spoken):
    """What the run may take, in seconds (of the virtual clock, in simulation)."""

    prompt: Limit = 3_600.0
    exit: Limit = 12.5


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=Spoken):
    """A plan as it was written. `pain` is the number of the user's pain that it guards against."""

    name: str
    scenario: str
    about: str = ""
    pain: Annotated[int, Meta(ge=1, le=25)] | None = None
    seed: Annotated[int, Meta(ge=0)] = 0
    schedules: Count = 1_000
    """Runs in simulation, with consecutive seeds; on threads and in the program a plan runs `repeats` times."""
    repeats: Count = 1
    levels: tuple[Level, ...] = ()
    """Where the plan makes sense; left out: wherever all of its faults can be done."""
    fault: tuple[Fault, ...] = ()
    bounds: Bounds = Bounds()


def runs_at(plan: FaultPlan) -> tuple[Level, ...]:
    """The levels of a plan that was checked."""
    return plan.levels or _possible(plan)


def shipped_plans() -> tuple[Path, ...]:
    """The files of the plans that come along, by name."""
    return tuple(sorted(SHIPPED.glob("*.toml")))


def read_plan(path: Path, scenarios: Iterable[str], messages: Iterable[str]) -> FaultPlan:
    """The plan in this file, checked against what can be named.

    Raises:
        ConfigError: there is no such file, or something in it means nothing; the text lists what can be named.
    """
    values = read_toml(path)
    if values is None:
        raise ConfigError(f"{path}: there is no such file; `callboard drill --list` shows the plans that come along")
    try:
        return check_plan(_converted(values), tuple(scenarios), tuple(messages))
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None


def check_plan(
    plan: FaultPlan, scenarios: tuple[str, ...], messages: tuple[str, ...], actors: tuple[str, ...] = ()
) -> FaultPlan:
    """The plan if everything that it names is there, and each value may be what it is.

    With `actors` these are the only places: they are somebody's own.

    Raises:
        ConfigError: something is not; the text lists what can be named.
    """
    plan = _converted(msgspec.to_builtins(plan))
    _named("scenario", plan.scenario, scenarios)
    for number, fault in enumerate(plan.fault, start=1):
        where = f"fault {number}: "
        _named(f"{where}at", fault.at, actors or tuple(KINDS))
        _named(f"{where}kind at {fault.at}", fault.kind, tuple(ACTOR_KINDS if actors else KINDS[fault.at]))
        if fault.on:
            _takes_messages(where, fault)
            _named(f"{where}on", fault.on, messages)
        if fault.nth is not None and fault.probability is not None:
            raise ConfigError(f"{where}takes `nth` or `probability`, not both")
        if fault.probability is not None and fault.at == "program":
            raise ConfigError(f"{where}what happens to the program happens once, at a moment: take `on` and `nth`")
        if fault.seconds < 0 and fault.kind != "wall_jump":
            raise ConfigError(f"{where}seconds: only a wall_jump goes backwards")
    if not actors:
        _check_levels(plan)
    return plan


def check_level(plan: FaultPlan, level: Level) -> None:
    """Whether a plan that was checked runs at this level.

    Raises:
        ConfigError: it does not; the text says where it runs.
    """
    if level not in runs_at(plan):
        levels = f"this plan does not run at the level {level}; it runs at: {', '.join(runs_at(plan))}"
        raise ConfigError(f"{levels}. {_where_possible(plan)}" if plan.fault else levels)


def _converted(values: object) -> FaultPlan:
    try:
        return msgspec.convert(values, FaultPlan)
    except msgspec.ValidationError as problem:
        fields = f"A plan has: {_fields(FaultPlan)}; a fault has: {_fields(Fault)}; bounds have: {_fields(Bounds)}"
        raise ConfigError(f"{problem}. {fields}") from None


def _takes_messages(where: str, fault: Fault) -> None:
    if fault.at in ("model", "terminals", "journal_file"):
        raise ConfigError(f"{where}on: {fault.at} is no actor and hears no messages; leave `on` out")
    if fault.kind in ("overflow", "start_failure"):
        raise ConfigError(f"{where}on: {fault.kind} is about no message; leave `on` out")


def _check_levels(plan: FaultPlan) -> None:
    possible = _possible(plan)
    if not possible:
        raise ConfigError(f"no level can do all of these faults. {_where_possible(plan)}. Make two plans of it")
    for level in plan.levels:
        if level not in possible:
            raise ConfigError(f"levels: not every fault can be done at the level {level}. {_where_possible(plan)}")


def _possible(plan: FaultPlan) -> tuple[Level, ...]:
    return tuple(level for level in LEVELS if all(level in KINDS[fault.at][fault.kind].levels for fault in plan.fault))


def _where_possible(plan: FaultPlan) -> str:
    kinds = {f"{fault.kind} at {fault.at}": KINDS[fault.at][fault.kind].levels for fault in plan.fault}
    return "; ".join(f"{name}: {', '.join(levels)}" for name, levels in kinds.items())


def _fields(struct: type[msgspec.Struct]) -> str:
    return ", ".join(struct.__struct_fields__)


def _named(what: str, name: str, known: tuple[str, ...]) -> None:
    if name in known:
        return
    close = difflib.get_close_matches(name, known, 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise ConfigError(f"{what}: there is no {name!r}.{hint} It can be: {', '.join(sorted(known))}")
