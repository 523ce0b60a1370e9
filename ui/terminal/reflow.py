"""What a terminal makes of the live region when its size changes: where it begins now, and what left over the top.

Used by `ui.terminal.inline_renderer`; pure. A terminal that wraps rows anew makes the region taller when it becomes
narrower. Rows that then have no room go over the top into the scrollback, where nothing can erase them; when there is
room again they come back, as stale copies right above the region. So they are kept in mind until they do, or until
something finished was written below them.
"""

from __future__ import annotations

from msgspec import Struct
from prompt_toolkit.data_structures import Point, Size

from ui.text.rows import Row, cut, height, line, plain


class Region(Struct, frozen=True):
    """The live region as it was drawn last, and on how many rows of screen.

    `lost` are stale rows right above it that a resize pushed over the top.
    """

    rows: tuple[Row, ...] = ()
    cursor: Point = Point(0, 0)
    lost: tuple[Row, ...] = ()
    screen: int = 0


class Found(Struct, frozen=True):
    """`up`: rows from the cursor to the first stale row; `lost`: those of them that are over the top."""

    up: int
    lost: tuple[Row, ...]


def found(region: Region, size: Size, *, reflows: bool) -> Found:
    """Where the region is in the new size.

    What is lost is the least that can be: one row too few is a stale row, one too many would erase what was said.
    """
    columns = max(size.columns, 1)
    above, below = region.rows[: region.cursor.y], region.rows[region.cursor.y + 1 :]
    stale = (*region.lost, *above)
    heights = [height(row, columns) if reflows else 1 for row in stale]
    inside = _inside(region, columns) if reflows else 0
    eaten = max(region.screen - size.rows, 0)  # tmux takes a lower screen's rows from below the cursor first
    rest = sum(height(row, columns) if reflows else 1 for row in below[: max(len(below) - eaten, 0)])
    up = sum(heights) + inside
    return Found(up, _first(stale, heights, up + 1 + rest - size.rows, columns))


def _inside(region: Region, columns: int) -> int:
    """Terminal rows of the cursor's row above the cursor; behind its last character it stands in the last of them."""
    text = plain(region.rows[region.cursor.y]) if region.cursor.y < len(region.rows) else ""
    end = cut(text, region.cursor.x)
    return height(line(text[: end + 1]), columns) - 1


def _first(rows: tuple[Row, ...], heights: list[int], count: int, columns: int) -> tuple[Row, ...]:
    """So many terminal rows from the top; of a row that is only partly among them, that part."""
    kept: list[Row] = []
    for row, tall in zip(rows, heights, strict=True):
        if count <= 0:
            break
        text = plain(row)
        kept.append(row if tall <= count else line(text[: cut(text, count * columns)]))
        count -= tall
    return tuple(kept)
