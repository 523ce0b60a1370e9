"""The Loop runtime: an actor without a thread, drained on the front end's own event loop.

A put wakes the loop once; the drain then handles messages until its budget of messages or milliseconds is used up and
re-arms itself behind the keys that have come meanwhile. Before the loop is attached mail waits; after it was detached
the shutdown finishes the shell on its own thread.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from actors.runtime.hosts.actor_host import ActorHost, Inbox
from actors.runtime.hosts.threads import NO_INBOX

if TYPE_CHECKING:
    from pykka._actor import ActorInbox

    from actors.runtime.envelope import Envelope

BUDGET_MESSAGES = 64
BUDGET_SECONDS = 0.004


class Parked(BaseException):
    """The inbox has nothing to hand out for now."""


class LoopHost(ActorHost):
    """A shell that runs in slices, wherever `drain` is called."""

    inbox: LoopInbox

    def _make_inbox(self) -> LoopInbox:
        return LoopInbox(self)

    @staticmethod
    def _create_actor_inbox() -> ActorInbox:
        return NO_INBOX

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
        """Implement `Inbox`."""
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
