"""Time and timers. The real clock here; the simulation brings a virtual one."""

from __future__ import annotations

import heapq
import sys
import threading
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Protocol

from actors.runtime.thread_start import BeginThread, ThreadStartError, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable

FEW_CANCELLED = 64
"""So many cancelled entries are not worth looking for."""


class Timer(Protocol):
    """Something that will happen, and can be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it is over."""


class Clock(Protocol):
    """All that the layer knows of time."""

    def now(self) -> float:
        """Seconds, monotonic."""
        ...

    def wall(self) -> float:
        """UTC seconds since 1970."""
        ...

    def begin(self) -> None:
        """Get ready for timers ahead of need.

        Raises:
            ThreadStartError: the system gives the clock no thread.
        """
        return  # most clocks need nothing

    def call_later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Call `action` after so many seconds, on a thread of the clock's; it must be short."""
        ...


class RealTimer:
    """A pending call of the real clock."""

    __slots__ = ("_forgotten", "action")

    def __init__(self, action: Callable[[], object], forgotten: Callable[[], object] = bool) -> None:
        self.action: Callable[[], object] | None = action
        self._forgotten = forgotten

    def cancel(self) -> None:
        """Forget the action; the clock drops the entry in time."""
        if self.action is not None:
            self.action = None
            self._forgotten()


class RealClock:
    """The machine's clock, with one daemon thread for all timers; it is started by the first, and idle without any.

    No action and no failed start of the thread ends it: what an action raises goes to `threading.excepthook`, and where
    the thread could not be started the next timer tries again. `begin` starts it ahead of need.
    """

    def __init__(self, begin_thread: BeginThread = start_thread) -> None:
        self._heap: list[tuple[float, int, RealTimer]] = []
        self._order = count()
        self._cancelled = 0
        """Timers that were cancelled since the heap was rebuilt; some of them may have left it since."""
        self._changed = threading.Condition()
        self._begin_thread = begin_thread
        self._begun = False
        self.now = time.monotonic
        self.wall = time.time

    @property
    def pending(self) -> int:
        """Entries that are kept, cancelled ones among them."""
        return len(self._heap)

    def begin(self) -> None:
        """Start the thread, unless it runs.

        Raises:
            ThreadStartError: the system refused; timers that are set wait for the next try.
        """
        with self._changed:
            if not self._begun:
                self._begin_thread(self._run, "clock")
                self._begun = True

    def call_later(self, seconds: float, action: Callable[[], object]) -> RealTimer:
        """Implement `Clock`."""
        timer = RealTimer(action, self._one_cancelled)
        entry = (self.now() + seconds, next(self._order), timer)
        with self._changed:
            heapq.heappush(self._heap, entry)
            if not self._begun:
                with suppress(ThreadStartError):
                    self.begin()
            elif self._heap[0] is entry:
                self._changed.notify()
        return timer

    def _one_cancelled(self) -> None:
        """Rebuild the heap once most of it is cancelled: a timer that is far off must not keep its entry so long."""
        with self._changed:
            self._cancelled += 1
            if self._cancelled >= FEW_CANCELLED and self._cancelled * 2 > len(self._heap):
                self._heap = [entry for entry in self._heap if entry[2].action is not None]
                heapq.heapify(self._heap)
                self._cancelled = 0

    def _run(self) -> None:
        while True:
            try:
                timer = self._next_due()
                action, timer.action = timer.action, None
                if action is not None:
                    action()
            except BaseException:  # noqa: BLE001 - one action that raises must not end all timers
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))

    def _next_due(self) -> RealTimer:
        with self._changed:
            while True:
                while self._heap and self._heap[0][2].action is None:
                    heapq.heappop(self._heap)
                remaining = self._heap[0][0] - self.now() if self._heap else None
                if remaining is not None and remaining <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(remaining)
