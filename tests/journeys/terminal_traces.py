"""What a program has left behind on its terminal, and what the chat shows where nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.journeys.terminal_driver import TerminalDriver
from ui.screen.prompting import MARK

MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
ON_BY_DEFAULT = {7, 25}
"""Private modes of a terminal that nobody has touched: wrapping, and the cursor."""
HARMLESS = {12}
"""The cursor may blink or not."""


def idle(screen: str) -> bool:
    """The status line says that nothing runs: it has room for a word about /help."""
    rows = [row for row in screen.split("\n") if row.strip()]
    return bool(rows) and rows[-1].endswith("· /help")


def queued(count: int) -> Callable[[str], bool]:
    """The status line says that so many prompts wait."""
    return lambda screen: f"{count} queued" in screen


def modes_left(output: bytes) -> set[int]:
    """The private modes that are on after all of the output."""
    on = set(ON_BY_DEFAULT)
    for numbers, switch in MODE.findall(output):
        for number in map(int, numbers.split(b";")):
            on = on | {number} if switch == b"h" else on - {number}
    return on - HARMLESS


def assert_restored(terminal: TerminalDriver) -> None:
    """S3-15: the terminal is as it was, the cursor stands below everything, nothing of the live region is left."""
    assert terminal.attributes() == terminal.attributes_before
    assert terminal.cursor_is_visible()
    assert modes_left(bytes(terminal.output)) == ON_BY_DEFAULT
    assert_nothing_live(terminal)


def assert_nothing_live(terminal: TerminalDriver) -> None:
    """Neither the input line nor the status line stands there, and the next program begins on a row of its own."""
    rows = terminal.shown().split("\n")
    cursor = terminal.screen.cursor
    assert cursor.x == 0
    assert not any(row.strip() for row in rows[cursor.y :])
    assert not [row for row in rows if row == MARK or row.startswith("offline · ")]
