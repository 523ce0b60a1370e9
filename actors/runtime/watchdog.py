"""The watchdog: sees handlers that do not come back, and asks the supervisor to replace their actor.

It sleeps without a time limit while no actor is busy; the first message after a rest wakes it, and from then on it
looks a few times in each hang limit.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from actors.runtime.address import fail_ask
from actors.runtime.signals import ReportHang
from actors.runtime.stacks import stack_of
from actors.runtime.thread_start import ThreadStartError

if TYPE_CHECKING:
    from actors.runtime.cell import Cell
    from actors.runtime.envelope import Envelope
    from actors.runtime.system_services import SystemServices

LOOKS_PER_LIMIT = 4


class Watchdog:
    """One daemon thread over all cells."""

    def __init__(self, system: SystemServices, hang_limit: float) -> None:
        self._system = system
        self._limit = hang_limit
        self._changed = threading.Condition()
        self._parked = True
        self._ended = False
        self._reported: dict[str, int] = {}
        self._begun = False
        self.looks = 0
        """How often it has looked; still while nothing happens."""

    def busy(self) -> None:
        """An actor begins with a message."""
        if self._parked:
            self._unpark()

    def begin(self) -> None:
        """Start the thread ahead of need, unless it runs.

        Raises:
            ThreadStartError: the system refused; the next message tries again.
        """
        with self._changed:
            if not self._begun and not self._ended:
                self._system.begin_thread(self._run, "watch")
                self._begun = True

    def end(self) -> None:
        """Stop watching."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _unpark(self) -> None:
        with self._changed:
            with suppress(ThreadStartError):  # the message is handled all the same, and the next one tries again
                self.begin()
                self._parked = False
            self._changed.notify()

    def _run(self) -> None:
        pause = self._limit / LOOKS_PER_LIMIT
        while True:
            self._parked = True
            if self._look():
                self._parked = False
            with self._changed:
                if self._changed.wait_for(lambda: self._ended or not self._parked, None):
                    self._changed.wait_for(lambda: self._ended, pause)
            if self._ended:
                return

    def _look(self) -> bool:
        self.looks += 1
        now = self._system.clock.now()
        anyone = False
        for cell in self._system.watched():
            envelope = cell.envelope
            if envelope is None:
                continue
            anyone = True
            if now - cell.busy_since > self._limit and self._reported.get(cell.child.name) != envelope.id:
                self._reported[cell.child.name] = envelope.id
                self._report(cell, envelope)
        return anyone

    def _report(self, cell: Cell, envelope: Envelope) -> None:
        name, message = cell.child.name, type(envelope.message).__name__
        stack = stack_of(cell.thread)
        self._system.log.write(name, "handler hangs", message=message, stack=stack)
        fail_ask(envelope, name)
        if not cell.child.on_loop:
            self._system.report(cell, ReportHang(name, cell.generation, message, stack, envelope.id))
