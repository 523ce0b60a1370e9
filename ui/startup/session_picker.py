"""`--resume` without an id: the sessions of this folder as numbered rows, and the question which one.

A number chooses; words show only the rows that hold all of them, under the same numbers.

On stderr, so that stdout stays an answer; read as a line, so that it works on any terminal. Used by
`ui.startup.sessions`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING

from tools.text.screen_text import visible
from ui import exit_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

NARROWEST, WIDEST = 20, 1_000
ESCAPE = "\x1b"
MOVES = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]")
"""What arrow keys and their like send."""
NUMBER = re.compile(r"[-+]?[\d.]+")


def pick(rows: Sequence[str], typed: TextIO, said: TextIO) -> int:
    """The place of the row that the person chose, from 0.

    Raises:
        SystemExit: they chose none.
    """
    places = {str(place + 1): place for place in range(len(rows))}
    _list(rows, range(len(rows)), said)
    while True:
        _say(said, f"Which one (1-{len(rows)}, words to search, or just Enter for none)? ")
        answer = _answer(typed)
        if answer.strip() in places:
            return places[answer.strip()]
        if not answer.strip().strip(ESCAPE):
            _say(said, "No session was chosen.\n" if answer else "\nNo session was chosen.\n")
            raise SystemExit(exit_codes.INTERRUPTED)
        found = _holding(rows, answer)
        if found:
            _list(rows, found, said)
            continue
        wrong = clipped(visible(answer.strip()), NARROWEST)
        problem = "Keys do not move here" if MOVES.search(answer) else f"{wrong} is none of them"
        _say(said, f"{problem}: type a number from 1 to {len(rows)}, or just Enter to leave.\n")


def _list(rows: Sequence[str], places: Iterable[int], said: TextIO) -> None:
    columns = columns_of(said)
    for place in places:
        _say(said, clipped(f"{place + 1:3}  {rows[place]}", columns) + "\n")


def _holding(rows: Sequence[str], answer: str) -> list[int]:
    """The places of the rows that hold all words of the answer; none for a number that is none of the rows."""
    words = answer.casefold().split()
    if MOVES.search(answer) or len(answer) > WIDEST or all(NUMBER.fullmatch(word) for word in words):
        return []
    return [place for place, row in enumerate(rows) if all(word in row.casefold() for word in words)]


def columns_of(stream: TextIO) -> int:
    """The width of the terminal there; where there is none, more than any row needs."""
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, NARROWEST)
    except OSError:
        return WIDEST


def clipped(text: str, columns: int) -> str:
    """The text in at most so many columns; an ellipsis says where something is missing."""
    used = kept = 0
    for place, character in enumerate(text):
        used += _width(character)
        if used > columns:
            return text[:kept] + "…"
        if used < columns:
            kept = place + 1
    return text


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _answer(typed: TextIO) -> str:
    """The line with its end; empty after Ctrl-C, or where no more will come."""
    try:
        return typed.readline()
    except KeyboardInterrupt:
        return ""


def _say(said: TextIO, text: str) -> None:
    said.write(text)
    said.flush()
