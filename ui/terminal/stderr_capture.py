"""What would otherwise be written across the screen: Python's own words on stderr, and threads that died.

While the chat has the terminal, nothing else may write to it. `ui.chat.front_end` puts this in place and takes it away
again; each piece becomes a line of the chat.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from io import TextIOBase
from types import TracebackType
from typing import Self


class StderrCapture(TextIOBase):
    """Stands in for `sys.stderr`. `tell` gets the last line of every piece, from any thread; it must not block."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__()
        self._tell = tell
        self._stderr = sys.stderr
        self._excepthook = threading.excepthook

    def __enter__(self) -> Self:
        sys.stderr = self
        threading.excepthook = self._thread_died
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stderr, threading.excepthook = self._stderr, self._excepthook

    def write(self, text: str, /) -> int:
        """Hand it on, without the traceback that may stand before its last line."""
        lines = text.strip().splitlines()
        if lines:
            self._tell(lines[-1])
        return len(text)

    def writable(self) -> bool:
        """It is written to."""
        return True

    def _thread_died(self, arguments: threading.ExceptHookArgs) -> None:
        name = arguments.thread.name if arguments.thread is not None else "a thread"
        self._tell(f"{name} failed: {arguments.exc_value!r}")
