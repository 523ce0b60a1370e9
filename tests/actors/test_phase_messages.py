"""Each phase of the shutdown has its command and its acknowledgement, and the composition root pairs all of them."""

from __future__ import annotations

import inspect

from actors import phase_messages
from actors.phase_messages import DrainScreen
from actors.runtime.message import Command, Event
from actors.runtime.signals import BeginShutdown
from actors.system import PHASES


def classes(kind: type[Command | Event]) -> set[type]:
    found = (value for value in vars(phase_messages).values() if inspect.isclass(value))
    return {value for value in found if issubclass(value, kind) and value is not kind}


def test_each_command_is_that_of_one_phase_and_each_event_ends_one() -> None:
    order = BeginShutdown(3, "why")
    assert [type(phase.begin(order)) for phase in PHASES].count(DrainScreen) == 1
    assert {type(phase.begin(order)) for phase in PHASES} == classes(Command)
    assert {phase.until for phase in PHASES} == classes(Event)


def test_the_last_phase_says_how_the_program_ends() -> None:
    assert PHASES[-1].begin(BeginShutdown(3, "why")) == DrainScreen(3, "why")
