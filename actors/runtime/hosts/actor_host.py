"""The shell: the pykka actor that lives on while behaviours come and go.

pykka's loop takes an envelope from the inbox, hands the message to `on_receive`, and answers asks; a handler's
exception never reaches it as anything but the answer to an ask. The shell then holds the mailbox, reports to the
supervisor and waits for `Restart` or `Stop`. A shell that was fenced (its handler hung and another took over) ends at
the inbox without touching the mailbox.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pykka
from pykka.messages import _ActorStop  # pyright: ignore[reportPrivateUsage] - what ends pykka's own loop

from actors.runtime.context import LiveContext
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.mailbox import FencedError
from actors.runtime.signals import ActorRestarted, ActorTerminated, Ping, ReportFailure, Restart, Signal, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pykka._actor import ActorInbox
    from pykka._envelope import Envelope as PykkaEnvelope

    from actors.runtime.cell import Cell
    from actors.runtime.system_services import SystemServices


class ActorFailedError(Exception):
    """The answer to an ask whose handler raised; the cause is the handler's exception."""


def described(error: BaseException) -> str:
    """The exception as a person reads it, also where it cannot say so itself."""
    try:
        return repr(error)
    except Exception:  # noqa: BLE001 - its own repr is broken, and the shell must live on
        return f"{type(error).__name__} (which cannot describe itself)"


class ActorHost(pykka.Actor):
    """One run of a cell's loop; threads, the front end's loop and the simulation differ in how they run it."""

    def __init__(self, system: SystemServices, cell: Cell, number: int) -> None:
        super().__init__()
        self.system = system
        self.cell = cell
        self.number = number
        self.inbox = self._make_inbox()
        self.actor_inbox = self.actor_ref.actor_inbox = cast("ActorInbox", self.inbox)

    @staticmethod
    def _create_future() -> pykka.Future[Any]:
        return pykka.ThreadingFuture()

    def _make_inbox(self) -> Inbox:
        raise NotImplementedError("a runtime says how its shells wait for mail")

    def begin(self) -> None:
        """Run the loop from now on."""
        pykka.ActorRegistry.register(self.actor_ref)
        self._start_actor_loop()

    def on_start(self) -> None:
        """Build the first behaviour; a shell that adopts a mailbox waits for its verdict instead."""
        if self.number == 0:
            self._renew(self.cell)

    def on_receive(self, message: object) -> object:
        """One message, or one verdict of the supervisor."""
        cell = self.cell
        if isinstance(message, Signal):
            self._obey(message)
            return None
        behaviour = cell.behaviour
        if behaviour is None:
            raise ActorFailedError(f"{cell.child.name} has no behaviour")
        if cell.accepts and type(message) not in cell.accepts:
            self._undeclared(self.inbox.current)
            return None
        now = self.system.clock.now
        envelope = self.inbox.current
        cell.busy_since = begun = now()
        cell.envelope = envelope
        self.system.busy()
        try:
            return behaviour.handle(message)
        except BaseException as error:
            self._fail(error, type(message).__name__)
            if envelope is not None and envelope.reply_to is not None:
                raise ActorFailedError(f"{cell.child.name} failed: {described(error)}") from error
            return None
        finally:
            if cell.envelope is envelope:
                cell.envelope = None
            cell.took(now() - begun)

    def _undeclared(self, envelope: Envelope | None) -> None:
        """Log a message that the actor does not receive; the bus brings none, only a post to its address can."""
        if envelope is None or isinstance(envelope.message, Ping):
            return
        name = self.cell.child.name
        self.system.add_dead_letter(DeadLetter(envelope.message, envelope.sender, name, "not received"))
        if envelope.reply_to is not None:
            raise ActorFailedError(f"{name} does not receive {type(envelope.message).__name__}")

    def on_stop(self) -> None:
        """Call the behaviour's `stopped`, in an orderly stop."""
        if self._fenced():
            return
        cell = self.cell
        if cell.behaviour is not None and cell.state == "running":
            self._guarded(cell.behaviour.stopped)
        if cell.context is not None:
            cell.context.close()

    def finished(self) -> None:
        """The loop is over and the mailbox is closed."""
        if not self._fenced():
            self.cell.state = "stopped"
            self.cell.stopped.set()
            self.system.publish(ActorTerminated(self.cell.child.name), self.cell.child.name)

    def _obey(self, signal: Signal) -> None:
        if isinstance(signal, Stop):
            self._stop()
        elif isinstance(signal, Restart):
            cell = self.cell
            if cell.behaviour is not None and cell.state == "running":
                with self._watched(self.inbox.current):
                    self._guarded(cell.behaviour.stopped)
            if not self._fenced() and self._renew(cell):
                self.system.publish(ActorRestarted(cell.child.name, cell.generation), cell.child.name)

    @contextmanager
    def _watched(self, handled: Envelope | None) -> Generator[None]:
        """What happens inside is watched as the handling of this is: it may hang."""
        cell = self.cell
        cell.busy_since = self.system.clock.now()
        cell.envelope = handled
        self.system.busy()
        try:
            yield
        finally:
            if cell.envelope is handled:
                cell.envelope = None

    def _renew(self, cell: Cell) -> bool:
        if cell.context is not None:
            cell.context.close()
        cell.generation += 1
        cell.behaviour = None
        cell.context = context = LiveContext(self.system, cell, cell.generation)
        try:
            with self._watched(Envelope(Restart(), "", next(self.system.numbers))):
                behaviour = cell.child.factory(context)
                behaviour.started()
                while cell.lost:
                    behaviour.failed_on(cell.lost.pop(0))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the supervisor decides
            self._fail(error, "")
            return False
        if not cell.mailbox.release(self.number):
            return False
        cell.behaviour, cell.state = behaviour, "running"
        return True

    def _fail(self, error: BaseException, message: str) -> None:
        cell = self.cell
        generation, context = cell.generation, cell.context
        if not cell.mailbox.hold(self.number):
            return
        cell.state = "failed"
        cell.crashes += 1
        if context is not None:
            context.close()
        problem, trace = described(error), "".join(traceback.format_exception(error))
        self.system.log.write(cell.child.name, "actor failed", problem=problem, message=message, trace=trace)
        handling = self.inbox.current
        if message and handling is not None:
            cell.lost.append(handling.message)
            self.system.add_dead_letter(DeadLetter(handling.message, handling.sender, cell.child.name, "failed"))
        self.system.report(cell, ReportFailure(cell.child.name, generation, problem, message))

    def _guarded(self, last_word: Callable[[], None]) -> None:
        try:
            last_word()
        except BaseException as error:  # noqa: BLE001 - it is being replaced anyway
            self.system.log.write(self.cell.child.name, "stopped() failed", problem=described(error))

    def _fenced(self) -> bool:
        return self.cell.mailbox.holder != self.number


