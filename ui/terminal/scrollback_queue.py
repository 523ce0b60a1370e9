"""What is on its way to the scrollback, in order. Nothing is left out, nothing overtakes, no frame gets too much.

`ui.chat.front_end` adds the blocks of every step; `ui.terminal.inline_renderer` takes as many rows a frame as a
terminal can swallow at once. Code is coloured on a worker thread where it is long, and whatever stands behind it waits
for it a moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TypeAlias

from ui.text.highlighting import SHORT, Colours, uncoloured
from ui.text.markdown import Block, Code, Lines
from ui.text.rows import Row, height, line, merged, row_width

FRAME_ROWS = 400
FRAME_CHARACTERS = 32_000
PATIENCE = 0.5
"""Seconds that rows wait for their colours."""

Colouring: TypeAlias = "Future[tuple[Row, ...]]"


class _Uncoloured:
    """Code that a worker thread is colouring."""

    def __init__(self, code: Code, future: Colouring, until: float) -> None:
        self.code = code
        self._future = future
        self._until = until

    def settled(self, now: float) -> bool:
        """The colours have come, or it is time to go on without."""
        return self._future.done() or now >= self._until

    def rows(self) -> tuple[Row, ...]:
        if self._future.done() and not self._future.cancelled() and self._future.exception() is None:
            return self._future.result()
        return _led(self.code, uncoloured(self.code.lines))


def _led(code: Code, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows behind what stands before them: bars of a quote, the mark of an item."""
    if not code.lead and not code.hang:
        return rows
    return tuple(merged((*(code.hang if number else code.lead), *row)) for number, row in enumerate(rows))


class ScrollbackQueue:
    """A queue of rows, some of which are still being coloured.

    `work` runs a function elsewhere; `ready` is called, from any thread, when what it was waited for has come.
    """

    def __init__(
        self,
        work: Callable[[Callable[[], tuple[Row, ...]]], Colouring],
        ready: Callable[[], object],
        now: Callable[[], float],
    ) -> None:
        self._work, self._ready, self._now = work, ready, now
        self._rows: deque[Row | _Uncoloured] = deque()
        self._warm: set[str] = set()
        """Languages whose lexer is loaded: short code in them is coloured at once."""
        self._colours = Colours()

    def add(self, blocks: Iterable[Block]) -> None:
        """More for the scrollback."""
        for block in blocks:
            if isinstance(block, Lines):
                self._rows.extend(block.rows)
            elif not block.language:
                self._rows.extend(_led(block, uncoloured(block.lines)))
            elif len(block.lines) <= SHORT and block.language in self._warm:
                self._rows.extend(self._coloured(block))
            else:
                self._rows.append(self._sent_away(block))

    def _sent_away(self, code: Code) -> _Uncoloured:
        future = self._work(lambda: self._coloured(code))
        future.add_done_callback(lambda _: self._ready())
        return _Uncoloured(code, future, self._now() + PATIENCE)

    def _coloured(self, code: Code) -> tuple[Row, ...]:
        return _led(code, self._colours.rows(code.language, code.lines, code.context))

    def __len__(self) -> int:
        return len(self._rows)

    def skip(self, kept: int) -> None:
        """There is no time left for all of it: the last rows, and the count of those that are not shown."""
        missing = len(self._rows) - kept
        if missing > 0:
            last = list(self._rows)[missing:]
            self._rows = deque([line(f"… {missing} rows were not shown; the journal has them", "class:warning"), *last])

    def take(self, columns: int) -> list[Row]:
        """As many rows as one frame may hold; empty where none is ready."""
        taken: list[Row] = []
        rows = characters = 0
        while self._rows and rows < FRAME_ROWS and characters < FRAME_CHARACTERS:
            first = self._rows.popleft()
            if isinstance(first, _Uncoloured):
                if not first.settled(self._now()):
                    self._rows.appendleft(first)
                    break
                self._warm.add(first.code.language)
                self._rows.extendleft(reversed(first.rows()))
                continue
            taken.append(first)
            rows += height(first, columns)
            characters += row_width(first)
        return taken
