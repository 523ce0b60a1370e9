"""The orderly end: named phases, each begun by a command and ended by an acknowledgement or its deadline.

A phase never ends on a guess. One that ran out of time is named in the report and the next begins: a hung actor costs
its own phase's limit only. After the last phase every actor is stopped, a sweep names what is still
alive, and the report is handed to the company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct

from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Event, classes_of
from actors.runtime.signals import ActorRestarted, BeginShutdown, PhaseExpired

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.actor_system import ActorSystem
    from actors.runtime.clock import Timer
    from actors.runtime.message import Command

AtFirst: TypeAlias = BeginShutdown | PhaseExpired | ActorRestarted
Received: TypeAlias = AtFirst | Event
"""The other events are acknowledgements: it subscribes to those of its phases when the end begins."""
RECEIVES = classes_of(AtFirst)

HURRIED = 0.2
"""Seconds a phase has at the most once a second order to stop has come."""


class Phase(Struct, frozen=True):
    """One step of the end. `begin` makes the command, so that it may carry the exit code and the reason."""

    name: str
    begin: Callable[[BeginShutdown], Command]
    until: type[Event]
    limit: float


class ExitReport(Struct, frozen=True):
    """How it ended. `late` names phases and actors that used up their time; `survivors` processes that live on."""

    exit_code: int
    reason: str
    late: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()
    dead_letters: int = 0
    seconds: float = 0.0


class FinalSteps(Struct, frozen=True):
    """What follows the phases: the seconds actors have to stop, the sweep, and who hears the report."""

    stop_limit: float
    sweep: Callable[[], tuple[str, ...]]
    ended: Callable[[ExitReport], object]


class Shutdown(Behaviour[Received]):
    """Walks through the phases. It stands beside the supervisor, so that it works when the supervisor has failed."""

    def __init__(self, context: Context, system: ActorSystem, phases: tuple[Phase, ...], ending: FinalSteps) -> None:
        self._context = context
        self._system = system
        self._phases = phases
        self._ending = ending
        self._order: BeginShutdown | None = None
        self._phase = -1
        self._timer: Timer | None = None
        self._late: list[str] = []
        self._limit = float("inf")
        self._begun = 0.0

    def handle(self, message: Received) -> None:
        """An order to stop, a deadline, or an acknowledgement."""
        match message:
            case BeginShutdown() if self._order is None:
                self._order = message
                self._listen()
                self._begun = self._context.now()
                self._context.log("shutdown begins", reason=message.reason, exit_code=message.exit_code)
                self._next(message)
            case BeginShutdown():
                self._hurry()
            case PhaseExpired(phase=phase):
                if phase == self._phase and self._order is not None:
                    self._late.append(self._phases[phase].name)
                    self._context.log("phase is late", phase=self._phases[phase].name)
                    self._next(self._order)
            case ActorRestarted():
                self._repeat()
            case Event():
                self._acknowledged(message)
            case _:
                assert_never(message)

    def _listen(self) -> None:
        """Hear acknowledgements from now on, each behind all who heard it before: they see it before what follows."""
        self._system.subscribe(self._context.name, tuple(phase.until for phase in self._phases))

    def _acknowledged(self, message: Event) -> None:
        if self._order is None or self._phase >= len(self._phases):
            return
        if isinstance(message, self._phases[self._phase].until):
            self._next(self._order)

    def _next(self, order: BeginShutdown) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._phase += 1
        if self._phase == len(self._phases):
            self._end(order)
            return
        phase = self._phases[self._phase]
        self._timer = self._context.after(min(phase.limit, self._limit), PhaseExpired(self._phase))
        self._context.log("phase begins", phase=phase.name)
        self._context.send(phase.begin(order))

    def _repeat(self) -> None:
        """A new behaviour knows nothing of the orders that its predecessor was given."""
        if self._order is not None and self._phase < len(self._phases):
            for phase in self._phases[: self._phase + 1]:
                self._context.send(phase.begin(self._order))

    def _hurry(self) -> None:
        self._limit = HURRIED
        if self._phase < len(self._phases):
            self._context.after(HURRIED, PhaseExpired(self._phase))

    def _end(self, order: BeginShutdown) -> None:
        late = self._system.stop(self._ending.stop_limit)
        self._system.watch.end()
        report = ExitReport(
            exit_code=order.exit_code,
            reason=order.reason,
            late=(*self._late, *late),
            survivors=self._ending.sweep(),
            dead_letters=self._system.dead_letter_count,
            seconds=self._context.now() - self._begun,
        )
        self._context.log("shutdown ends", late=list(report.late), survivors=list(report.survivors))
        self._ending.ended(report)
