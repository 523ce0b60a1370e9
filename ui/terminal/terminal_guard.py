"""Gives the terminal back when the chat is killed with -9: its settings, its modes, its cursor.

`ui.chat.front_end` begins it once the terminal is in the chat's own mode, and dismisses it at an orderly end. What
happens after a kill is a guardian's duty (`tools.terminal.guardian`), in a process that starts bare: this module
imports nothing third-party. It touches nothing where another program has set the terminal since: a shell that has taken
it back knows better.
"""

from __future__ import annotations

import os
import select
import termios
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from tools.terminal.guardian import Guardian

DUTY: Final = "ui.terminal.terminal_guard:give_back"
AS_USUAL: Final = b"\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?2004l\x1b[?25h"
"""The end of a frame, plain text, wrapped lines, no bracketed paste, a cursor that can be seen."""

OTHERS_FIRST: Final = 0.3
"""Seconds granted to a shell to set the terminal itself."""
CONTROL_CHARACTERS: Final = 6
"""Where termios has them in its list, as bytes or as numbers; here they follow as numbers."""


class TerminalGuard:
    """The guard of one terminal, made before anything of it is changed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before = settings(descriptor)
        self._guardian: Guardian | None = None

    @property
    def pid(self) -> int:
        """The guardian's process; 0 where there is none."""
        return self._guardian.pid if self._guardian is not None else 0

    def begin(self) -> Self:
        """From now on the terminal is given back whatever happens; its present settings are known as the chat's."""
        during = settings(self._descriptor)
        if self._before and during:
            terminal_output: type[Guardian] = import_module(
                "tools.terminal.guardian"
            ).Guardian  # not before the first frame
            self._guardian = terminal_output(DUTY, self._before, during, output=self._descriptor)
        return self

    def dismiss(self) -> None:
        """The terminal was given back in order."""
        if self._guardian is not None:
            self._guardian.dismiss()


def give_back(before: str, during: str, descriptor: int = 1, others_first: float = OTHERS_FIRST) -> None:
    """The duty: from the chat's settings back to those before it, both as `TerminalGuard` wrote them down.

    A shell that waits for the chat hears of its end at the same moment, and takes a while to set its own.
    """
    select.poll().poll(others_first * 1_000)
    if settings(descriptor) == during:
        with suppress(OSError, termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, _read(before))
            os.write(descriptor, AS_USUAL)


def settings(descriptor: int) -> str:
    """All settings of the terminal as numbers; empty where there is no terminal."""
    try:
        found: list[Any] = termios.tcgetattr(descriptor)
    except termios.error:
        return ""
    characters = (ord(one) if isinstance(one, bytes) else one for one in found[CONTROL_CHARACTERS])
    return " ".join(map(str, (*found[:CONTROL_CHARACTERS], *characters)))


def _read(text: str) -> list[Any]:
    numbers = [int(number) for number in text.split()]
    return [*numbers[:CONTROL_CHARACTERS], [bytes([one]) for one in numbers[CONTROL_CHARACTERS:]]]
