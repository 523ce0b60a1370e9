"""Rows of styled text: measuring, clipping, wrapping, folding. Used by everything that makes text for the screen.

A fragment is a style and a text, as prompt-toolkit has it; a row is fragments without a line break. Pure, linear in the
length of the text, and exact for wide characters. Whatever goes to the scrollback is wrapped here and whatever is live
is clipped here; both make visible what has no place in a row, so that no text ever breaks one or hides in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from prompt_toolkit.utils import get_cwidth

from tools.text.screen_text import visible
from ui.text.graphemes import whole

Fragment: TypeAlias = tuple[str, str]
Row: TypeAlias = tuple[Fragment, ...]

EMPTY: Row = ()
NARROWEST = 8
"""Columns that are always assumed; a narrower terminal clips."""

_WIDE = "[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
"""Characters of scripts without blanks between words: a row may break before any of them."""
_CLOSING = "[\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\uff09\u300d\u300f\u3011\u300b]"
"""Marks of these scripts that stay with the character before them."""
_WORDS = f"\\s+|{_WIDE}{_CLOSING}*|[^\\s{_WIDE[1:]}+"


def width(text: str) -> int:
    """Columns that the text takes."""
    return len(text) if text.isascii() else get_cwidth(text)


def row_width(row: Row) -> int:
    """Columns that the row takes."""
    return sum(width(text) for _, text in row)


def plain(row: Row) -> str:
    """The text of a row without its styles."""
    return "".join(text for _, text in row)


def line(text: str, style: str = "") -> Row:
    """A row in one style."""
    return ((style, text),) if text else EMPTY


def visible_row(row: Row) -> Row:
    """The row with everything in it visible; see `tools.text.screen_text`."""
    return tuple([(style, visible(text)) for style, text in row])


def cut(text: str, columns: int) -> int:
    """How many code points of the text fit into so many columns; what a person takes for one character stays whole."""
    if text.isascii():
        return min(len(text), columns)
    used = 0
    for index, character in enumerate(text):
        used += get_cwidth(character)
        if used > columns:
            return whole(text, index) or index
    return len(text)


def clip(row: Row, columns: int) -> Row:
    """The row, cut to so many columns; an ellipsis says where something is missing."""
    row = visible_row(row)
    if row_width(row) <= columns:
        return row
    left, kept = max(columns - 1, 0), list[Fragment]()
    for style, text in row:
        end = cut(text, left)
        if end:
            kept.append((style, text[:end]))
            left -= width(text[:end])
        if end < len(text):
            break
    return (*kept, ("class:dim", "…")) if columns > 0 else EMPTY


def wrap(row: Row, columns: int, hang: str | Row = "") -> tuple[Row, ...]:
    """The row broken between words; the second and later rows begin with `hang`. Longer words are broken inside."""
    before = line(hang) if isinstance(hang, str) else hang
    full, lead, last = wrapped(row, columns, EMPTY, before)
    return (*full, merged((*lead, *last)))


def wrapped(row: Row, columns: int, lead: Row, hang: Row) -> tuple[tuple[Row, ...], Row, Row]:
    """As `wrap`, for a row that may go on: the full rows, then what stands before the last one, and its text.

    `lead` stands before the first row and is never set apart from it.
    """
    row, columns = visible_row(row), max(columns, NARROWEST + row_width(hang))
    if row_width(lead) + row_width(row) <= columns:
        return (), lead, row
    wrapper = _Wrapper(columns, lead, hang)
    for word in _words(row):
        wrapper.add(word)
    return wrapper.ended()


def _words(row: Row) -> Iterator[Row]:
    """Blanks, words, and single characters of scripts that have no blanks; a word may have several styles."""
    word: list[Fragment] = []
    for style, text in row:
        for piece in re.findall(_WORDS, text):
            apart = piece.isspace() or re.match(_WIDE, piece)
            if word and (apart or piece.isspace()):
                yield tuple(word)
                word = []
            if apart:
                yield ((style, piece),)
            else:
                word.append((style, piece))
    if word:
        yield tuple(word)


def chop(row: Row, columns: int, hang: str = "") -> tuple[Row, ...]:
    """The row broken where it is full, every blank kept; the second and later rows begin with `hang`."""
    columns = max(columns, NARROWEST + len(hang))
    rows, now, left = list[Row](), list[Fragment](), columns
    for style, text in visible_row(row):
        while text:
            end = cut(text, left)
            if not end:
                rows.append(merged(now))
                now, left = [("", hang)], columns - len(hang)
                continue
            now.append((style, text[:end]))
            left -= width(text[:end])
            text = text[end:]  # noqa: PLW2901 - what is left of it
    return (*rows, merged(now))


class _Wrapper:
    """One wrap under way: the rows that are full, and the one that is not."""

    def __init__(self, columns: int, lead: Row, hang: Row) -> None:
        self._columns, self._lead, self._hang = columns, lead, hang
        self._rows: list[Row] = []
        self._row: list[Fragment] = []
        self._used = row_width(lead)
        self._fresh, self._over = True, False

    def add(self, word: Row) -> None:
        size, blank = row_width(word), word[0][1].isspace()
        fits = not self._over and self._used + size <= self._columns
        if blank:
            self._blank(word, size, fits=fits)
        elif fits:
            self._put(word, size)
        else:
            if not self._fresh:
                self._break()
            for style, text in word:
                self._put_pieces(style, text)

    def _blank(self, word: Row, size: int, *, fits: bool) -> None:
        """Blanks are kept at the beginning of the first row, and left out where a row ends."""
        if self._fresh and not self._rows and fits:
            self._row.extend(word)
            self._used += size
        elif fits and not self._fresh:
            self._put(word, size)
        else:
            self._over = True

    def _put_pieces(self, style: str, text: str) -> None:
        while width(text) > self._columns - self._used:
            end = cut(text, self._columns - self._used)
            if not end and self._fresh:
                end = 1
            if end:
                self._put(((style, text[:end]),), width(text[:end]))
            self._break()
            text = text[end:]
        if text:
            self._put(((style, text),), width(text))

    def _put(self, word: Row, size: int) -> None:
        self._row.extend(word)
        self._used += size
        self._fresh = False

    def _break(self) -> None:
        self._rows.append(merged((*self._lead, *self._row)))
        self._row, self._lead = [], self._hang
        self._used, self._fresh, self._over = row_width(self._hang), True, False

    def ended(self) -> tuple[tuple[Row, ...], Row, Row]:
        return tuple(self._rows), self._lead, merged(self._row)


def merged(fragments: Iterable[Fragment]) -> Row:
    """Neighbours of one style as one fragment."""
    row: list[Fragment] = []
    for style, text in fragments:
        if row and row[-1][0] == style:
            row[-1] = (style, row[-1][1] + text)
        elif text:
            row.append((style, text))
    return tuple(row)


def more_lines(count: int, where: str = "") -> tuple[Row, ...]:
    """What stands for lines that are left out: their count, and where they are."""
    return (line(f"… {count:,} more lines{where}", "class:dim"),)


def fold(
    rows: Sequence[Row], head: int, tail: int, instead: Callable[[int], tuple[Row, ...]] = more_lines
) -> tuple[Row, ...]:
    """All rows, or the first and the last ones; `instead` makes of the count of the others what stands for them."""
    missing = len(rows) - head - tail
    if missing <= 1:
        return tuple(rows)
    return (*rows[:head], *instead(missing), *rows[len(rows) - tail :])


def height(row: Row, columns: int) -> int:
    """Terminal rows that the row takes where the terminal wraps it; a wide character is never split."""
    columns, text = max(columns, 1), plain(row)
    if text.isascii():
        return max(1, -(-len(text) // columns))
    rows, used = 1, 0
    for character in text:
        size = get_cwidth(character)
        if used + size > columns:
            rows, used = rows + 1, 0
        used += size
    return rows
