"""An actor system of a test's own: small messages, actors made of a function, and a clock that a test can turn."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import ClassVar, Self

from actors.runtime.actor_system import ActorSystem
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.clock import Clock, RealClock, RealTimer
from actors.runtime.log import Log
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, Event, Message
from actors.runtime.signals import Ping
from actors.runtime.supervisor import Supervisor, SupervisorSpec

BOUND = 20.0
"""Seconds after which a test has failed; nothing here takes a tenth of it."""


class Say(Event, frozen=True):
    """Something to hear."""

    number: int = 0


class Also(Event, frozen=True):
    """Something else to hear."""

    number: int = 0


class Piece(Event, frozen=True):
    """Something that can be joined."""

    text: str

    def joined(self, later: Message) -> Piece | None:
        return Piece(self.text + later.text) if isinstance(later, Piece) and len(self.text) < 1_000 else None


class Halt(Event, frozen=True):
    """Something urgent."""

    urgent: ClassVar[bool] = True


class Ask(Command, frozen=True):
    """Answered with its number."""

    number: int = 0


class AskOther(Command, frozen=True):
    """Ask the actor of that name, from within an actor."""

    name: str


class Break(Command, frozen=True):
    """The handler raises what the test has prepared."""


class BrokenError(Exception):
    """What a handler raises on `Break`."""


class Hang(Command, frozen=True):
    """The handler waits until the test lets it go."""


class TurnedClock(Clock):
    """Time that stands still until a test moves it; what is due then happens on the test's own thread."""

    def __init__(self) -> None:
        self._time = 1_000.0
        self._order = count()
        self._heap: list[tuple[float, int, RealTimer]] = []
        self._changed = threading.Condition()

    def now(self) -> float:
        return self._time

    def wall(self) -> float:
        return self._time

    def call_later(self, seconds: float, action: Callable[[], object]) -> RealTimer:
        timer = RealTimer(action)
        with self._changed:
            heapq.heappush(self._heap, (self._time + seconds, next(self._order), timer))
            self._changed.notify_all()
        return timer

    def waits(self, number: int = 1) -> float:
        """Wait until so many timers are set; the seconds until the first of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._heap) >= number, BOUND), "no timer was set"
            return self._heap[0][0] - self._time

    def move(self, seconds: float) -> None:
        """Let so much time pass."""
        with self._changed:
            self._time += seconds
            due: list[RealTimer] = []
            while self._heap and self._heap[0][0] <= self._time:
                due.append(heapq.heappop(self._heap)[2])
        for timer in due:
            if timer.action is not None:
                timer.action()


class Actor(Behaviour[object]):
    """Does with each message what a function says."""

    def __init__(self, context: Context, act: Callable[[Context, object], object]) -> None:
        self._context = context
        self._act = act

    def handle(self, message: object) -> object:
        return self._act(self._context, message)


def actor(
    name: str,
    act: Callable[[Context, object], object],
    *receives: type[Message],
    mailbox: MailboxSpec | None = None,
    on_loop: bool = False,
) -> Child:
    """An actor that is a function."""
    return Child(name, lambda context: Actor(context, act), receives, mailbox or MailboxSpec(), on_loop=on_loop)


class Rig:
    """`with Rig() as rig: rig.system.start(…)`; at the end everybody is stopped."""

    def __init__(self, clock: Clock | None = None, hang_limit: float = BOUND) -> None:
        self.clock = clock or RealClock()
        self.log = Log(self.clock, str)
        self.system = ActorSystem(self.clock, self.log, hang_limit)
        self.escalations: list[Message] = []
        self.escalated = threading.Event()
        self.system.escalated = self._escalate

    def _escalate(self, report: Message) -> None:
        self.escalations.append(report)
        self.escalated.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        late = self.system.stop(5.0)
        self.system.watch.end()
        if error is None:
            assert late == ()

    def supervised(self, spec: SupervisorSpec, name: str = "supervisor") -> None:
        """Start a supervisor and wait until its children are started."""
        self.system.start(supervisor(self.system, spec, name))
        self.system.ask(name, Ping(), BOUND)


def supervisor(system: ActorSystem, spec: SupervisorSpec, name: str = "supervisor") -> Child:
    """A supervisor as an actor; its jitter is always the least."""
    return Child(name, lambda context: Supervisor(context, system, spec, lambda: 0.0), (), MailboxSpec())
