r"""Text from outside, without what it could do to a terminal or to the eye.

`plain` is what a program wrote, for the model; `printable` the same for a person's screen, where colours stay and
nothing else reaches the terminal: no cursor movement, no title, no clipboard. Neither replays a screen: a program that
draws on the whole of it leaves its words in the order it wrote them.

`visible` is for what a person must be able to judge, such as a command before it runs: nothing is taken out, and what
could hide, rewrite or reorder text is written as a mark. All take time in proportion to the text, whatever is in it.
"""

from __future__ import annotations

import re
from typing import Final

_STRING_END: Final = "(?:\x07|\x1b\\\\|\x9c)"
_AFTER_ESCAPE: Final = (
    "(?:\\[[0-?]*[ -/]*[@-~]?"  # CSI; cut short by anything that does not belong to it
    f"|\\][^\x07\x1b\x9c\n]*{_STRING_END}?"  # OSC; never goes beyond its line
    f"|[PX^_][^\x07\x1b\x9c]*{_STRING_END}"  # DCS, SOS, PM, APC: only if they have an end
    "|[ -/]*[0-~]?)"  # the two-character ones, and a lone Esc
)
_ESCAPES: Final = re.compile(f"\x1b{_AFTER_ESCAPE}")
_ESCAPES_BUT_COLOURS: Final = re.compile(f"\x1b(?!\\[[0-9;:]*m){_AFTER_ESCAPE}")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]+")
_WITHOUT_CONTROLS: Final = str.maketrans("", "", "".join(map(chr, {*range(32), 127} - {9, 10, 27})))
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]"  # within some scripts and pictures these two join letters
)
_PICTURES: Final = 0x2400
_DELETE: Final = 0x7F
_RESET: Final = "\x1b[0m"
_RESETS: Final = (_RESET, "\x1b[m")


def plain(text: str) -> str:
    """Words, newlines and tabs only: escape sequences gone, rewritten lines as they were last written."""
    return _without_controls(_rubbed_out(_last_written(_ESCAPES.sub("", text) if "\x1b" in text else text)))


def printable(text: str) -> str:
    """As `plain`, with colours and weights (SGR) kept, and reset at the end if any was set."""
    # Sequences go after everything that could join two halves of one; controls within one are no part of it.
    kept = _rubbed_out(_last_written(text))
    kept = _without_controls(_ESCAPES_BUT_COLOURS.sub("", kept) if "\x1b" in kept else kept)
    last = kept.rfind("\x1b")
    if last < 0 or kept.startswith(_RESETS, last):
        return kept
    return kept + _RESET


def visible(text: str) -> str:
    """One line in which everything can be seen: tabs as blanks, `␍` for a carriage return, `<U+202E>` for a mark.

    A line break becomes `␊`, so that nothing that was meant as one row is ever two.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_mark, text.expandtabs(4))


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else f"<U+{code:04X}>"


def _last_written(text: str) -> str:
    """Of a line that was rewritten with carriage returns (a progress bar), the last writing."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _rubbed_out(text: str) -> str:
    """Backspaces take back the character before them, within their line."""
    if "\b" not in text:
        return text
    return "\n".join(_line_rubbed_out(line) if "\b" in line else line for line in text.split("\n"))


def _line_rubbed_out(line: str) -> str:
    first, *others = line.split("\b")
    characters = list(first)
    for piece in others:
        del characters[-1:]
        characters.extend(piece)
    return "".join(characters)


def _without_controls(text: str) -> str:
    """Without what is neither text nor newline, tab or the beginning of a colour."""
    return text.translate(_WITHOUT_CONTROLS) if text.isascii() else _CONTROLS.sub("", text)
