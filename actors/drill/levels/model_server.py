"""A scenario's model as a real server plays it: the script's steps, with what a fault plan makes of them on the wire.

Used by the levels that have real sockets, in whichever dialect the plan names. The simulation's counterpart is
`actors.drill.simulated.model_port`. Pure, but for the world's list of what was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
from msgspec.structs import replace

from actors.llm.dialect import dialect_named
from actors.llm.scripted.script import ScriptedStep
from config.model_facts import EMBEDDED
from config.providers import ProviderAccess

if TYPE_CHECKING:
    from actors.drill.plan.faults import InjectedFault, Injector
    from actors.drill.simulated.world import World
    from actors.llm.scripted.chat_request import ChatRequest
    from actors.llm.scripted.script import CallStep

PAGE = "<!doctype html><html><head><title>Sign in</title></head><body>Welcome to the hotel</body></html>"
STALL = 3_600.0
ALIVE = ": still here\n\n"
TOO_LONG = '{"error": {"message": "prompt is too long", "code": "context_length_exceeded"}}'
SENSELESS = "data: {not json\n\n"
BEAT, BEATS = 0.1, 36_000
"""Seconds between two signs of life, and how many there are: an hour of them."""
BROKEN_ARGUMENTS = '{"mark": '
FAILURE = 400
INSTEAD = {
    "html": ScriptedStep(status=200, headers={"Content-Type": "text/html"}, body=PAGE),
    "status_500": ScriptedStep(status=500),
    "rejected": ScriptedStep(status=FAILURE),
    "context_exceeded": ScriptedStep(status=FAILURE, body=TOO_LONG),
    "empty": ScriptedStep(finish="stop"),
}
"""What comes instead of the whole answer."""


def drill_access(url: str, dialect: str) -> ProviderAccess:
    """How the model server at this address is asked. `dialect` empty: the usual one.

    Raises:
        ConfigError: there is no such dialect.
    """
    usual = ProviderAccess("drill", url, "scripted", facts=EMBEDDED)
    access = replace(usual, dialect=dialect) if dialect else usual
    dialect_named(access)
    return access


class DrillModelServer:
    """A `ScriptedAnswer` to a scenario's requests."""

    def __init__(self, world: World, injector: Injector) -> None:
        self._world = world
        self._injector = injector

    def __call__(self, asked: ChatRequest) -> tuple[ScriptedStep, ...]:
        """The script's steps, disturbed."""
        faults = self._injector.strikes("model", "")
        steps = disturbed(self._world.player(asked), faults)
        if is_whole(steps):
            calls = [step.call for step in steps if step.call is not None]
            self._world.asked += [mark for call in calls for mark in marks(call)]
        return steps


def disturbed(steps: tuple[ScriptedStep, ...], faults: tuple[InjectedFault, ...]) -> tuple[ScriptedStep, ...]:
    """The steps with what the faults make of them."""
    for fault in faults:
        steps = _disturbed(single(steps), fault)
    return steps


def _disturbed(steps: tuple[ScriptedStep, ...], fault: InjectedFault) -> tuple[ScriptedStep, ...]:
    if fault.kind in INSTEAD:
        return (INSTEAD[fault.kind],)
    start = beginning(steps, fault.size)
    match fault.kind:
        case "cut" | "reset":
            steps = (*start, ScriptedStep(cut="reset" if fault.kind == "reset" else "end"))
        case "no_end":
            steps = (*steps, ScriptedStep(finish="none"))
        case "stall":
            steps = (*start, ScriptedStep(stall=STALL))
        case "barren":
            steps = (*start, *(ScriptedStep(raw=ALIVE, repeat=BEATS, every=BEAT),))
        case "withheld":
            steps = (*start, ScriptedStep(finish="content_filter"))
        case "malformed":
            steps = (*start, ScriptedStep(raw=SENSELESS))
        case "slow":
            steps = tuple(part for step in steps for part in (ScriptedStep(stall=fault.seconds), step))
        case "status_429":
            steps = (ScriptedStep(status=429, headers={"Retry-After": f"{fault.seconds:g}"}),)
        case _:
            steps = spoiled(steps, fault.kind)
    return steps


def spoiled(steps: tuple[ScriptedStep, ...], kind: str) -> tuple[ScriptedStep, ...]:
    """The calls with one id, or the first with broken arguments."""
    calls = [place for place, step in enumerate(steps) if step.call is not None]
    changed = list(steps)
    for place in calls if kind == "same_ids" else calls[:1]:
        call = cast("CallStep", changed[place].call)
        if kind == "same_ids":
            changed[place] = ScriptedStep(call=replace(call, id="call_1"))
        elif kind == "bad_arguments":
            changed[place] = ScriptedStep(call=replace(call, arguments=BROKEN_ARGUMENTS))
    return tuple(changed)


def single(steps: tuple[ScriptedStep, ...]) -> tuple[ScriptedStep, ...]:
    """Repeated steps one by one, each with the pause before it."""
    found: list[ScriptedStep] = []
    for step in steps:
        for number in range(step.repeat):
            if step.every and number:
                found.append(ScriptedStep(stall=step.every))
            found.append(replace(step, repeat=1, every=0.0))
    return tuple(found)


def beginning(steps: tuple[ScriptedStep, ...], pieces: int) -> tuple[ScriptedStep, ...]:
    """Everything up to so many pieces of text."""
    seen = 0
    for place, step in enumerate(steps):
        seen += step.delta is not None or step.reasoning is not None
        if seen > pieces:
            return steps[:place]
    return steps if seen and pieces else ()


def is_whole(steps: tuple[ScriptedStep, ...]) -> bool:
    """Whether a client that reads to the end has an answer."""
    fails = any(step.cut or step.raw or step.finish in ("none", "content_filter") or step.body for step in steps)
    fails = fails or not any(step.delta or step.call for step in steps)
    return not fails and not any((step.status or 0) >= FAILURE or (step.stall or 0.0) >= STALL for step in steps)


def marks(call: CallStep) -> tuple[str, ...]:
    """The mark or the command that a call would leave in the world."""
    arguments: object = call.arguments
    if isinstance(arguments, str):
        try:
            arguments = msgspec.json.decode(arguments)
        except msgspec.DecodeError:
            return ()
    values = cast("dict[str, object]", arguments) if isinstance(arguments, dict) else {}
    mark = values.get("mark", values.get("command"))
    return (mark,) if isinstance(mark, str) else ()
