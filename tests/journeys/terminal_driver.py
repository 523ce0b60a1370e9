"""Drives a real program in a real terminal of a fixed size, and sees what a person would see.

A pty is the program's controlling terminal; an emulator holds the screen and the scrollback. Every wait blocks in
poll() until the program writes, with a bound; nothing here sleeps. Journeys use it, and whoever wants to look at the
whole program from outside.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pyte

ON_ITS_TERMINAL = 'exec "$@" <"$0" >"$0" 2>&1'
"""A session leader that opens a terminal gets it as its controlling one."""
PATIENCE = 20.0
"""Seconds; ten times and more of what anything here should take."""
SCROLLBACK = 20_000
FRAME_BEGIN, FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
"""Synchronized output: a terminal shows what stands between them all at once."""
LONGEST_FRAME = 128 * 1024
"""Bytes; several times what a frame may have."""
ESSENTIAL = ("PATH", "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")


class TerminalDriver:
    """One program in its terminal. Use it as a context: what is left of the program is killed at the end."""

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
    ) -> None:
        self.output = bytearray()
        """Every byte that the program wrote."""
        self.rows, self.columns = size
        self.screen: Any = pyte.HistoryScreen(self.columns, self.rows, history=SCROLLBACK, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self._master, self._slave = pty.openpty()
        self._set_size()
        self.attributes_before = termios.tcgetattr(self._slave)
        inherited = {name: os.environ[name] for name in ESSENTIAL if name in os.environ}
        fixed = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", ON_ITS_TERMINAL, os.ttyname(self._slave), *command],
            cwd=directory,
            env={**inherited, **fixed, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._exit = os.pidfd_open(self.process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self._master, self._slave, self._exit):
            if descriptor >= 0:
                os.close(descriptor)

    # ── What a person does ────────────────────────────────────────────────────────────────────────────────────────

    def send(self, keys: str) -> None:
        """Type these characters; what the program writes meanwhile is read, so that neither waits for the other."""
        data = keys.encode()
        poll = select.poll()
        poll.register(self._master, select.POLLIN | select.POLLOUT)
        os.set_blocking(self._master, False)
        while data:
            for _, ready in poll.poll():
                if ready & select.POLLIN:
                    self._read(0.0)
                if ready & select.POLLOUT:
                    with suppress(BlockingIOError):
                        data = data[os.write(self._master, data) :]
        os.set_blocking(self._master, True)

    def resize(self, rows: int, columns: int) -> None:
        """Change the terminal's size, as dragging its corner does."""
        self.rows, self.columns = rows, columns
        self.screen.resize(rows, columns)
        self._set_size()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def _set_size(self) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    # ── What a person sees ────────────────────────────────────────────────────────────────────────────────────────

    def shown(self) -> str:
        """The screen, without blanks at the ends of rows."""
        return "\n".join(str(row).rstrip() for row in self.screen.display)

    def everything(self) -> str:
        """The scrollback and the screen."""
        above = ("".join(row[x].data for x in range(self.columns)).rstrip() for row in self.screen.history.top)
        return "\n".join([*above, self.shown()])

    def cursor_is_visible(self) -> bool:
        """The terminal shows its cursor."""
        return not self.screen.cursor.hidden

    def attributes(self) -> list[Any]:
        """The terminal's present settings, to compare with `attributes_before`."""
        return termios.tcgetattr(self._slave)

    # ── Waiting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def wait_for(self, wanted: str | Callable[[str], object], limit: float = PATIENCE) -> str:
        """Until the screen holds the text, or the predicate likes it; the screen as it is then.

        A screen is looked at between frames only: a read may bring half of one.

        Raises:
            AssertionError: it did not come to that, or the program ended before; with the screen.
        """
        until = time.monotonic() + limit
        while True:
            shown = self.shown()
            if not self._is_in_a_frame() and (wanted in shown if isinstance(wanted, str) else wanted(shown)):
                return shown
            if not self._read(until) and not self._alive():
                raise AssertionError(f"the program ended before {wanted!r} was shown\n{self._picture()}")
            if time.monotonic() >= until:
                raise AssertionError(f"{wanted!r} was not shown within {limit} s\n{self._picture()}")

    def wait_for_exit(self, limit: float = PATIENCE) -> int:
        """The program's exit code (negative: the signal that ended it), with all of its output read.

        Raises:
            AssertionError: it is still running; with the screen.
        """
        until = time.monotonic() + limit
        while self._alive():
            self._read(until)
            if time.monotonic() >= until:
                raise AssertionError(f"the program is still there after {limit} s\n{self._picture()}")
        while self._read(0.0):
            pass
        return self.process.wait()

    def _alive(self) -> bool:
        return self.process.poll() is None

    def _is_in_a_frame(self) -> bool:
        since = max(len(self.output) - LONGEST_FRAME, 0)
        return self.output.rfind(FRAME_BEGIN, since) > self.output.rfind(FRAME_END, since)

    def _read(self, until: float) -> bool:
        """Wait for output or the program's end; whether there was output."""
        poll = select.poll()
        poll.register(self._exit, select.POLLIN)
        if self._master >= 0:
            poll.register(self._master, select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000)}
        if self._master not in ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False
        self.output += data
        self._stream.feed(data)
        return bool(data)

    def _picture(self) -> str:
        border = "─" * self.columns
        return f"{border}\n{self.shown()}\n{border}"
