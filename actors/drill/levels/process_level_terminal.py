"""A real program in a real terminal, driven and watched from outside: keys, size, signals, bytes, attributes, the end.

Every wait blocks in poll() until the program writes or ends, with a bound. Used by the process level of drills alone.
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
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ON_ITS_TERMINAL = 'exec "$@" <"$0" >"$0" 2>&1'
"""A session leader that opens a terminal gets it as its controlling one."""
READ_SIZE = 65_536
ROWS, COLUMNS = 24, 100


class DrivenTerminal:
    """One program in its terminal. Use it as a context: what is left of the program is killed at the end."""

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        self.output = bytearray()
        """Every byte that the program wrote."""
        self._master, self._slave = pty.openpty()
        self.resize(ROWS, COLUMNS)
        os.set_blocking(self._master, False)
        self.attributes_before = termios.tcgetattr(self._slave)
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            ["/bin/sh", "-c", ON_ITS_TERMINAL, os.ttyname(self._slave), *command],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def is_gone(self) -> bool:
        """Whether its window was closed."""
        return self._master < 0

    def keys(self, text: str) -> None:
        """Type these; a terminal that takes no more has a program that is gone."""
        data = text.encode()
        while data and not self.is_gone:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                if not self.read(1.0):
                    return
            except OSError:
                return

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size, as dragging its corner does."""
        if not self.is_gone:
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        if self.exit_code() is None:
            self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def read(self, seconds: float) -> bool:
        """Wait for output, at most so long; whether there was any."""
        poll = select.poll()
        if not self.is_gone:
            poll.register(self._master, select.POLLIN)
        if not poll.poll(seconds * 1_000) or self.is_gone:
            return False
        with suppress(OSError):
            data = os.read(self._master, READ_SIZE)
            self.output += data
            return bool(data)
        return False

    def exit_code(self) -> int | None:
        """How the program ended: negative for the signal that ended it; None while it runs."""
        return self._process.poll()

    def awaits_its_return(self, seconds: float) -> None:
        """Until a terminal whose program was killed is as it was, at most so long; what is written to it is read."""
        until = time.monotonic() + seconds
        while not self.is_restored() and time.monotonic() < until:
            self.read(0.02)
        while self.read(0.0):
            pass

    def is_restored(self) -> bool:
        """Whether the terminal's attributes are what they were; True where there is no terminal any more."""
        return self.is_gone or termios.tcgetattr(self._slave) == self.attributes_before
