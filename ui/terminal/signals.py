"""SIGINT, SIGTERM and SIGHUP for a front end that owns no terminal.

The kernel may hand a signal to any thread, and Python runs handlers on the main thread only, which may sleep in a wait
that no signal to another thread ends: a handler would run too late, or never. So the numbers go through a pipe, which
the interpreter writes to at once in whatever thread it is; a thread of ours reads them. Used by
`ui.headless.front_end`.
"""

from __future__ import annotations

import os
import select
import signal
import time
from typing import TYPE_CHECKING, TypeAlias

from actors.runtime.thread_start import start_thread
from ui.terminal.forced_end import ForcedEnd

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Self

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SignalHandler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"


class Interrupts:
    """While entered, keeps each signal's number; from `listen` on hands them to `react`, in order, on its own thread.

    A signal that is ignored at the start (`nohup`) stays ignored. `ends` says which of them end the program: these are
    counted, see `ui.terminal.forced_end`. Enter and leave it on the main thread.
    """

    def __init__(self, react: Callable[[int], object], ends: Callable[[int], bool] = lambda _: False) -> None:
        self._react = react
        self._ends = ends
        self._forced = ForcedEnd()
        self._before: dict[int, SignalHandler] = {}
        self._reading = self._writing = self._former = -1
        self._listens = False

    def __enter__(self) -> Self:
        self._reading, self._writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._writing, False)
        self._former = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in HEARD:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, _leave_it_to_the_pipe)
        return self

    def listen(self) -> None:
        """Begin to react, first to what has come already.

        Raises:
            ThreadStartError: the system gives it no thread.
        """
        start_thread(self._run, "signals")
        self._listens = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former)
        os.close(self._writing)
        if not self._listens:
            os.close(self._reading)

    def _run(self) -> None:
        waiting = select.poll()
        waiting.register(self._reading, select.POLLIN)
        while True:
            deadline = self._forced.deadline
            seconds = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not waiting.poll(None if seconds is None else seconds * 1_000):
                self._forced.leave()
            numbers = os.read(self._reading, 64)
            if not numbers:
                break
            for number in filter(self._before.__contains__, numbers):
                if self._ends(number):
                    self._forced.heard(number)
                self._react(number)
        os.close(self._reading)


def _leave_it_to_the_pipe(number: int, frame: FrameType | None) -> None:
    """A handler, so that the interpreter takes notice of the signal at all."""
    del number, frame
