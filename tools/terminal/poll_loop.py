"""One thread's multiplexer: wait for many descriptors and for calls from other threads, with no wake-up in vain.

`tools.terminal.terminals` turns it on its reader thread and `tools.terminal.running_job` watches descriptors with it.
`poll`, never `select`: descriptors may be above 1,023. It knows nothing of jobs and never swallows what a callback
raises.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from select import POLLIN, POLLOUT, poll
from typing import Final

_WAKE_MOST: Final = 4_096
_LONGEST_WAIT: Final = 86_400.0
"""Seconds; the kernel takes no more than some weeks, and one look a day at what is due is none too many."""


class PollLoop:
    """`post` may be called by any thread; everything else only by the thread that turns the loop."""

    def __init__(self) -> None:
        self.wake_ups = 0
        """How often `turn` came back from waiting."""
        self._poll = poll()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._posted: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._poll.register(self._wake_read, POLLIN)

    def watch(self, descriptor: int, callback: Callable[[], None], *, writable: bool = False) -> None:
        """Call back whenever it can be read (or written, if asked) or has come to its end."""
        self._poll.register(descriptor, POLLIN | POLLOUT if writable else POLLIN)
        self._callbacks[descriptor] = callback

    def unwatch(self, descriptor: int) -> None:
        """No more calls for this one; harmless if it is not watched."""
        if self._callbacks.pop(descriptor, None):
            with suppress(KeyError):
                self._poll.unregister(descriptor)

    def post(self, call: Callable[[], None]) -> None:
        """Have it called on the loop's thread, in order; wakes the loop."""
        self._posted.append(call)
        with suppress(BlockingIOError):  # a full pipe wakes it as well
            os.write(self._wake_write, b"\0")

    @property
    def has_posted(self) -> bool:
        """Whether posted calls wait."""
        return bool(self._posted)

    def turn(self, seconds: float | None) -> None:
        """Wait at most so long (None: for ever) and make the calls that are due."""
        wait = 0.0 if self._posted else seconds
        ready = self._poll.poll(None if wait is None else math.ceil(min(max(0.0, wait), _LONGEST_WAIT) * 1_000))
        self.wake_ups += 1
        for descriptor, _ in ready:
            if callback := self._callbacks.get(descriptor):
                callback()
        # Last, for only these begin to watch: a number that was let go of just now must not be taken for a new one.
        self._run_posted()

    def close(self) -> None:
        """Let go of the wake pipe."""
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _run_posted(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake_read, _WAKE_MOST)
        for _ in range(len(self._posted)):
            self._posted.popleft()()
