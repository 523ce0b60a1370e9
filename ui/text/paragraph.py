"""A paragraph that is coming in: its text becomes rows as soon as nothing that may follow can change them.

Used by `ui.text.markdown` and `ui.screen.open_paragraph`; pure. A row is let go up to a mark that is not closed yet,
such as the two stars of a bold word; a mark may close on a later line. One that stays open for long is text, see
`ui.text.emphasis`. The last line waits where the line behind it may make a title or the head of a table of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ui.text.blocks import SEEN
from ui.text.emphasis import LONGEST_MARK
from ui.text.inline import inline, scanned
from ui.text.rows import EMPTY, Fragment, Row, merged, wrapped

_SURE: Final = r"[^\W_](?=[^\W_])"
"""Between these two characters a word can be cut."""


class Paragraph(Struct, frozen=True):
    """Text that is not drawn yet, its line breaks included, and the row that it goes on with, None before a new one.

    `lead`: what stands before that row; `hang`: before all later ones; `before`: the last character that was drawn.
    """

    text: str = ""
    row: Row | None = None
    lead: Row = EMPTY
    hang: Row = EMPTY
    style: str = ""
    before: str = ""
    untouched: bool = True
    """None of it was drawn yet."""
    looked: int = 0
    """Characters of `text` that were looked at in vain."""


def grown(paragraph: Paragraph, text: str) -> Paragraph:
    """More text of the line that is open."""
    return replace(paragraph, text=paragraph.text + text)


def line_added(paragraph: Paragraph, text: str) -> Paragraph:
    """A whole line."""
    return line_ended(paragraph, text.lstrip(" "))


def line_ended(paragraph: Paragraph, text: str) -> Paragraph:
    """The rest of the line that is open."""
    return replace(paragraph, text=(paragraph.text + text).rstrip(" ") + "\n", looked=0)


def let_go(paragraph: Paragraph, columns: int) -> tuple[Paragraph, tuple[Row, ...]]:
    """The rows that look as they will for good."""
    text = paragraph.text
    whole = _last_blank(text) + 1
    waiting = _waiting_from(paragraph) if text.endswith("\n") else whole
    if not waiting and whole:
        return replace(paragraph, looked=len(text)), ()
    seen = scanned(text[:whole], paragraph.before)
    if text.endswith("\n") and seen.settled == waiting == len(text):
        return _drawn(paragraph, seen.row(paragraph.style), len(text), columns)
    end = seen.border(min(seen.settled, waiting), _between_words)
    if not text[:end].strip(" ") and len(text) > LONGEST_MARK:
        seen = scanned(text[: _inside_word(text, len(text))], paragraph.before)
        end = seen.border(seen.settled, _inside_word)
    if not text[:end].strip(" "):
        return replace(paragraph, looked=len(text)), ()
    return _drawn(paragraph, inline(text[:end], paragraph.style, paragraph.before), end, columns)


def ended(paragraph: Paragraph, columns: int) -> tuple[Row, ...]:
    """All that is left."""
    text = paragraph.text.rstrip("\n")
    row = inline(text, paragraph.style, paragraph.before)
    paragraph, rows = _drawn(replace(paragraph, text=text), row, len(text), columns)
    return rows if paragraph.row is None else (*rows, merged((*paragraph.lead, *paragraph.row)))


def last_line(paragraph: Paragraph) -> str:
    """The last finished line of what is not drawn yet."""
    return paragraph.text.removesuffix("\n").rpartition("\n")[2]


def without_last_line(paragraph: Paragraph) -> Paragraph:
    """The paragraph that ends before it."""
    text = paragraph.text.removesuffix("\n")
    return replace(paragraph, text=text[: text.rfind("\n") + 1])


def _last_blank(text: str) -> int:
    return max(text.rfind(" "), text.rfind("\n"))


def _waiting_from(paragraph: Paragraph) -> int:
    """Where the lines begin that the next one may make something else of."""
    text, last = paragraph.text, last_line(paragraph)
    if paragraph.untouched and len(text) - 1 == len(last) <= SEEN:
        return 0
    return len(text) - len(last) - 1 if "|" in last[:SEEN] else len(text)


def _between_words(text: str, end: int) -> int:
    """The last place up to `end` at a blank, which counts as to come, or behind a line break."""
    return max(text.rfind("\n", 0, end) + 1, text.rfind(" ", 0, end), 0)


def _inside_word(text: str, end: int) -> int:
    """The last place up to `end` between two letters; `end` where there is none."""
    places = [found.end() for found in re.finditer(_SURE, text[:end])]
    return places[-1] if places else end


def _drawn(paragraph: Paragraph, text_row: Row, end: int, columns: int) -> tuple[Paragraph, tuple[Row, ...]]:
    """The first characters, which `text_row` shows, as rows; the last row is kept unless its line is over."""
    text, rest = paragraph.text[:end], paragraph.text[end:]
    rows: list[Row] = []
    row, lead = paragraph.row, paragraph.lead
    for number, piece in enumerate(_lines(text_row)):
        if number and row is not None:
            rows.append(merged((*lead, *row)))
            row, lead = None, paragraph.hang
        if piece or row is not None:
            full, lead, row = wrapped(merged((*(row or EMPTY), *piece)), columns, lead, paragraph.hang)
            rows.extend(full)
    before = text[-1:] or paragraph.before
    return replace(paragraph, text=rest, row=row, lead=lead, before=before, untouched=False, looked=len(rest)), tuple(
        rows
    )


def _lines(row: Row) -> Iterator[Row]:
    """The text between line breaks."""
    pieces: list[Fragment] = []
    for style, text in row:
        first, *others = text.split("\n")
        pieces.append((style, first))
        for other in others:
            yield tuple(pieces)
            pieces = [(style, other)]
    yield merged(pieces)
