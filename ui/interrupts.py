"""SIGINT, SIGTERM and SIGHUP for a front end that owns no terminal.

A handler only puts the number into a queue, which is safe at any moment; a thread does what it means. Used by
`ui.headless`.
"""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Self

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"


class Interrupts:
    """While entered, keeps each signal's number; from `listen` on hands them to `react`, in order, on its own thread.

    A signal that is ignored at the start (`nohup`) stays ignored. Works in the main thread only.
    """

    def __init__(self, react: Callable[[int], object]) -> None:
        self._react = react
        self._numbers: SimpleQueue[int] = SimpleQueue()
        self._before: dict[int, Handler] = {}

    def __enter__(self) -> Self:
        for number in HEARD:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, lambda number, _: self._numbers.put(number))
        return self

    def listen(self) -> None:
        """Begin to react, first to what has come already."""
        threading.Thread(target=self._run, name="signals", daemon=True).start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._numbers.put(0)

    def _run(self) -> None:
        while number := self._numbers.get():
            self._react(number)
