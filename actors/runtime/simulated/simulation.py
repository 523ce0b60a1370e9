"""The Simulation runtime: the shipped actors in virtual time, one message a step, without a thread of their own.

A shell's step runs pykka's own loop over an inbox that hands out one envelope, then raises `Parked`; everything else,
from the mailbox to the supervisor, is what runs on real threads. What a step sends waits in its lane's outbox until the
scheduler lets it go, so that another actor can act between two messages of one handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pykka

from actors.runtime.actor_system import ActorSystem
from actors.runtime.address import Address, Answer, AskGraph
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.hosts.actor_host import STOP_LOOP, ActorHost, Inbox
from actors.runtime.hosts.loop import Parked
from actors.runtime.hosts.threads import NO_INBOX
from actors.runtime.mailbox import FencedError, Mailbox, Put
from actors.runtime.signals import Stop
from actors.runtime.simulated.scheduler import SimThread
from actors.runtime.watchdog import LOOKS_PER_LIMIT, Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable

    from pykka._actor import ActorInbox

    from actors.runtime.behaviour import Child
    from actors.runtime.cell import Cell
    from actors.runtime.log import Log
    from actors.runtime.simulated.scheduler import Scheduler


class SimSystem(ActorSystem):
    """An actor system that stands still until its scheduler runs."""

    def __init__(self, scheduler: Scheduler, log: Log, hang_limit: float = 10.0) -> None:
        super().__init__(scheduler.clock, log, hang_limit, lambda _, cell, number: SimHost(self, cell, number))
        self.scheduler = scheduler
        self.asks = SimAsks(scheduler)
        self.watch = SimWatch(self, hang_limit)
        self.busy = nothing
        self.taken: Callable[[ActorSimThread, Envelope], object] = lambda _lane, _envelope: None
        """Called with each envelope that an actor is about to handle."""
        self.lost: Callable[[DeadLetter], object] = lambda _: None
        """Called with each dead letter."""

    def add_dead_letter(self, letter: DeadLetter) -> None:
        """Implement `ActorSystem`."""
        super().add_dead_letter(letter)
        self.lost(letter)

    def stop(self, limit: float) -> tuple[str, ...]:
        """Implement `ActorSystem`; the waiting is done in virtual time."""
        mine = self.scheduler.current
        cells = [cell for cell in reversed(self.watched()) if mine is None or cell.child.name != mine.name]
        for cell in cells:
            cell.address.post(Envelope(Stop(), "", 0))
        if mine is not None:
            running = list(cells)

            def all_stopped() -> bool:
                while running and running[-1].state == "stopped":
                    running.pop()
                return not running

            self.scheduler.park(all_stopped, limit)
        return tuple(cell.child.name for cell in cells if cell.state != "stopped")

    def dissolve(self) -> None:
        """The run is over: break its circles by hand.

        A search makes thousands of systems; with the garbage collector left to find them it takes a quarter longer.
        """
        for host in self._shells.values():
            for part in (host.inbox, host.cell, host):
                vars(part).clear()
        for whole in (self.clock, self.scheduler, self):
            vars(whole).clear()

    def _address(self, child: Child) -> SimAddress:
        return SimAddress(child.name, Mailbox(child.mailbox), self)


class SimAddress(Address):
    """Posts go through the outbox of the lane that acts."""

    __slots__ = ("_scheduler",)

    def __init__(self, name: str, mailbox: Mailbox, system: SimSystem) -> None:
        super().__init__(name, mailbox, system.add_dead_letter, system.asks)
        self._scheduler = system.scheduler

    def post(self, envelope: Envelope, *, may_wait: bool = False) -> Put:
        """Implement `Address`. What becomes of the envelope is known when it is delivered."""
        lane = self._scheduler.current
        if lane is None:
            return super().post(envelope, may_wait=may_wait)
        lane.outbox.append((self, envelope))
        return Put.TAKEN

    def deliver(self, envelope: Envelope) -> Put:
        """Put it into the mailbox now, and say what became of it."""
        put = self.mailbox.put(envelope)
        if put is Put.CLOSED or put is Put.FULL:
            self._dead(DeadLetter(envelope.message, envelope.sender, self.name, put.value))
        return put


class SimAsks(AskGraph):
    """An ask waits in virtual time; who asks is the lane that acts."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def asker(self) -> str:
        """Implement `AskGraph`. What the asker sent before is on its way before the question."""
        lane = self._scheduler.current
        if lane is None:
            return ""
        self._scheduler.deliver(lane, len(lane.outbox))
        return lane.name

    def future(self) -> pykka.Future[Any]:
        """Implement `AskGraph`."""
        return SimFuture(self._scheduler)


