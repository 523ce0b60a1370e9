"""The part of an answer that is not in the scrollback yet, as live rows: plain, as it came.

Used by `ui.screen.live_region`; pure. What there is no room for is counted, so that no line is missing without a mark.
"""

from __future__ import annotations

from typing import Final

from tools.text.screen_text import visible
from ui.screen.model import Reply
from ui.screen.stream import LONGEST_TAIL
from ui.text.markdown import Fence, held
from ui.text.paragraph import Paragraph
from ui.text.rows import Row, chop, line, merged, wrap

THOUGHT_ROWS: Final = 2


def open_rows(reply: Reply | None, columns: int, room: int) -> tuple[Row, ...]:
    """At most `room` rows; the first says how many more there are above."""
    if reply is None or room <= 0:
        return ()
    if reply.reasoning and not reply.tail:
        thought = visible(reply.reasoning.replace("\n", " "))[-columns * THOUGHT_ROWS :]
        return wrap(line(thought, "class:quote"), columns)[-THOUGHT_ROWS:][-room:]
    above, rows = _rows(reply, columns)
    if above + len(rows) <= room:
        return rows
    kept = rows[len(rows) - room + 1 :]
    return (line(f"⋮ {above + len(rows) - len(kept)} lines above", "class:dim"), *kept)


def _rows(reply: Reply, columns: int) -> tuple[int, tuple[Row, ...]]:
    """How many rows of a very long line are not even looked at, and the rows behind them."""
    tail, leaf = visible(reply.tail), reply.markdown.leaf
    parked = len(reply.parked) * LONGEST_TAIL // max(columns, 1)
    if isinstance(leaf, Fence):
        lines = (*held(reply.markdown), *((tail,) if tail else ()))
        return parked, tuple(row for text in lines for row in chop(line(text), columns))
    if isinstance(leaf, Paragraph):
        return parked, _paragraph(leaf, tail, columns)
    lines = (*held(reply.markdown), *((tail,) if tail else ()))
    return parked, tuple(row for text in lines for row in wrap(line(text), columns))


def _paragraph(leaf: Paragraph, tail: str, columns: int) -> tuple[Row, ...]:
    """The row that goes on, with what is still to be drawn; line breaks stay."""
    first, *others = (leaf.text + tail).split("\n")
    row = () if leaf.row is None else (*leaf.lead, *leaf.row)
    rows = wrap(merged((*row, *line(first))), columns, leaf.hang) if first or row else ()
    return (*rows, *(row for text in others if text for row in wrap(line(text), columns)))
