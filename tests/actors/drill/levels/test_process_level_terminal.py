"""A program in a terminal, as the process level drives it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from actors.drill.levels.process_level_terminal import DrivenTerminal

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = {"PATH": "/usr/bin:/bin", "TERM": "xterm"}


def ended(terminal: DrivenTerminal) -> int | None:
    """The exit code, once the program has ended: its last output is the end of its terminal."""
    while terminal.exit_code() is None and not terminal.is_gone:
        terminal.read(0.05)
    return terminal.exit_code()


def read_until(terminal: DrivenTerminal, text: bytes) -> None:
    while text not in terminal.output and terminal.read(30.0):
        pass
    assert text in terminal.output


def test_it_reads_types_and_sees_the_end(tmp_path: Path) -> None:
    with DrivenTerminal(["/bin/sh", "-c", 'echo ready; read x; echo "got $x"; exit 3'], tmp_path, PLAIN) as terminal:
        read_until(terminal, b"ready")
        terminal.keys("hello\r")
        read_until(terminal, b"got hello")
        assert terminal.is_restored()
        assert ended(terminal) == 3


def test_a_changed_terminal_is_seen(tmp_path: Path) -> None:
    with DrivenTerminal(["/bin/sh", "-c", "stty -echo; echo set; exec sleep 60"], tmp_path, PLAIN) as terminal:
        read_until(terminal, b"set")
        assert not terminal.is_restored()
        terminal.signal(signal.SIGTERM)
        assert ended(terminal) == -signal.SIGTERM


def test_a_closed_window_hangs_up(tmp_path: Path) -> None:
    with DrivenTerminal(["/bin/sh", "-c", "echo up; exec sleep 60"], tmp_path, PLAIN) as terminal:
        read_until(terminal, b"up")
        terminal.hang_up()
        assert terminal.is_gone
        assert not terminal.read(0.0)
        assert terminal.is_restored()