class Inbox:
    """A shell's own view of the mailbox, with the two methods that pykka's loop calls: `get` and `empty`."""

    def __init__(self, host: ActorHost) -> None:
        self.host = host
        self.current: Envelope | None = None
        self._mailbox = host.cell.mailbox
        self._number = host.number

    def get(self) -> Envelope:
        """The next envelope, waited for. A fenced shell is given the order to stop; so is the teardown's leftover."""
        if self.host.actor_stopped.is_set():
            return self._leftover()
        try:
            envelope = self._mailbox.take(self._number, self._wake)
            while envelope is None:
                self._wait()
                envelope = self._mailbox.take(self._number, self._wake)
        except FencedError:
            return STOP_LOOP
        self.current = envelope
        return envelope

    def put(self, envelope: PykkaEnvelope[object]) -> None:
        """Pykka's own references put here; only its order to stop ever does."""
        if isinstance(envelope.message, _ActorStop):
            self._mailbox.put(Envelope(Stop(), "", 0))

    def empty(self) -> bool:
        """Only the teardown asks: True closes the mailbox under the same lock."""
        return self._mailbox.close_if_empty(self._number)

    def _leftover(self) -> Envelope:
        envelope = self._mailbox.take_leftover()
        if envelope is None:
            return STOP_LOOP
        if envelope.reply_to is None and not isinstance(envelope.message, Signal):
            name = self.host.cell.child.name
            self.host.system.add_dead_letter(DeadLetter(envelope.message, envelope.sender, name, "closed"))
        return envelope

    def _wake(self) -> None:
        raise NotImplementedError

    def _wait(self) -> None:
        raise NotImplementedError


STOP_LOOP = Envelope(_ActorStop(), "", 0)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - pykka's own
