"""The end that cannot be held up: a signal that is sent again and again ends the program, whatever hangs in it.

The first signal begins the orderly end, the second hurries it, the third ends the process at once. `PATIENCE` seconds
after the second it is ended too, by the kernel's own timer or by the thread that gets the signals: no clock or lock of
the program is needed for it. What is left is then ended as after kill -9: jobs by their keepers, the terminal by its
guardian. Used by the chat and by `ui.terminal.signals`.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PATIENCE = 5.0
"""Seconds that a hurried end may take."""
HURRIED, AT_ONCE = 2, 3
"""The signals that do more than ask."""


class ForcedEnd:
    """Counts the signals that end the program."""

    def __init__(self, patience: float = PATIENCE, leave: Callable[[int], object] = os._exit) -> None:
        self._patience = patience
        self._leave = leave
        self._heard = 0
        self._exit_code = 1
        self._armed = False
        self.deadline: float | None = None
        """When the patience is over, of the monotonic clock; None before the second signal."""

    def heard(self, number: int) -> None:
        """A signal to end has come. Off the main thread it is for the caller to mind the deadline."""
        self._heard += 1
        self._exit_code = 128 + number
        if self._heard >= AT_ONCE:
            self.leave()
        elif self._heard == HURRIED:
            self.deadline = time.monotonic() + self._patience
            if threading.current_thread() is threading.main_thread():
                self._armed = True
                signal.signal(signal.SIGALRM, self._out_of_patience)
                signal.setitimer(signal.ITIMER_REAL, self._patience)

    def leave(self) -> None:
        """End the process now."""
        self._leave(self._exit_code)

    def close(self) -> None:
        """The end has come in order. On the main thread."""
        if self._armed:
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _out_of_patience(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.leave()
