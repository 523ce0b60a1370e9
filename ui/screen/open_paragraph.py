"""The open line of an answer: as it grows, its full rows are let go to the scrollback, as they will look for good.

Used by `ui.screen.stream`; pure. A row is let go once nothing that may still come can change it: up to a mark that is
not closed yet, such as the two stars of a bold word. A mark that stays open for long is taken for text. The work is
linear in the text: what was looked at in vain is looked at again only when a row more of it has come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ui.text.markdown import INLINE, Block, Lines, Markdown, OpenLine, continued, is_whole, shaped

LONGEST_MARK = 500
"""Characters behind an open mark; beyond, it is text."""
NARROWEST = 20
"""Columns; what a line is can be told by its first so many characters."""
_OPENING = re.compile(
    r"`|(?<![*])\*\*(?=\S)|(?<![\w*])\*(?=[^\s*])|__(?=\S)|(?<![\w_])_(?=[^\s_])|~~|\[(?![^\[\]\n]{1,500}\][^(])"
)


def let_go(state: Markdown, tail: str, columns: int) -> tuple[Markdown, tuple[Block, ...], str]:
    """The full rows of the open line `tail`, which is clean, and what of it is to be kept."""
    if state.fence or len(tail) < state.looked + max(columns, NARROWEST):
        return state, (), tail
    begun, text = state.open, tail
    if begun is None:
        shape, text = shaped(tail, columns)
        begun = OpenLine(shape.lead, shape)
    end = 0 if state.open is None and is_whole(tail) else _settled(text)
    if not text[:end].strip():
        return replace(state, looked=len(tail)), (), tail
    *full, last = continued(begun, text[:end], columns)
    state = replace(state, open=OpenLine(last, begun.shape), looked=0, blank=False)
    return state, (Lines(tuple(full)),) if full else (), text[end:]


def _settled(text: str) -> int:
    """The end of the words that nothing can change any more; the blank behind them still counts as to come."""
    settled, opening = 0, None
    for start, end in _outside_marks(text):
        opening = _OPENING.search(text, start, end)
        settled = max(settled, text.rfind(" ", start, opening.start() if opening else end))
        if opening:
            break
    if settled or len(text) <= LONGEST_MARK:
        return settled
    return max(text.rfind(" "), 0) or len(text) if opening else len(text)


def _outside_marks(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for match in INLINE.finditer(text):
        yield end, match.start()
        end = match.end()
    yield end, len(text)
