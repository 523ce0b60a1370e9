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

`at` is an actor, or a place at the edge: `model`, `terminals`, `journal_file`, `program`. `config.faults.fault_kinds`
has the kinds of each place and the levels at which they can be done, `config.faults.fault_rules` what a fault may say.
A fault strikes the `nth` time its rule fits, or each time, perhaps with a `probability`, `most` times at the most. What
the names of scenarios and messages are passed in by the caller. Reads, checks, never acts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from config.errors import ConfigError
from config.faults.fault import Count, Fault, KeyCheckedMeta
from config.faults.fault_kinds import KINDS, LEVELS, REAL, Level
from config.faults.fault_rules import check_fault, check_name, did_you_mean
from config.mistake import find_mistake
from config.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SHIPPED = Path(__file__).parents[1] / "plans"
"""The plans that come along."""

Limit = Annotated[float, Meta(gt=0)]


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=KeyCheckedMeta):
    """What the run may take, in seconds (of the virtual clock, in simulation)."""

    prompt: Limit = 3_600.0
    exit: Limit = 12.5


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=KeyCheckedMeta):
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
    dialect: str = ""
    """What the model server speaks; left out: openai_chat. In virtual time there is no server, and so no dialect."""
    fault: tuple[Fault, ...] = ()
    bounds: Bounds = Bounds()


def runs_at(plan: FaultPlan) -> tuple[Level, ...]:
    """The levels of a plan that was checked."""
    return plan.levels or _possible(plan)


def shipped_plans() -> tuple[Path, ...]:
    """The files of the plans that come along, by name."""
    return tuple(sorted(SHIPPED.glob("*.toml")))


def read_plan(path: Path, scenarios: Iterable[str], messages: Mapping[str, Collection[str]]) -> FaultPlan:
    """The plan in this file, checked against what can be named.

    Raises:
        ConfigError: there is no such file, or something in it means nothing; the text lists what can be named.
    """
    values = read_toml(path)
    if values is None:
        hint = did_you_mean(path.stem, [shipped.stem for shipped in shipped_plans()])
        raise ConfigError(
            f"{path}: there is no such file.{hint} `callboard drill --list` shows the plans that come along"
        )
    if values.get("levels") == []:
        raise ConfigError(f"{path}: levels: is empty; leave it out, or name some of: {', '.join(LEVELS)}")
    try:
        return check_plan(_converted(values), tuple(scenarios), messages)
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None


def check_plan(
    plan: FaultPlan,
    scenarios: tuple[str, ...],
    messages: Mapping[str, Collection[str]] | None,
    actors: tuple[str, ...] = (),
) -> FaultPlan:
    """The plan if everything that it says means something.

    `messages` has what `on` can name at each place; None: the caller has its own. With `actors` these are
    the only places: they are a user's own.

    Raises:
        ConfigError: something means nothing; the text says what can be written.
    """
    plan = _converted(msgspec.to_builtins(plan))
    check_name("scenario", plan.scenario, scenarios)
    for number, fault in enumerate(plan.fault, start=1):
        try:
            check_fault(fault, messages, actors)
        except ConfigError as problem:
            raise ConfigError(f"fault {number}: {problem}") from None
    if not actors:
        _check_kills(plan)
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


def _converted(values: dict[str, object]) -> FaultPlan:
    try:
        return msgspec.convert(values, FaultPlan)
    except msgspec.ValidationError as problem:
        mistake = find_mistake(values, FaultPlan)
        raise ConfigError(mistake.words if mistake else str(problem)) from None


def _check_kills(plan: FaultPlan) -> None:
    kills = [
        number for number, fault in enumerate(plan.fault, start=1) if (fault.at, fault.kind) == ("program", "kill")
    ]
    for number in kills[1:]:
        if plan.fault[number - 1].on:
            raise ConfigError(
                f"fault {number}: on: only the first kill has a moment, the others come anywhere; leave `on` out"
            )


def _check_levels(plan: FaultPlan) -> None:
    possible = _possible(plan)
    if plan.dialect and not possible and any(_everywhere(plan)):
        raise ConfigError(
            "dialect: virtual time has none, and the faults cannot be done at another level; leave it out"
        )
    if not possible:
        raise ConfigError(f"no level can do all of these faults. {_where_possible(plan)}. Make two plans of it")
    for level in plan.levels:
        if level not in possible and plan.dialect:
            raise ConfigError(
                f"levels: a plan with a dialect runs at: {', '.join(possible)}; leave {level} or dialect out"
            )
        if level not in possible:
            raise ConfigError(f"levels: not every fault can be done at the level {level}. {_where_possible(plan)}")


def _possible(plan: FaultPlan) -> tuple[Level, ...]:
    return tuple(level for level in _everywhere(plan) if level in REAL or not plan.dialect)


def _everywhere(plan: FaultPlan) -> tuple[Level, ...]:
    """Where every fault can be done."""
    return tuple(level for level in LEVELS if all(level in KINDS[fault.at][fault.kind].levels for fault in plan.fault))


def _where_possible(plan: FaultPlan) -> str:
    kinds = {f"{fault.kind} at {fault.at}": KINDS[fault.at][fault.kind].levels for fault in plan.fault}
    return "; ".join(f"{name}: {', '.join(levels)}" for name, levels in kinds.items())
