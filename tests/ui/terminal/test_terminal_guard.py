"""The terminal is given back by somebody else when nobody of the chat is left to do it."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.terminal.process_tree import living
from ui.terminal.terminal_guard import AS_USUAL, TerminalGuard, give_back, settings

LFLAG, CC = 3, 6


@pytest.fixture
def tty() -> Iterator[int]:
    master, slave = pty.openpty()
    yield slave
    os.close(master)
    os.close(slave)


def make_raw(tty: int) -> None:
    changed = termios.tcgetattr(tty)
    changed[LFLAG] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    changed[CC][termios.VMIN] = 0
    termios.tcsetattr(tty, termios.TCSANOW, changed)


def test_settings_come_back_to_the_last_control_character(tty: int) -> None:
    attributes, before = termios.tcgetattr(tty), settings(tty)
    make_raw(tty)
    assert termios.tcgetattr(tty) != attributes
    give_back(before, settings(tty), tty, 0.0)
    assert termios.tcgetattr(tty) == attributes


def test_a_terminal_that_somebody_else_has_set_since_is_left_alone() -> None:
    master, tty = pty.openpty()
    before = settings(tty)
    make_raw(tty)
    during = settings(tty)
    others = termios.tcgetattr(tty)
    others[LFLAG] |= termios.ECHO
    termios.tcsetattr(tty, termios.TCSANOW, others)
    give_back(before, during, tty, 0.0)
    assert termios.tcgetattr(tty) == others
    os.close(tty)
    os.set_blocking(master, False)
    with pytest.raises(OSError, match="Input/output"):
        os.read(master, len(AS_USUAL))  # nothing was written, and nobody is left who could
    os.close(master)


def test_what_is_no_terminal_needs_no_guard(tmp_path: Path) -> None:
    file = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    assert settings(file) == ""
    guard = TerminalGuard(file)
    guard.begin()
    assert guard.pid == 0
    guard.dismiss()
    os.close(file)


def test_a_guard_is_dismissed_with_its_process(tty: int) -> None:
    guard = TerminalGuard(tty)
    make_raw(tty)
    during = termios.tcgetattr(tty)
    guard.begin()
    pid = guard.pid
    assert living([pid])
    guard.dismiss()
    assert not living([pid])
    assert termios.tcgetattr(tty) == during, "an orderly end restores the terminal itself"
