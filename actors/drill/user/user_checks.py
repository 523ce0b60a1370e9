"""Checks the arguments of a user's own drill, with errors that say what to write.

Used by `actors.drill.public` before the first run, so that a mistake is an error at once and not a drill that tries
nothing. `actors.drill.user.user_script` looks into the scenario, `config.faults.fault_plan` at what a plan names. Only
looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec.structs import replace

from actors.drill.plan.scenario import Scenario
from actors.drill.user.user_actors import ActorGroup
from actors.runtime.behaviour import Child
from actors.runtime.message import Message
from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan
from tools.tool import Tool

if TYPE_CHECKING:
    from tools.toolbox import AnyTool

T = TypeVar("T")
SEEDS = 200
"""How many schedules a drill takes by default."""
SUBJECT = "what is drilled is a Scenario(…) or an ActorGroup(…)"
PLAN = 'a plan is a list of Fault(…), a FaultPlan(…) or load_plan("plan.toml")'
TOOLS = "tools= is a function that returns a list of new tools, such as lambda: [Pay()]"
ACTORS = "the actors of an ActorGroup are a function that returns a tuple of new Child(…)"
TELLS = "what an ActorGroup tells is a tuple of messages with a comma, such as (Add(1),)"
RECEIVES = "what a Child receives is a tuple of message classes with a comma, such as (Add,)"


def no_tools() -> tuple[AnyTool, ...]:
    """None of one's own."""
    return ()


def subject_of(what: object, tools: object) -> Scenario | ActorGroup:
    """What is drilled: a scenario, or a group of actors, which has no tools.

    Raises:
        ConfigError: it is neither, or `tools` is no function.
    """
    if not isinstance(what, Scenario | ActorGroup):
        raise refused(SUBJECT, what)
    if not callable(tools):
        raise refused(TOOLS, tools)
    if isinstance(what, ActorGroup) and tools is not no_tools:
        raise ConfigError("an ActorGroup is drilled without tools=: only a Scenario has a model that calls them")
    return what


def plan_of(plan: object, scenario: str) -> FaultPlan:
    """The plan, or one of these faults."""
    faults = plan.fault if isinstance(plan, FaultPlan) else plan
    faults = (faults,) if isinstance(faults, Fault) else items_of(faults, Fault, PLAN)
    for fault in faults:
        if not isinstance(cast("object", fault.on), str):
            raise ConfigError(f'on= is the name of a message, such as on="{getattr(fault.on, "__name__", "Add")}"')
    if isinstance(plan, FaultPlan):
        return replace(plan, fault=faults)
    return FaultPlan(name="a drill", scenario=scenario, schedules=SEEDS, fault=faults)


def seeds_of(plan: FaultPlan, seeds: object, seed: object) -> range:
    """The seeds that were asked for, else those of the plan."""
    first = _whole("seed", plan.seed if seed is None else seed, 0)
    return range(first, first + _whole("seeds", plan.schedules if seeds is None else seeds, 1))


def group_of(asked: ActorGroup) -> tuple[Child, ...]:
    """The actors of a group, made once for the check."""
    items_of(asked.tells, Message, TELLS)
    children = items_of(_made(asked.actors, ACTORS), Child, ACTORS)
    for child in children:
        if not isinstance(cast("object", child.receives), tuple):
            raise refused(RECEIVES, child.receives)
    return children


def tools_of(make: object) -> tuple[AnyTool, ...]:
    """The tools of one run."""
    return cast("tuple[AnyTool, ...]", items_of(_made(make, TOOLS), Tool, TOOLS))


def items_of(items: object, kind: type[T], sentence: str) -> tuple[T, ...]:
    """The items if each is of this kind; the sentence says what should stand there.

    Raises:
        ConfigError: they are not.
    """
    if not isinstance(items, Iterable) or isinstance(items, str):
        raise refused(sentence, items)
    found = tuple(cast("Iterable[object]", items))
    for item in found:
        if not isinstance(item, kind):
            raise refused(sentence, item)
    return cast("tuple[T, ...]", found)


def refused(sentence: str, value: object) -> ConfigError:
    """What should stand there, and what does."""
    if isinstance(value, type):
        return ConfigError(f"{sentence}, not the class {value.__name__}")
    plain = value is None or isinstance(value, str | int | float)
    return ConfigError(f"{sentence}, not {repr(value) if plain else f'{type(value).__name__}(…)'}")


def _whole(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise refused(f"{name}= is a whole number from {least} on", value)
    return value


def _made(make: object, sentence: str) -> object:
    if not callable(make):
        raise refused(sentence, make)
    return cast("Callable[[], object]", make)()
