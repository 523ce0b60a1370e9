"""The Loop runtime: an actor without a thread, drained on the front end's own event loop.

A put wakes the loop once; the drain then handles messages until its budget of messages or milliseconds is used up and
re-arms itself behind the keys that have come meanwhile. Before the loop is attached mail waits; after it was detached
the shutdown finishes the shell on its own thread.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import pykka

from actors.runtime.actor_host import ActorHost, Inbox
from actors.runtime.threads import NO_INBOX

if TYPE_CHECKING:
    from collections.abc import Callable

    from pykka._actor import ActorInbox

    from actors.runtime.envelope import Envelope

    CallSoon: TypeAlias = Callable[[Callable[[], object]], object]

BUDGET_MESSAGES = 64
BUDGET_SECONDS = 0.004


class LoopGate:
    """The way onto the loop, which opens when the loop runs and closes when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._call_soon: CallSoon | None = None
        self._waiting: list[Callable[[], object]] = []

    @property
    def attached(self) -> bool:
        """Whether there is a loop."""
        return self._call_soon is not None

    def attach(self, call_soon: CallSoon) -> None:
        """The loop runs; `call_soon` may be called from any thread (asyncio's `call_soon_threadsafe`)."""
        with self._lock:
            self._call_soon = call_soon
            waiting, self._waiting = self._waiting, []
        for action in waiting:
            self.call(action)

    def detach(self) -> None:
        """The loop is about to end; nothing is put onto it any more."""
        with self._lock:
            self._call_soon = None

    def call(self, action: Callable[[], object]) -> None:
        """Run the action on the loop, as soon as there is one. Never raises: a sender's own thread is here."""
        with self._lock:
            if self._call_soon is not None:
                try:
                    self._call_soon(action)
                except RuntimeError:  # the loop has ended without saying so
                    self._call_soon = None
                else:
                    return
            self._waiting.append(action)


class Parked(BaseException):
    """The door has no more to hand out for now."""


class LoopHost(ActorHost):
    """A shell that runs in slices, wherever `drain` is called."""

    inbox: LoopInbox

    def _make_inbox(self) -> LoopInbox:
        return LoopInbox(self)

    @staticmethod
    def _create_actor_inbox() -> ActorInbox:
        return NO_INBOX

    @staticmethod
    def _create_future() -> pykka.Future[Any]:
        return pykka.ThreadingFuture()

    def _start_actor_loop(self) -> None:
        self.system.gate.call(self._first)

    def _first(self) -> None:
        self._actor_loop_setup()
        self.drain()

    def drain(self) -> None:
        """Handle what the budget allows, in pykka's own loop."""
        if self.cell.stopped.is_set():
            return
        self.cell.thread = threading.get_ident()
        inbox = self.inbox
        inbox.refill(self.system.clock.now() + BUDGET_SECONDS)
        try:
            self._actor_loop_running()
        except Parked:
            if inbox.leftover:
                self.system.gate.call(self.drain)
            return
        self._actor_loop_teardown()
        self.finished()


class LoopInbox(Inbox):
    """Never waits: it raises `Parked` when there is no mail, or no budget."""

    def __init__(self, host: LoopHost) -> None:
        super().__init__(host)
        self._loop_shell = host
        self.leftover = False
        self._until = 0.0
        self._left = 0

    def refill(self, until: float) -> None:
        """A new slice, with a new budget."""
        self._until, self._left = until, BUDGET_MESSAGES

    def get(self) -> Envelope:
        """See `Inbox`."""
        host = self.host
        if host.actor_stopped.is_set():
            return self._leftover()
        self._left -= 1
        if self._left < 0 or host.system.clock.now() > self._until:
            self.leftover = True
            raise Parked
        envelope = self._mailbox.take(self._number, self._wake)
        if envelope is None:
            self.leftover = False
            raise Parked
        self.current = envelope
        return envelope

    def _wake(self) -> None:
        self.host.system.gate.call(self._loop_shell.drain)
