"""Drills of users' own actors: their behaviours under a supervisor, in virtual time, in many orders.

Part of the public API, see `actors.drill.public`. What the actors promise is asserted by the user, with
probes; here it is checked that no actor is stuck, and that no message is changed after it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from actors.drill.judging.promises import BrokenPromiseError
from actors.drill.plan.faults import WAITING_KINDS, Injector, with_faults
from actors.drill.simulated.incarnation import Disturbance, SilentLog
from actors.drill.simulated.run import strategy_for
from actors.runtime.behaviour import Child
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Message
from actors.runtime.signals import Ping
from actors.runtime.simulated.scheduler import Edge, Scheduler, chance
from actors.runtime.simulated.simulation import SimFuture, SimSystem
from actors.runtime.supervisor import Supervisor, SupervisorSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.drill.plan.faults import InjectedFault
    from actors.runtime.cell import Cell

SUPERVISOR = "supervisor"
MOST_ARROWS = 40


class ActorGroup(Struct, frozen=True):
    """Actors, and the messages that they get, one after the other. `actors` makes new ones for each run."""

    actors: Callable[[], tuple[Child, ...]]
    tells: tuple[Message, ...]


class ActorRun(Struct, frozen=True):
    """One run, for assertions. `crashed` are the actors that failed, in order."""

    seed: int
    dead: tuple[DeadLetter, ...]
    crashed: tuple[str, ...]
    seconds: float
    """Virtual ones."""


def drill_actors(cast: ActorGroup, faults: tuple[InjectedFault, ...], seeds: range) -> Iterator[ActorRun]:
    """Each run that comes to its end.

    Raises:
        BrokenPromiseError: an actor is stuck, or a message was changed after it was sent.
    """
    for seed in seeds:
        yield _ActorStage(cast, faults, seed).lived()


class _ActorStage:
    def __init__(self, cast: ActorGroup, faults: tuple[InjectedFault, ...], seed: int) -> None:
        self._cast = cast
        self._seed = seed
        self._injector = Injector(faults, chance(seed))
        self._strategy = strategy_for(seed, 0)
        self._scheduler = scheduler = Scheduler(self._strategy)
        self._strategy.follow(scheduler)
        self._main = Edge("main", scheduler)
        self._system = SimSystem(scheduler, SilentLog())
        self._dead: list[DeadLetter] = []
        self._sent: list[tuple[Envelope, tuple[str, ...], str]] = []
        self._system.lost = self._dead.append
        self._system.bus.tap(lambda envelope, to: self._sent.append((envelope, to, repr(envelope.message))))
        scheduler.nests = not any(fault.kind in WAITING_KINDS for fault in faults)
        disturbance = Disturbance(scheduler)
        self._system.decorate = lambda child: with_faults(child, self._injector, disturbance)

    def lived(self) -> ActorRun:
        """Run until no actor can act."""
        self._main.push(self._open)
        end = self._scheduler.run()
        cells = [cell for cell in self._system.watched() if cell.child.name != SUPERVISOR]
        problems = [*filter(None, map(_stuck, cells)), *self._changed()]
        if end != "quiet":
            problems.append(f"the actors never came to rest ({end})")
        if problems:
            raise BrokenPromiseError(self._told(problems))
        crashed = tuple(cell.child.name for cell in cells for _ in range(cell.crashes))
        lived = ActorRun(self._seed, tuple(self._dead), crashed, self._scheduler.clock.now())
        self._system.dissolve()
        return lived

    def _open(self) -> None:
        children = self._cast.actors()
        spec = SupervisorSpec(children)
        started = SimFuture(self._scheduler)
        started.then = self._tell
        self._system.start(
            Child(SUPERVISOR, lambda context: Supervisor(context, self._system, spec, lambda: 0.5), (), MailboxSpec())
        )

        self._system.cell(SUPERVISOR).address.post(Envelope(Ping(), "main", 0, reply_to=started))

    def _tell(self) -> None:
        for message in self._cast.tells:
            self._main.push(partial(self._system.publish, message, "main"))

    def _changed(self) -> list[str]:
        changed = {
            type(envelope.message).__name__ for envelope, _, text in self._sent if repr(envelope.message) != text
        }
        return [f"{name} was changed after it was sent" for name in sorted(changed)]

    def _told(self, problems: list[str]) -> str:
        arrows = [
            f"    {envelope.sender or 'runtime'}->>{receiver}: {type(envelope.message).__name__}"
            for envelope, receivers, _ in self._sent[-MOST_ARROWS:]
            for receiver in receivers
        ]
        return "\n".join((*problems, "", "sequenceDiagram", *arrows, "", f"again: seeds=1, seed={self._seed}"))


def _stuck(cell: Cell) -> str:
    if cell.state == "running" and cell.envelope is not None:
        return f"{cell.child.name} is in the middle of {type(cell.envelope.message).__name__}"
    if cell.mailbox.depth():
        return f"{cell.child.name} ({cell.state}) has {cell.mailbox.depth()} messages waiting"
    return ""
