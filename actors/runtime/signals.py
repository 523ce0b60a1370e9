"""What the runtime says to itself: verdicts to shells, reports to the supervisor, and what anyone may hear of it."""

from __future__ import annotations

from typing import ClassVar

from actors.runtime.message import Command, Event, Message


class Signal(Message, frozen=True):
    """From the supervisor to a shell; ahead of every message, also while the mailbox is held."""

    urgent: ClassVar[bool] = True


class Restart(Signal, frozen=True):
    """Replace the behaviour by a new one and go on with the mailbox."""


class Stop(Signal, frozen=True):
    """End the shell; what waits in the mailbox becomes dead letters, open asks an ActorDeadError."""


class ReportFailure(Command, frozen=True):
    """A handler, a start or a factory raised; the mailbox is held until the verdict."""

    urgent: ClassVar[bool] = True
    child: str
    generation: int
    problem: str
    message: str
    """Class name of the message that was being handled; empty if it happened at the start."""


class ReportHang(Command, frozen=True):
    """A handler has not come back within the hang limit; `stack` is where it stands."""

    urgent: ClassVar[bool] = True
    child: str
    generation: int
    message: str
    stack: str
    envelope: int
    """Number of the message that is being handled, so that a later one is not taken for it."""


class RestartNow(Command, frozen=True):
    """The supervisor's timer: the pause before a restart is over."""

    urgent: ClassVar[bool] = True
    children: tuple[str, ...]


class Ping(Command, frozen=True):
    """Asked of an actor: answered once it has handled what came before; a supervisor has started its children then."""


class ActorFailed(Event, frozen=True):
    """An actor crashed or hung; `will_restart` is False when its supervisor gave up."""

    urgent: ClassVar[bool] = True
    actor: str
    problem: str
    message: str
    will_restart: bool


class ActorRestarted(Event, frozen=True):
    """An actor goes on with a new behaviour; what the old one was handling is lost, its mailbox is not."""

    actor: str
    generation: int


class ActorTerminated(Event, frozen=True):
    """An actor has stopped for good."""

    actor: str


class BeginShutdown(Command, frozen=True):
    """Go through the phases and end. A second one hurries the first."""

    urgent: ClassVar[bool] = True
    exit_code: int
    reason: str


class PhaseExpired(Command, frozen=True):
    """The shutdown's timer: the phase has used up its time."""

    urgent: ClassVar[bool] = True
    phase: int
