"""The program as journeys start it: this checkout's launcher, a folder with a file, a home of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.journeys.terminal_driver import TerminalDriver

LAUNCHER = Path(__file__).resolve().parents[2] / "callboard.py"
READY = "/help"
"""On the status line while nothing runs."""


def chat(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (24, 80),
) -> TerminalDriver:
    """The chat in this folder, on the offline model unless the environment says otherwise."""
    inherited = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
    command = [sys.executable, str(LAUNCHER), *arguments]
    return TerminalDriver(command, folder, {**inherited, **(environment or {})}, size)


def project(folder: Path) -> Path:
    """A folder to work in."""
    (folder / "hello.txt").write_text("hello world\n")
    return folder
