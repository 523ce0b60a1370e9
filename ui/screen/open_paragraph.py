"""The open line of an answer: as it grows, its full rows are let go to the scrollback, as they will look for good.

Used by `ui.screen.stream`; pure. What a line is can be told by its first hundred characters; only text is let go, a
line that means something as a whole waits for its end. The work is linear in the text: what was looked at in vain is
looked at again only when a row more of it has come.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from ui.text import paragraph
from ui.text.blocks import SEEN, is_open_end
from ui.text.markdown import Block, Fence, Lines, Markdown, begin, look
from ui.text.paragraph import Paragraph
from ui.text.table import TextTable

PATIENCE: Final = 2
"""Text that waits for the end of a mark is looked at again when it has grown by this part of itself."""


def let_go(state: Markdown, tail: str, columns: int) -> tuple[Markdown, tuple[Block, ...], str]:
    """The full rows of the open line `tail`, which is clean, and what of it is to be kept by the caller."""
    text = tail.removesuffix("\r")
    begun: tuple[Block, ...] = ()
    if state.midline and isinstance(state.leaf, Paragraph):
        state = replace(state, leaf=paragraph.grown(state.leaf, text))
    elif isinstance(state.leaf, Fence) or len(text) < state.looked + max(columns, SEEN + 1):
        return state, (), tail
    else:
        state, begun = _begun(state, text, columns)
    if not state.midline or not isinstance(state.leaf, Paragraph):
        return state, begun, tail
    state, rows = _rows(state, state.leaf, columns)
    return state, begun + rows, tail[len(text) :]


def _begun(state: Markdown, text: str, columns: int) -> tuple[Markdown, tuple[Block, ...]]:
    """Begin the line, if it is text: as a paragraph, or as the next line of one."""
    where = look(state, text)
    table = isinstance(state.leaf, TextTable) and where.same
    if where.kind != "text" or table or is_open_end(where.rest):
        return replace(state, looked=len(text)), ()
    begun: tuple[Block, ...] = ()
    if not isinstance(state.leaf, Paragraph) or not (where.lazy or where.same):
        state, begun = begin(state, where, columns)
    open_text = state.leaf if isinstance(state.leaf, Paragraph) else Paragraph()
    leaf = paragraph.grown(open_text, where.rest.lstrip(" "))
    return replace(state, leaf=leaf, midline=True, looked=0), begun


def _rows(state: Markdown, text: Paragraph, columns: int) -> tuple[Markdown, tuple[Block, ...]]:
    if len(text.text) < text.looked + max(columns, text.looked // PATIENCE):
        return state, ()
    text, rows = paragraph.let_go(text, columns)
    return replace(state, leaf=text), (Lines(rows),) if rows else ()
