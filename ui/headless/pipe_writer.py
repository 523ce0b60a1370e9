"""Writes to pipes and files without ever making an actor wait, in order, to the last byte.

Each file that is written to has a lane: a queue, and a thread that starts with its first write. So a reader that is
slow, or asleep as `less` is, costs memory here and nothing elsewhere, and one that never reads the remarks holds up no
answer. Where two descriptors lead to the same file, as after `2>&1`, they share a lane, and the order stays. A reader
that is gone is said once. Used by the headless front end.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from actors.runtime.thread_start import ThreadStartError, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PIECE = select.PIPE_BUF
"""Bytes of one write: a slow reader is seen to move after each of them."""
PATIENCE = 1.0
"""Seconds without a byte after which a lane that may be given up is."""


class PipeQueue:
    """What is still to be written to one file."""

    def __init__(self) -> None:
        self.pieces: deque[tuple[int, bytes]] = deque()
        self.descriptors: set[int] = set()
        self.pending = 0
        """Bytes that are not written yet."""
        self.moved = 0
        """Bytes that were."""
        self.given_up = False
        """Flushes do not wait for it, until it moves again."""

    @property
    def is_waited_for(self) -> bool:
        """Whether something of it is still to come out."""
        return self.pending > 0 and not self.given_up


class PipeWriter:
    """The lanes. `remarks` is the descriptor of what is only said beside the answer: it may be given up."""

    def __init__(
        self, broken: Callable[[int, OSError], object], remarks: int = -1, clean: Callable[[bytes], bytes] = bytes
    ) -> None:
        self._clean = clean
        """Takes out of whole lines what must not be shown."""
        self._broken = broken
        """Called on a lane's thread, once for each descriptor that takes no more."""
        self._remarks = remarks
        self._lanes: dict[tuple[int, int], PipeQueue] = {}
        self._of: dict[int, PipeQueue] = {}
        self._dead: set[int] = set()
        self._moved = threading.Condition()

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of it, later."""
        data = self._clean(data)
        with self._moved:
            lane = self._of.get(descriptor) or self._lane(descriptor)
            lane.pieces.append((descriptor, data))
            lane.pending += len(data)
            self._moved.notify_all()

    def begin(self, descriptor: int) -> None:
        """Start the lane of this descriptor ahead of need.

        Raises:
            ThreadStartError: the system gives it no thread.
        """
        with self._moved:
            if descriptor not in self._of:
                self._lane(descriptor)

    def after_all(self, action: Callable[[], object], *, hurried: bool = False) -> None:
        """Call the action when everything that was written so far is out, or can never be.

        Answers are waited for as long as it takes, remarks while they move; `hurried`: answers too.
        """
        with self._moved:
            busy = any(lane.is_waited_for for lane in self._lanes.values())
        if not busy:
            action()
            return
        settle = partial(self._settle, action, hurried)
        try:
            start_thread(settle, "outlet end")
        except ThreadStartError:
            settle()  # the caller waits itself

    def unwritten(self) -> tuple[int, ...]:
        """The descriptors of answers of which something is still to be written."""
        with self._moved:
            return tuple(number for lane in self._answers() if lane.pending for number in sorted(lane.descriptors))

    def _lane(self, descriptor: int) -> PipeQueue:
        try:
            status = os.fstat(descriptor)
            file = (status.st_dev, status.st_ino)
        except OSError:
            file = (-1, descriptor)
        lane = self._lanes.get(file)
        if lane is None:
            lane = PipeQueue()
            start_thread(partial(self._run, lane), f"outlet {descriptor}")
            self._lanes[file] = lane
        lane.descriptors.add(descriptor)
        self._of[descriptor] = lane
        return lane

    def _answers(self) -> list[PipeQueue]:
        return [lane for lane in self._lanes.values() if lane.descriptors != {self._remarks}]

    def _settle(self, action: Callable[[], object], hurried: bool) -> None:  # noqa: FBT001 - a thread's argument
        with self._moved:
            if not hurried:
                self._wait_for(self._answers(), None)
            self._wait_for(self._lanes.values(), PATIENCE)
        action()

    def _wait_for(self, lanes: Iterable[PipeQueue], patience: float | None) -> None:
        """Until all of them are empty, or nothing moves in any of them for so long."""
        lanes = tuple(lanes)
        while any(lane.is_waited_for for lane in lanes):
            before = sum(lane.moved for lane in lanes)
            if not self._moved.wait_for(lambda: sum(lane.moved for lane in lanes) != before, patience):  # noqa: B023
                for lane in lanes:
                    lane.given_up = lane.pending > 0

    def _run(self, lane: PipeQueue) -> None:
        while True:
            with self._moved:
                self._moved.wait_for(lambda: lane.pieces)
                descriptor, data = lane.pieces.popleft()
            self._write(lane, descriptor, data)

    def _write(self, lane: PipeQueue, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            size = len(view)
            if descriptor not in self._dead:
                try:
                    size = os.write(descriptor, view[:PIECE])
                except BlockingIOError:
                    waiting = select.poll()
                    waiting.register(descriptor, select.POLLOUT)
                    waiting.poll()
                    continue
                except OSError as problem:
                    self._dead.add(descriptor)
                    self._broken(descriptor, problem)
            view = view[size:]
            with self._moved:
                lane.pending -= size
                lane.moved += size
                lane.given_up = False
                self._moved.notify_all()
