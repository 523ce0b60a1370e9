r"""Patterns that go beyond one line, so that they match whatever ends the lines of a file.

Used by search_text. A `\n` of a pattern stands for LF and for CR LF, as it does in edit_file's text. Pure.
"""

from __future__ import annotations

import re

_LINE_END = r"(?:\r?\n)"
_TOKEN = re.compile(r"\\n|\\.|\[\^?\]?|\]|\n|.", re.DOTALL)
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")


def over_line_ends(pattern: str, *, literal: bool) -> tuple[str, bool]:
    """The pattern with its line ends as any, and whether it is still plain text.

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
    for token in _TOKEN.findall(pattern):
        if token.startswith("["):
            depth += 1
        elif token == "]":
            depth = max(0, depth - 1)
        is_line_end = token == r"\n" or (token == "\n" and raw)
        written.append(_LINE_END if is_line_end and not depth else token)
    return "".join(written), False
