"""The way onto the front end's event loop, for whatever has to be run there.

Used by the hosts of `actors.runtime.hosts.loop`; the front end attaches its loop when it runs, and detaches it at its
end.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    CallSoon: TypeAlias = Callable[[Callable[[], object]], object]


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
