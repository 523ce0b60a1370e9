r"""Finding a piece of text in a file whose line ends may not be those of the piece.

Used by edit_file. A `\n` of the piece stands for either line end; nothing else is ever treated as alike. What the
model may have got wrong is only looked for to explain a failure.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tools.text.encoding import line_end, with_line_ends
from tools.text.kept_lines import has_mixed_ends, merged

COUNTED_PLACES = 1_000
"""So many places are enough to say that there are too many."""

_NUMBERED = re.compile(r"^ {0,5}\d{1,6}\t", re.MULTILINE)


class Replacement(Struct, frozen=True):
    """The new text, and the lines (1-based, of the old text) where something was replaced."""

    text: str
    lines: tuple[int, ...]


def lines_of(text: str, piece: str) -> tuple[int, ...]:
    """The lines where the piece begins, places that overlap included; no more than `COUNTED_PLACES`."""
    pattern = _pattern(piece)
    lines: list[int] = []
    line, counted, position = 1, 0, 0
    while len(lines) < COUNTED_PLACES and (found := pattern.search(text, position)):
        line += text.count("\n", counted, found.start())
        lines.append(line)
        counted, position = found.start(), found.start() + 1
    return tuple(lines)


def replaced(text: str, piece: str, new: str) -> Replacement:
    """Every place of the piece, from the left and without overlaps, replaced; new line ends as the file has them."""
    usual = line_end(text)
    mixed = has_mixed_ends(text)
    parts: list[str] = []
    lines: list[int] = []
    line, position = 1, 0
    for found in _pattern(piece).finditer(text):
        line += text.count("\n", position, found.start())
        lines.append(line)
        ended = merged(found[0], new, usual) if mixed and "\n" in found[0] else with_line_ends(new, usual)
        parts += (text[position : found.start()], ended)
        line += found[0].count("\n")
        position = found.end()
    return Replacement("".join([*parts, text[position:]]), tuple(lines))


def why_not_found(text: str, piece: str) -> str:
    """What the model may have got wrong, as advice."""
    unnumbered = _NUMBERED.sub("", piece)
    if unnumbered != piece and lines_of(text, unnumbered):
        return "leave out the line numbers and tabs that read_file puts in front of lines"
    if "\ufffd" in piece and "\ufffd" not in text:
        return "U+FFFD stands for bytes that are no UTF-8: choose a piece without it, they stay as they are"
    lines = [line.strip() for line in text.split("\n")]
    wanted = [line.strip() for line in piece.strip().split("\n")]
    for at in range(len(lines) - len(wanted) + 1):
        if lines[at] == wanted[0] and lines[at : at + len(wanted)] == wanted:
            return f"line {at + 1} has the same words with other blanks or tabs: copy them exactly"
    if wanted[0] and wanted[0] in lines:
        return f"its first line is there at line {lines.index(wanted[0]) + 1}, but what follows differs: read it again"
    return "read the file again and copy the text exactly, blanks and line breaks included"


def _pattern(piece: str) -> re.Pattern[str]:
    unix = piece.replace("\r\n", "\n")
    return re.compile(r"\r?\n".join(re.escape(line) for line in unix.split("\n")))
