"""The Threads runtime: one daemon thread for each shell, as pykka has it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from actors.runtime.hosts.actor_host import ActorHost, Inbox

if TYPE_CHECKING:
    from pykka._actor import ActorInbox


class ThreadHost(ActorHost):
    """A shell with a thread of its own. Daemonic: a handler that hangs for ever must not hold the exit."""

    def _make_inbox(self) -> Inbox:
        return ThreadInbox(self)

    @staticmethod
    def _create_actor_inbox() -> ActorInbox:
        return NO_INBOX

    def _start_actor_loop(self) -> None:
        self.system.begin_thread(self._run, f"{self.cell.child.name}-{self.number}")

    def _run(self) -> None:
        self.cell.thread = threading.get_ident()
        self.system.asks.runs(self.cell.child.name)
        try:
            self._actor_loop()
        finally:
            self.system.asks.left()
            self.finished()


class ThreadInbox(Inbox):
    """Waits on a lock that a put releases: cheaper than a condition, and there is one waiter only."""

    def __init__(self, host: ActorHost) -> None:
        super().__init__(host)
        self._bell = threading.Lock()
        self._bell.acquire()

    def _wake(self) -> None:
        self._bell.release()

    def _wait(self) -> None:
        self._bell.acquire()


class NoInbox:
    """Used while pykka's constructor runs; the inbox replaces it at once."""

    def put(self, envelope: object, /) -> None:
        """Never called."""
        raise NotImplementedError(f"not a mailbox: {envelope!r}")

    def get(self) -> Any:  # noqa: ANN401 - pykka's protocol
        """Never called."""
        raise NotImplementedError("not a mailbox")

    def empty(self) -> bool:
        """Nothing is ever in it."""
        return True


NO_INBOX = NoInbox()
