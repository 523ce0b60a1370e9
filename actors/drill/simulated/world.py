"""The simulated world of a drill: what lies outside of the program and survives when it is killed.

The ports of `actors.drill.simulated.ports` read and write it, the front end shows into it, and the invariants compare
it with the trace. It never acts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from actors.llm.scripted.script import ScriptPlayer

if TYPE_CHECKING:
    from actors.drill.plan.scenario import Scenario
    from actors.runtime.message import Message


class Process(Struct, eq=False):
    """A simulated child process. Times in virtual seconds; `ended` is None while it lives."""

    pid: int
    job: str
    command: str
    started: float
    ended: float | None = None


class ShownMessage(Struct, eq=False):
    """A message that was shown: when, and in which incarnation. `late`: after the terminal was restored."""

    incarnation: int
    at: float
    message: Message
    late: bool


class WrittenLine(Struct, eq=False):
    """A write to the journal: in which incarnation, and how many entries the trace had before it."""

    incarnation: int
    entries: int
    line: bytes


@dataclass(slots=True)
class World:
    """Facts. `acts` are the effects of tools, in order, by the mark they leave.

    `asked` are the marks that the model asked for, `typed` the commands that the person ran themselves, `requested`
    those of jobs that a user's own tools asked for.
    """

    scenario: Scenario
    player: ScriptPlayer
    journal: bytearray = field(default_factory=bytearray)
    written: list[WrittenLine] = field(default_factory=list[WrittenLine])
    inherited: list[bytes] = field(default_factory=lambda: [b""])
    """The journal as each incarnation found it."""
    synced: int = 0
    """Bytes of the journal that are synced."""
    processes: list[Process] = field(default_factory=list[Process])
    acts: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])
    typed: list[str] = field(default_factory=list[str])
    requested: list[str] = field(default_factory=list[str])
    shown: list[ShownMessage] = field(default_factory=list[ShownMessage])
    restored: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    """When the terminal was restored: (incarnation, time)."""
    models: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    """Whom each request went to: (incarnation, turn, selector of the model)."""
    happened: set[str] = field(default_factory=set[str])
    """The kinds of faults that were done to the program as a whole."""
    incarnation: int = 0

    def alive(self) -> tuple[Process, ...]:
        """The processes that have not ended."""
        return tuple(process for process in self.processes if process.ended is None)

    def kill(self, cut: int = 0) -> None:
        """The program is killed with -9: the guardian ends its processes, the last `cut` unsynced bytes are lost."""
        for process in self.processes:
            process.ended = 0.0  # the next incarnation has a clock of its own
        keep = max(self.synced, len(self.journal) - cut)
        del self.journal[keep:]
        self.incarnation += 1
        self.inherited.append(bytes(self.journal))


def new_world(scenario: Scenario) -> World:
    """A world in which nothing has happened."""
    return World(scenario, ScriptPlayer(scenario.script))
