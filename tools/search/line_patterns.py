r"""Patterns that go beyond one line, so that they match whatever ends the lines of a file.

Used by search_text. A `\n` of a pattern stands for LF and for CR LF, as it does in edit_file's text. Pure.
"""

from __future__ import annotations

import re

_LINE_END = r"(?:\r?\n)"
_PIECE = re.compile(r"\\n|\\.|\[\^?\]?|\]|\n|.", re.DOTALL)
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")


def over_line_ends(pattern: str, *, literal: bool) -> tuple[str, bool]:
    r"""The pattern with its line ends as any, and whether it is still plain text.

    Only plain text without a line end is. In a class such as `[^\n]` a line end is left as it is.
    """
    if literal:
        if "\n" not in pattern:
            return pattern, True
        unix = pattern.replace("\r\n", "\n")
        return _LINE_END.join(_SPECIAL.sub(r"\\\g<0>", line) for line in unix.split("\n")), False
    raw = not _VERBOSE.search(pattern)  # where blanks mean nothing, a raw line end is one of them
    written: list[str] = []
    depth = 0
    for piece in _PIECE.findall(pattern):
        if piece.startswith("["):
            depth += 1
        elif piece == "]":
            depth = max(0, depth - 1)
        is_line_end = piece == r"\n" or (piece == "\n" and raw)
        written.append(_LINE_END if is_line_end and not depth else piece)
    return "".join(written), False
