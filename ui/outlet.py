"""Writes to pipes and files without ever making an actor wait: one thread of its own, in order, to the last byte.

A reader that is slow, or asleep as `less` is, costs memory here and nothing elsewhere. A reader that is gone is said
once. Used by the headless front end.
"""

from __future__ import annotations

import os
import select
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Action: TypeAlias = Callable[[], object]

LARGEST = 65_536
"""Bytes that are joined to one write."""

Piece: TypeAlias = tuple[int, bytes]
Job: TypeAlias = "Piece | Action"


class Outlet:
    """A queue of writes, and a thread that starts with the first of them."""

    def __init__(self, broken: Callable[[int, OSError], object]) -> None:
        self._broken = broken
        """Called on the outlet's thread, once for each descriptor that takes no more."""
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._dead: set[int] = set()
        self._thread: threading.Thread | None = None

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of it, later."""
        self._put((descriptor, data))

    def after_all(self, action: Callable[[], object]) -> None:
        """Call the action when everything that was written so far is out, or can never be."""
        self._put(action)

    def _put(self, job: Job) -> None:
        self._jobs.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="outlet", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            job: Job | None = self._jobs.get()
            while job is not None:
                if callable(job):
                    job()
                    job = None
                else:
                    job = self._write_joined(*job)

    def _write_joined(self, descriptor: int, data: bytes) -> Job | None:
        """Write this and what follows for the same descriptor; returns the first job that is none of that."""
        pieces, size, other = [data], len(data), None
        while size < LARGEST:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if callable(job) or job[0] != descriptor:
                other = job
                break
            pieces.append(job[1])
            size += len(job[1])
        if descriptor not in self._dead:
            self._write(descriptor, b"".join(pieces))
        return other

    def _write(self, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(descriptor, select.POLLOUT)
                waiting.poll()
            except OSError as problem:
                self._dead.add(descriptor)
                self._broken(descriptor, problem)
                return
