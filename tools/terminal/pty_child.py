"""The only user of pexpect: an interactive child on a terminal of its own, spawned and never forked.

`tools.terminal.terminals` loads this module by name when the first job asks for a terminal;
`tools.terminal.running_job` reads and writes the descriptor itself, for reading through pexpect is quadratic. What
pexpect does by sleeping is switched off.
"""

from __future__ import annotations

import os
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

import pexpect
from ptyprocess import PtyProcess  # pyright: ignore[reportMissingTypeStubs] -- it has none

from tools.terminal.inherited import closing_inherited
from tools.terminal.launch import DEFAULT_SIGNALS, Launch, explained

_OUTPUT_FLAGS: Final = 1
_LOCAL_FLAGS: Final = 3
_SIZE_MOST: Final = 65_535


if TYPE_CHECKING:
    _Spawn = pexpect.spawn[bytes]
else:
    _Spawn = pexpect.spawn


class _Closeable(Protocol):
    def close(self) -> None: ...


class _PtyProcess(Protocol):
    """What is used of a `PtyProcess`."""

    pid: int
    fd: int
    closed: bool
    terminated: bool
    delayafterclose: float
    delayafterterminate: float

    @property
    def fileobj(self) -> _Closeable: ...

    def setwinsize(self, rows: int, columns: int, /) -> None: ...


class PtyChild(_Spawn):
    """A `pexpect.spawn` whose child is a session leader that opened its own controlling terminal."""

    ptyproc: _PtyProcess

    def __init__(
        self, launch: Launch, rows: int, columns: int, start: Callable[[Launch, str], int] | None = None
    ) -> None:
        """Start it; `start` does so in another way, given the name of the terminal."""
        self._launch = launch
        self._start = start or spawn_directly
        with explained(launch):
            super().__init__(
                launch.program,
                list(launch.argv[1:]),
                timeout=None,
                env=launch.environment,
                dimensions=(_cells(rows), _cells(columns)),
                use_poll=True,
            )
        self.delaybeforesend = None
        self.delayafterread = None
        self.delayafterclose = 0.0
        self.delayafterterminate = 0.0
        self.ptyproc.delayafterclose = 0.0
        self.ptyproc.delayafterterminate = 0.0
        os.set_blocking(self.child_fd, False)

    @property
    def child_pid(self) -> int:
        """Its process id; pexpect's own `pid` may be None, before a spawn."""
        return self.ptyproc.pid

    def resize(self, rows: int, columns: int) -> None:
        """Tell the terminal, and so its foreground group, the new size; harmless once it is closed."""
        if not self.closed:
            with suppress(OSError):
                self.ptyproc.setwinsize(_cells(rows), _cells(columns))

    def let_go(self) -> None:
        """Close the terminal and nothing else: neither wait for the child nor signal it. Harmless a second time."""
        if not self.closed:
            self.closed = self.ptyproc.closed = self.terminated = self.ptyproc.terminated = True
            self.child_fd = self.ptyproc.fd = -1
            self.ptyproc.fileobj.close()

    def _spawnpty(
        self, args: list[str], *, env: Mapping[str, str], dimensions: tuple[int, int], **_: object
    ) -> _PtyProcess:
        del args, env  # as the launch has them
        master, slave = os.openpty()
        try:
            _without_output_processing(slave)
            termios.tcsetwinsize(slave, dimensions)
            terminal = os.ttyname(slave)
            pid = self._start(self._launch, terminal)
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        process: _PtyProcess = PtyProcess(pid, master)
        return process


def spawn_directly(launch: Launch, terminal: str) -> int:
    """Start it as a child of our own, on this terminal."""
    return os.posix_spawn(
        launch.program,
        launch.argv,
        launch.environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
            *closing_inherited(),
        ],
        setsid=True,
        setsigmask=(),
        setsigdef=DEFAULT_SIGNALS,
    )


def _without_output_processing(terminal: int) -> None:
    """A newline stays a newline, which is many times faster; what is typed is still echoed."""
    attributes = termios.tcgetattr(terminal)
    attributes[_OUTPUT_FLAGS] &= ~termios.OPOST
    attributes[_LOCAL_FLAGS] |= termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def _cells(count: int) -> int:
    return min(max(count, 1), _SIZE_MOST)
