r"""What stands for another character: backslash escapes and entities; and addresses, which are left as they are.

Used by `ui.text.inline`; pure. A backslash goes only where it keeps a character from being a mark, and never in a word
that looks like a path or a pattern: `C:\temp\new`, `\d+\.\d+` and `\\server\share` are shown as they came.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Final

ESCAPABLE: Final = "*_`~<>[]#&!|"
_CODE: Final = (
    r"\\[A-Za-z0-9]|\\\\|\\[-.(){}+?^$/\"'=:,;@%]|[A-Za-z]:\\|\.[*+?]|\[\^|^\^|\$$|\\[\])}][+*?{]|[)\]][*+?]|\\$|\\[*]/"
)
"""Anything of this makes a word with a backslash a path, a pattern or a piece of a command."""
_LINE_MARK: Final = r"(?:\d{1,9}\\(?=[.)](?:\s|$))|\\(?=[-+](?:\s|$)|[#=>]))"
"""An escape at the beginning of a line: what would make it an item, a heading or a quote."""
_ENTITY: Final = r"&(?:#[xX](?P<hex>[0-9a-fA-F]{1,6})|#(?P<decimal>\d{1,7})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
_HIGHEST: Final = 0x10FFFF
_AUTOLINK: Final = (
    r"<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}://|mailto:|tel:)[^\s<>]*"
    r"|[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})>"
)
_ADDRESS: Final = r"(?:https?|ftp|file)://[^\s<>`*\[\]\"]+(?<![.,;:!?_~')])"


def entity(text: str, start: int) -> tuple[str, int]:
    """The character that the entity here stands for, and its end; 0 where there is none."""
    found = re.compile(_ENTITY).match(text, start)
    if not found:
        return "", 0
    if found["name"]:
        names: dict[str, str] = import_module("html.entities").html5
        character = names.get(f"{found['name']};", "")
        return character, found.end() if character else 0
    code = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    lone = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - surrogates
    return (chr(code) if 0 < code <= _HIGHEST and not lone else "\ufffd"), found.end()


def autolink(text: str, start: int, previous: str) -> tuple[str, int]:
    """The address in angle brackets here, and its end; 0 where there is none, as in `vector<std::string>`."""
    found = None if previous.isalnum() else re.compile(_AUTOLINK).match(text, start)
    return (found[1], found.end()) if found else ("", 0)


def address(text: str, start: int) -> int:
    """The end of the bare address that begins here; 0 where there is none."""
    found = re.compile(_ADDRESS).match(text, start)
    return found.end() if found else 0


def is_escape(text: str, place: int) -> bool:
    """The backslash here stands before a character that might be a mark; after it, that is text."""
    following = text[place + 1 : place + 2]
    return following.isascii() and following.isprintable() and not following.isalnum() and following not in ("", " ")


class Escapes:
    """The backslashes of one text, asked for from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = -1
        self._code = False

    def goes(self, place: int) -> bool:
        """The backslash here, before a character that might be a mark, is not shown."""
        if self._at_line_mark(place):
            return True
        return self._text[place + 1] in ESCAPABLE and not self._in_code(place)

    def _at_line_mark(self, place: int) -> bool:
        start = max(self._text.rfind("\n", max(place - 10, 0), place) + 1, place - 10, 0)
        if start and self._text[start - 1] != "\n":
            return False
        found = re.compile(_LINE_MARK).match(self._text, start)
        return found is not None and found.end() == place + 1

    def _in_code(self, place: int) -> bool:
        """Each word is looked at once."""
        if place >= self._end:
            start = place
            while start and not self._text[start - 1].isspace():
                start -= 1
            blank = re.compile(r"\s").search(self._text, place)
            self._end = blank.start() if blank else len(self._text)
            self._code = re.search(_CODE, self._text[start : self._end].rstrip(".,;:!?")) is not None
        return self._code
