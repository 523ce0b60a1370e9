"""One request to a model as two threads see it: the one that carries it, and the one that may cancel it.

Used by `http` and by what carries. Here is the rule that a request ends with exactly one final signal, and that no
piece follows a cancel.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from actors.llm.port import Failed, Finished, Listener, ModelCall, Piece

CANCEL_PATIENCE = 0.05
"""Seconds that a cancel waits for a piece that is being handed over; not longer where the listener blocks."""

CANCELLED = Failed("cancelled", "The request was cancelled.")


class RequestCancelled(Exception):  # noqa: N818 - it is no error
    """The request was cancelled while its connection was being made."""


class Body(Protocol):
    """The incoming side of a response, which can be waited for with a limit."""

    def ready(self, seconds: float) -> bool:
        """Whether a read would come back at once, be it with the end; waits as long as this for it."""
        ...


class ConnectionHandle:
    """What a cancelling thread can take hold of: the way to break the connection off, once there is one."""

    def __init__(self) -> None:
        self.body: Body | None = None
        self.reused = False
        self._lock = threading.Lock()
        self._shut: Callable[[], None] | None = None
        self._let_go: Callable[[], None] | None = None
        self._closed = False

    @property
    def held(self) -> bool:
        """There is a connection."""
        return self._shut is not None

    def hold(self, shut: Callable[[], None], let_go: Callable[[], None]) -> None:
        """There is a connection now.

        Raises:
            RequestCancelled: too late, it is not wanted any more.
        """
        with self._lock:
            held, self._shut, self._let_go = self._let_go, shut, let_go
            closed = self._closed
        if held is not None:
            held()
        if closed:
            self.release()
            raise RequestCancelled

    def shut(self) -> bool:
        """Break the connection off, from any thread. False: there is none yet."""
        with self._lock:
            self._closed = True
            if self._shut is None:
                return False
            self._shut()
            return True

    def release(self) -> None:
        """The carrier is done with the connection."""
        with self._lock:
            held, self._shut, self._let_go = self._let_go, None, None
        if held is not None:
            held()


class Exchange:
    """One request. `on_end` is called right before the final signal is handed over."""

    def __init__(self, request: str, call: ModelCall, listener: Listener, on_end: Callable[[Exchange], None]) -> None:
        self.request = request
        self.call = call
        self.connection_handle = ConnectionHandle()
        self.cancelled = False
        self._listener = listener
        self._on_end = on_end
        self._ended = False
        self._lock = threading.RLock()

    def say(self, piece: Piece) -> None:
        """Hand a piece over, unless the request was cancelled."""
        with self._lock:
            if not self.cancelled and not self._ended:
                self._listener(piece)

    def end(self, signal: Finished | Failed) -> None:
        """Hand the final signal over, unless there was one."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            self._on_end(self)
            self._listener(CANCELLED if self.cancelled else signal)

    def cancel(self) -> bool:
        """Let no further piece out and break the connection off. False: there is nothing to break off yet."""
        self.cancelled = True
        if self._lock.acquire(timeout=CANCEL_PATIENCE):
            self._lock.release()
        return self.connection_handle.shut()
