"""Time and timers. The real clock here; the simulation brings a virtual one."""

from __future__ import annotations

import heapq
import threading
import time
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer(Protocol):
    """Something that will happen, and can be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it is over."""
        ...


class Clock(Protocol):
    """All that the layer knows of time."""

    def now(self) -> float:
        """Seconds, monotonic."""
        ...

    def wall(self) -> float:
        """UTC seconds since 1970."""
        ...

    def call_later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Call `action` after so many seconds, on a thread of the clock's; it must be short and not raise."""
        ...


class RealTimer:
    """A pending call of the real clock."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], object]) -> None:
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Forget the action; the clock drops the entry when its time comes."""
        self.action = None


class RealClock:
    """The machine's clock, with one daemon thread for all timers; it is started by the first, and idle without any."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, RealTimer]] = []
        self._order = count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self.now = time.monotonic
        self.wall = time.time

    def call_later(self, seconds: float, action: Callable[[], object]) -> RealTimer:
        """See `Clock`."""
        timer = RealTimer(action)
        entry = (self.now() + seconds, next(self._order), timer)
        with self._changed:
            heapq.heappush(self._heap, entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
            elif self._heap[0] is entry:
                self._changed.notify()
        return timer

    def _run(self) -> None:
        while True:
            timer = self._next_due()
            action, timer.action = timer.action, None
            if action is not None:
                action()

    def _next_due(self) -> RealTimer:
        with self._changed:
            while True:
                while self._heap and self._heap[0][2].action is None:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._changed.wait()
                    continue
                remaining = self._heap[0][0] - self.now()
                if remaining <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(remaining)