class SimFuture(pykka.Future[Any]):
    """An answer that is waited for by parking the step."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._answer = Answer()
        self._answered = False
        self.then: Callable[[], object] = nothing
        """Called with the answer's arrival."""

    def get(self, *, timeout: float | None = None) -> Any:  # noqa: ANN401 - pykka's protocol
        """Override pykka's."""
        if not self._answered and not self._scheduler.park(lambda: self._answered, timeout):
            raise pykka.Timeout(f"no answer within {timeout} seconds")
        return self._answer.get(timeout=0)

    def set(self, value: Any | None = None) -> None:  # noqa: ANN401 - pykka's protocol
        """Override pykka's."""
        self._answer.set(value)
        self._arrived()

    def set_exception(self, exc_info: Any | None = None) -> None:  # noqa: ANN401 - pykka's protocol
        """Override pykka's."""
        self._answer.set_exception(exc_info)
        self._arrived()

    def _arrived(self) -> None:
        self._answered = True
        then, self.then = self.then, nothing
        then()


def nothing() -> None:
    """What follows where nothing does."""


class SimWatch(Watchdog):
    """Looks when a handler that waits has used up its time; a handler that does not wait takes no virtual time."""

    def __init__(self, system: SimSystem, hang_limit: float) -> None:
        super().__init__(system, hang_limit)
        self._clock = system.clock
        self._pause = hang_limit * (1 + 1 / LOOKS_PER_LIMIT)
        system.scheduler.parked = self._look_later

    def _look_later(self, lane: SimThread) -> None:
        if isinstance(lane, ActorSimThread):
            self._clock.call_later(self._pause, self._look)


class ActorSimThread(SimThread):
    """The lane of one shell: its first step builds the behaviour, every other handles a message."""

    def __init__(self, host: SimHost) -> None:
        super().__init__(host.cell.child.name)
        self._host = host
        self.step = self._set_up  # type: ignore[method-assign] # pyright: ignore[reportAttributeAccessIssue]

    def _set_up(self) -> bool:
        self.step = self._host.step  # type: ignore[method-assign] # pyright: ignore[reportAttributeAccessIssue]
        return self._host.set_up()


class SimHost(ActorHost):
    """A shell that takes a step when it is told to."""

    inbox: SimInbox
    system: SimSystem

    def __init__(self, system: SimSystem, cell: Cell, number: int) -> None:
        super().__init__(system, cell, number)
        self.lane = ActorSimThread(self)

    def _make_inbox(self) -> SimInbox:
        return SimInbox(self)

    @staticmethod
    def _create_actor_inbox() -> ActorInbox:
        return NO_INBOX

    def begin(self) -> None:
        """Implement `ActorHost`; pykka's registry is left alone, so that thousands of systems leave nothing behind."""
        self._start_actor_loop()

    def _start_actor_loop(self) -> None:
        self.system.scheduler.wake(self.lane)

    def set_up(self) -> bool:
        """The first step; whether mail waits."""
        self._actor_loop_setup()
        return self.inbox.more()

    def step(self) -> bool:
        """One message in pykka's own loop; whether more wait."""
        inbox = self.inbox
        inbox.spent = False
        try:
            self._actor_loop_running()
        except Parked:
            return inbox.spent and inbox.more()
        self._actor_loop_teardown()
        self.finished()
        return False


class SimInbox(Inbox):
    """Hands out one envelope a step."""

    host: SimHost

    def __init__(self, host: SimHost) -> None:
        super().__init__(host)
        self.spent = False

    def get(self) -> Envelope:
        """Implement `Inbox`."""
        host = self.host
        if host.actor_stopped.is_set():
            return self._leftover()
        if self.spent:
            raise Parked
        try:
            envelope = self._mailbox.take(self._number, self._wake)
        except FencedError:
            return STOP_LOOP
        if envelope is None:
            raise Parked
        self.spent = True
        self.current = envelope
        host.system.taken(host.lane, envelope)
        return envelope

    def more(self) -> bool:
        """Whether mail waits; if not, the next wakes the lane."""
        mailbox = self._mailbox
        return (
            bool(mailbox.depth())
            or mailbox.holder != self._number
            or mailbox.take(self._number, self._wake) is not None
        )

    def _wake(self) -> None:
        host = self.host
        host.system.scheduler.wake(host.lane)
