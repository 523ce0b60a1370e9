"""A real terminal that wraps its rows anew when its width changes: tmux, on a socket of its own, with nobody attached.

For what the emulator of `terminal_driver` cannot show. Use it as a context: its server, and the program in it, end with
it.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

BOUND = 20.0


class TmuxTerminal:
    """One program in a window of this size (rows, columns)."""

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str], size: tuple[int, int]):
        self._sockets = tempfile.mkdtemp(prefix="tmux-")  # a socket's path must be short
        self._environment = environment
        rows, columns = size
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(directory), shlex.join(command))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")
        shutil.rmtree(self._sockets)

    def send(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._tmux("send-keys", *keys)

    def resize(self, rows: int, columns: int) -> None:
        """Change the window's size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def everything(self) -> str:
        """The scrollback and the screen; rows that the terminal has wrapped are whole."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    def shown(self) -> str:
        """The screen."""
        return self._tmux("capture-pane", "-p")

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-u", "-f", "/dev/null", "-S", f"{self._sockets}/s", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True, timeout=BOUND)
        return done.stdout
