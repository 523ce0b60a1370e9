"""Tables: rows of cells become columns as wide as the window allows, or records where it is too narrow for columns.

Used by `ui.text.markdown`, which holds the rows until the table ends; pure. No box: a bold head over a dim rule, two
blanks between columns. Cells are wrapped at words. Where a column would be narrower than eight cells, each row is
written as `title: value` lines. A row with more cells than the head keeps all of them: the last cell takes what is
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from ui.text.inline import inline
from ui.text.rows import EMPTY, Fragment, Row, line, merged, plain, row_width, width, wrap

NARROWEST_COLUMN: Final = 8
GAP: Final = "  "
_BORDER: Final = r" {0,3}(?=[|:-][|: -])(?!- )\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$"

Align: TypeAlias = Literal["left", "centre", "right"]
Cells: TypeAlias = tuple[str, ...]


class TextTable(Struct, frozen=True):
    """A table that is coming in. `source` are its lines as they came; `widths` are set once a part of it is drawn."""

    head: Cells
    aligns: tuple[Align, ...]
    rows: tuple[Cells, ...] = ()
    source: tuple[str, ...] = ()
    widths: tuple[int, ...] | None = None
    lead: Row = EMPTY
    """What stands before its first row."""


def begun(head: str, border: str) -> TextTable | None:
    """The table that a line and the one below it begin; None where they begin none."""
    if "|" not in head or not re.match(_BORDER, border):
        return None
    titles, marks = cells(head), cells(border)
    if len(titles) != len(marks):
        return None
    return TextTable(titles, tuple(_align(mark) for mark in marks), source=(head, border))


def _align(mark: str) -> Align:
    if mark.endswith(":"):
        return "centre" if mark.startswith(":") else "right"
    return "left"


def cells(text: str) -> Cells:
    r"""The cells of a line; `\|` is a bar inside of one."""
    parts = [part.strip() for part in re.split(r"(?<!\\)\|", text.strip())]
    if parts and not parts[0]:
        del parts[0]
    if parts and not parts[-1]:
        del parts[-1]
    return tuple(part.replace("\\|", "|") for part in parts)


def row_of(table: TextTable, text: str) -> Cells:
    """The cells of a row, as many as the head has. Bars inside of code do not count where that fits better."""
    found, count = cells(text), len(table.head)
    if len(found) > count:
        apart = cells(re.sub(r"(?<!`)(`++)[^`]+\1(?!`)", lambda code: re.sub(r"(?<!\\)\|", r"\\|", code[0]), text))
        found = apart if len(apart) >= count else found
    if len(found) > count:
        found = (*found[: count - 1], " | ".join(found[count - 1 :]))
    return (*found, *[""] * (count - len(found)))


# ── Layout ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def laid_out(table: TextTable, columns: int, style: str = "") -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """The table in so many columns, and the widths of its own; none where it is written as records."""
    head = [inline(cell, f"{style} class:strong".strip()) for cell in table.head]
    body = [[inline(cell, style) for cell in cells] for cells in table.rows]
    widths = table.widths if table.widths is not None else _widths([head, *body], columns)
    if not widths:
        return tuple(_records(head, body, columns, fresh=table.widths is None)), ()
    rows: list[Row] = []
    if table.widths is None:
        rows += [*_row(head, widths, table.aligns), line(GAP.join("─" * size for size in widths), "class:dim")]
    for each in body:
        rows += _row(each, widths, table.aligns)
    return tuple(rows), widths


def _widths(rows: Sequence[Sequence[Row]], columns: int) -> tuple[int, ...]:
    """How wide each column is; none where one would be too narrow."""
    room = columns - len(GAP) * (len(rows[0]) - 1)
    natural = [max(1, *(row_width(cell) for cell in column)) for column in zip(*rows, strict=True)]
    for floors in (_longest_words(rows), [NARROWEST_COLUMN] * len(natural)):
        least = [min(wide, max(floor, NARROWEST_COLUMN)) for wide, floor in zip(natural, floors, strict=True)]
        if sum(least) <= room:
            return _filled(natural, least, room)
    return ()


def _longest_words(rows: Sequence[Sequence[Row]]) -> list[int]:
    return [
        max((width(word) for cell in column for word in plain(cell).split()), default=1)
        for column in zip(*rows, strict=True)
    ]


def _filled(natural: list[int], least: list[int], room: int) -> tuple[int, ...]:
    """The widest columns give way first, none below its least width."""
    low, high = 1, max(natural)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(_clamped(natural, least, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return tuple(_clamped(natural, least, low))


def _clamped(natural: list[int], least: list[int], level: int) -> list[int]:
    return [max(floor, min(wide, level)) for wide, floor in zip(natural, least, strict=True)]


def _row(row: Sequence[Row], widths: Sequence[int], aligns: Sequence[Align]) -> Iterator[Row]:
    """One row of the table as rows of the screen."""
    parts = [_cell_rows(cell, size) for cell, size in zip(row, widths, strict=True)]
    for number in range(max(map(len, parts))):
        fragments: list[Fragment] = []
        for part, size, align in zip(parts, widths, aligns, strict=True):
            fragments += [("", GAP)] if fragments else []
            fragments += _aligned(part[number] if number < len(part) else EMPTY, size, align)
        yield _without_end(fragments)


def _cell_rows(cell: Row, size: int) -> tuple[Row, ...]:
    """A cell wrapped to its width, also below what a window is assumed to have."""
    if row_width(cell) <= size:
        return (cell,)
    return tuple(_without_end(list(row)) for row in wrap(cell, size))


def _aligned(row: Row, size: int, align: Align) -> list[Fragment]:
    spare = max(size - row_width(row), 0)
    left = {"left": 0, "centre": spare // 2, "right": spare}[align]
    return [("", " " * left), *row, ("", " " * (spare - left))]


def _without_end(fragments: list[Fragment]) -> Row:
    """The row without blanks at its end."""
    while fragments:
        style, text = fragments.pop()
        if text.rstrip(" "):
            fragments.append((style, text.rstrip(" ")))
            break
    return merged(fragments)


def _records(head: Sequence[Row], body: Sequence[Sequence[Row]], columns: int, *, fresh: bool) -> Iterator[Row]:
    """Each row as lines of `title: value`, with an empty row between two; only titles where there are no rows."""
    if not body and fresh:
        for title in head:
            yield from wrap(title, columns)
    for number, each in enumerate(body):
        if number or not fresh:
            yield EMPTY
        for title, cell in zip(head, each, strict=True):
            if cell:
                lead: Row = (*title, ("class:dim", ": ")) if title else EMPTY
                yield from wrap(merged((*lead, *cell)), columns, GAP)
