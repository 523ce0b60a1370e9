"""The output of a program on its way to a row: reduced to what is printable, its colours as styles.

Only output passes through here: of a line that was rewritten it shows the last writing, as a terminal would. All other
text from outside (answers, commands, paths, questions, diffs) is shown by `tools.text.screen_text.visible`, which takes
nothing out, so that no question can show another command than the one that would run.
"""

from __future__ import annotations

import re

from tools.text.screen_text import printable
from ui.text.rows import Fragment, Row

_COLOUR = re.compile("\x1b\\[([0-9;:]*)m")
_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]+")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray")
_BRIGHT = ("brightblack", "brightred", "brightgreen", "brightyellow", "brightblue", "brightmagenta", "brightcyan")
_PLAIN_CODES = {1: "bold", 2: "class:dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}


def coloured(text: str, style: str = "") -> Row:
    """One line of output, its colours kept as styles on top of `style`."""
    text = _REORDERING.sub("", printable(text)).expandtabs(4)
    if "\x1b" not in text:
        return ((style, text),) if text else ()
    row: list[Fragment] = []
    look, end = style, 0
    for match in _COLOUR.finditer(text):
        if match.start() > end:
            row.append((look, text[end : match.start()]))
        look, end = _after(match[1], look, style), match.end()
    if end < len(text):
        row.append((look, text[end:]))
    return tuple(row)


def _after(codes: str, look: str, plain: str) -> str:
    """The look after an SGR sequence; 256 and true colours keep the look: the palette is the person's."""
    numbers = [int(code) if code.isdigit() else 0 for code in codes.replace(":", ";").split(";")]
    if numbers[0] in (38, 48):
        return look
    for number in numbers:
        if number == 0:
            look = plain
        elif name := _name(number):
            look = f"{look} {name}"
    return look


def _name(number: int) -> str:
    if number in _PLAIN_CODES:
        return _PLAIN_CODES[number]
    if number == 39:  # noqa: PLR2004 - SGR: the default colour
        return "fg:default"
    for first, names, where in ((30, _NAMES, "fg"), (40, _NAMES, "bg"), (90, _BRIGHT, "fg"), (100, _BRIGHT, "bg")):
        if first <= number < first + len(names):
            return f"{where}:ansi{names[number - first]}"
    return ""
