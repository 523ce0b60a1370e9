"""Rows of styled text: measuring, clipping, wrapping, folding. Used by everything that makes text for the screen.

A fragment is a style and a text, as prompt-toolkit has it; a row is fragments without a line break. Pure, linear in the
length of the text, and exact for wide characters. Whatever goes to the scrollback is wrapped here and whatever is live
is clipped here; both make visible what has no place in a row, so that no text ever breaks one or hides in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from prompt_toolkit.utils import get_cwidth

from tools.text.screen_text import visible

Fragment: TypeAlias = tuple[str, str]
Row: TypeAlias = tuple[Fragment, ...]

EMPTY: Row = ()
NARROWEST = 8
"""Columns that are always assumed; a narrower terminal clips."""

_WORDS = re.compile(r"\s+|[^\s]+")


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
    """How many characters of the text fit into so many columns."""
    if text.isascii():
        return min(len(text), columns)
    used = 0
    for index, character in enumerate(text):
        used += get_cwidth(character)
        if used > columns:
            return index
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


def wrap(row: Row, columns: int, hang: str = "") -> tuple[Row, ...]:
    """The row broken between words; the second and later rows begin with `hang`. Longer words are broken inside."""
    row, columns = visible_row(row), max(columns, NARROWEST + len(hang))
    if row_width(row) <= columns:
        return (row,)
    wrapper = _Wrapper(columns, hang)
    for style, text in row:
        for word in _WORDS.findall(text):
            wrapper.add(style, word)
    return wrapper.rows()


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

    def __init__(self, columns: int, hang: str) -> None:
        self._columns, self._hang = columns, hang
        self._rows: list[Row] = []
        self._row: list[Fragment] = []
        self._used = 0
        self._fresh = True

    def add(self, style: str, word: str) -> None:
        size = width(word)
        if self._used + size <= self._columns:
            self._put(style, word, size)
        elif word.isspace():
            self._break()
        else:
            if not self._fresh:
                self._break()
            self._put_pieces(style, word)

    def _put_pieces(self, style: str, word: str) -> None:
        while width(word) > self._columns - self._used:
            end = max(cut(word, self._columns - self._used), 1)
            self._put(style, word[:end], width(word[:end]))
            self._break()
            word = word[end:]
        self._put(style, word, width(word))

    def _put(self, style: str, text: str, size: int) -> None:
        if self._fresh and self._rows and text.isspace():
            return
        self._row.append((style, text))
        self._used += size
        self._fresh = False

    def _break(self) -> None:
        self._rows.append(merged(self._row))
        self._row = [("", self._hang)] if self._hang else []
        self._used, self._fresh = width(self._hang), True

    def rows(self) -> tuple[Row, ...]:
        if not self._fresh:
            self._rows.append(merged(self._row))
        return tuple(self._rows)


def merged(fragments: Iterable[Fragment]) -> Row:
    """Neighbours of one style as one fragment."""
    row: list[Fragment] = []
    for style, text in fragments:
        if row and row[-1][0] == style:
            row[-1] = (style, row[-1][1] + text)
        elif text:
            row.append((style, text))
    return tuple(row)


def fold(rows: Sequence[Row], head: int, tail: int, whole: str = "") -> tuple[Row, ...]:
    """All rows, or the first and the last ones with the count of what lies between; `whole` says where it is."""
    missing = len(rows) - head - tail
    if missing <= 1:
        return tuple(rows)
    note = f"… {missing} more lines" + (f", all in {whole}" if whole else "")
    return (*rows[:head], line(note, "class:dim"), *rows[len(rows) - tail :])


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
