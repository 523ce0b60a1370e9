"""A place in a shell line that is being read, and the words that come out of it.

Used by `config.shell.words`, which reads words, and `config.shell.lines`, which reads commands; the two call each other
through it. It counts what is looked at, so that no line takes long. Knows nothing of the shell's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

HOLE = "\x00"
SLOT = "\x01"
MARKS = (HOLE, SLOT)
DEEPEST = 12
"""Scripts and expansions within each other that are followed."""
MOST_PIECES = 6_000
"""Pieces of words and commands of one line that are looked at; this takes about 20 ms."""


class OpaqueError(Exception):
    """The line cannot be followed: it is unfinished, too long, too deep, or uses what is not understood here."""


class Word(Struct, frozen=True):
    """One word. `source` is as written, `text` without quotes, where expansions stay as written; `bare`: had none."""

    text: str
    shape: str
    source: str
    bare: bool = True

    @property
    def known(self) -> bool:
        """Whether the text is all there is to the word."""
        return HOLE not in self.shape and SLOT not in self.shape

    @property
    def start(self) -> str:
        """What the word begins with for certain."""
        return self.shape.partition(HOLE)[0].partition(SLOT)[0]


class Reader:
    """A place in a line. `script` reads the commands of a script from here to its closing character."""

    def __init__(self, text: str, script: Callable[[Reader, str], None], *, bash: bool) -> None:
        if any(mark in text for mark in MARKS):
            raise OpaqueError
        self.text = text
        self.at = 0
        self.bash = bash
        self.strange = False
        """Whether anything was met but words, `$name` and what joins simple commands."""
        self.script = script
        self._pieces = 0
        self._depth = 0

    def spend(self, pieces: int = 1) -> None:
        """Count so many pieces.

        Raises:
            OpaqueError: that was one too many.
        """
        self._pieces += pieces
        if self._pieces > MOST_PIECES:
            raise OpaqueError

    def starts(self, *texts: str) -> bool:
        """Whether one of the texts stands here."""
        return self.text.startswith(texts, self.at)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go behind the pattern if it stands here."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def deeper(self, read: Callable[[], None]) -> None:
        """Read something that is inside of something.

        Raises:
            OpaqueError: that is too deep.
        """
        self._depth += 1
        if self._depth > DEEPEST:
            raise OpaqueError
        read()
        self._depth -= 1

    def within(self, text: str, read: Callable[[], None]) -> None:
        """Read another text, such as that between backticks, and come back to this one."""
        before = self.text, self.at
        self.text, self.at = text, 0
        self.deeper(read)
        self.text, self.at = before
