"""A program on a terminal of its own, as a reader of its raw output sees it; nothing is emulated and nobody sleeps.

Used by the groups that measure the chat.
"""

from __future__ import annotations

import os
import select
import signal
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.table import CannotMeasureError

ROWS, COLUMNS = 40, 120
LONGEST_WAIT = 30.0
READ_SIZE = 65_536
LAST_SHOWN = 400


class Screen:
    """The program and the other end of its terminal; leaving the context ends it."""

    def __init__(self, command: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
        self.output = bytearray()
        """Everything it has written."""
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (ROWS, COLUMNS))
        terminal = os.ttyname(slave)
        script = f'cd "{folder}" && exec "$@"'
        self.pid = os.posix_spawn(
            "/bin/sh",
            ["/bin/sh", "-c", script, "sh", *command],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
            setsigdef=(signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE),
        )
        os.close(slave)
        self._poll = select.poll()
        self._poll.register(self._master, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.pid, signal.SIGTERM)
        while self._read(LONGEST_WAIT):
            pass
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def type(self, text: str) -> None:
        """As if typed by a person."""
        os.write(self._master, text.encode())

    def echo(self, key: str) -> float:
        """Type a key that is nowhere on the screen; seconds until it is."""
        start, begun = len(self.output), time.monotonic()
        self.type(key)
        return self.wait_for(key.encode(), start=start) - begun

    def wait_for(self, text: bytes, *, start: int = 0) -> float:
        """Read until the text is there, behind `start`; when that was, on the monotonic clock.

        Raises:
            CannotMeasureError: it did not come in time.
        """
        deadline = time.monotonic() + LONGEST_WAIT
        while self.output.find(text, start) < 0:
            if not self._read(deadline - time.monotonic()):
                raise CannotMeasureError(
                    f"{text!r} did not appear on the screen; last came {bytes(self.output[-LAST_SHOWN:])!r}"
                )
        return time.monotonic()

    def read_for(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        deadline, size = time.monotonic() + seconds, len(self.output)
        while (left := deadline - time.monotonic()) > 0 and self._read(left):
            pass
        return len(self.output) - size

    def _read(self, seconds: float) -> bool:
        """Read once; False if nothing came, or nobody is there any more."""
        if not self._poll.poll(max(0.0, seconds) * 1_000):
            return False
        try:
            data = os.read(self._master, READ_SIZE)
        except OSError:
            return False
        self.output += data
        return bool(data)
