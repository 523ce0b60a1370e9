"""What the runtime says to itself: verdicts to shells, reports to the supervisor, and what anyone may hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from actors.runtime.message import Command, Event, Message


@dataclass(frozen=True, slots=True)
class Signal(Message):
    """From the supervisor to a shell; ahead of every message, also while the mailbox is held."""

    urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Restart(Signal):
    """Replace the behaviour by a new one and go on with the mailbox."""


@dataclass(frozen=True, slots=True)
class Stop(Signal):
    """End the shell; what waits in the mailbox becomes dead letters, open asks an ActorDeadError."""


@dataclass(frozen=True, slots=True)
class ReportFailure(Command):
    """A handler, a start or a factory raised; the mailbox is held until the verdict."""

    urgent: ClassVar[bool] = True
    child: str
    generation: int
    problem: str
    message: str
    """Class name of the message that was being handled; empty if it happened at the start."""


@dataclass(frozen=True, slots=True)
class ReportHang(Command):
    """A handler has not come back within the hang limit; `stack` is where it stands."""

    urgent: ClassVar[bool] = True
    child: str
    generation: int
    message: str
    stack: str
    envelope: int
    """Number of the message that is being handled, so that a later one is not taken for it."""


@dataclass(frozen=True, slots=True)
class RestartNow(Command):
    """The supervisor's timer: the pause before a restart is over."""

    urgent: ClassVar[bool] = True
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ping(Command):
    """Asked of a supervisor: answered once all its children were started."""


@dataclass(frozen=True, slots=True)
class ActorFailed(Event):
    """An actor crashed or hung; `will_restart` is False when its supervisor gave up."""

    urgent: ClassVar[bool] = True
    actor: str
    problem: str
    message: str
    will_restart: bool


@dataclass(frozen=True, slots=True)
class ActorRestarted(Event):
    """An actor goes on with a new behaviour; what the old one was handling is lost, its mailbox is not."""

    actor: str
    generation: int


@dataclass(frozen=True, slots=True)
class ActorTerminated(Event):
    """An actor has stopped for good."""

    actor: str


@dataclass(frozen=True, slots=True)
class BeginShutdown(Command):
    """Go through the phases and end. A second one hurries the first."""

    urgent: ClassVar[bool] = True
    exit_code: int
    reason: str


@dataclass(frozen=True, slots=True)
class PhaseExpired(Command):
    """The shutdown's timer: the phase has used up its time."""

    urgent: ClassVar[bool] = True
    phase: int
