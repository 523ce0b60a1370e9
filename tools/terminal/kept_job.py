"""Our side of `tools.terminal.keeper`: a job started by a keeper, and the watch on its end.

`tools.terminal.terminals` starts one `Keepers` for a run and asks it for each job. Where there are none (no Linux, no
ctypes, a keeper that was killed) the job is spawned directly and `tools.terminal.process_tree` finds what it can.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from select import POLLIN, poll
from typing import Final, cast

from tools.terminal.guardian import spawn_bare
from tools.terminal.keeper import READY, REQUEST, receive, send
from tools.terminal.launch import DEFAULT_SIGNALS, Launch

_READY_SECONDS: Final = 5.0
"""For a keeper to take the job; a bare Python starts in a fiftieth of that."""
_STATUS_SECONDS: Final = 2.0
_MOMENT: Final = 20
"""Milliseconds. The keeper is told of the end when we are; a look at all processes takes a tenth of that."""
_SERVE: Final = "tools.terminal.keeper:serve"


class NoKeeperError(Exception):
    """No keeper takes a job; nothing was started."""


class KeptExit:
    """Watches the program of one kept job; as `ChildExit`. The keeper ends what is left once this is closed."""

    def __init__(self, pid: int, keeper: int, connection: socket.socket) -> None:
        """Raises OSError where there is no descriptor for it."""
        self.pid = pid
        self.keeper = keeper
        self._connection = connection
        self._status: int | None = None
        self._alone = False
        self.descriptor = os.pidfd_open(pid)

    def collect(self) -> int | None:
        """The exit code, negative for a signal; None if the program lives on, or its keeper was killed."""
        if self._status is None and self._connection.fileno() >= 0:
            answer = cast("tuple[int, bool] | None", receive(self._connection))
            if answer is not None:
                self._status, self._alone = answer
        return self._status

    def left_nothing(self) -> bool:
        """Whether the ended program left no process behind; False where its keeper does not say so within a moment."""
        if self._status is None:
            watch = poll()
            watch.register(self._connection, POLLIN)
            if watch.poll(_MOMENT):
                self.collect()
        return self._alone

    def close(self) -> None:
        """Let go of the descriptor, and of the keeper."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
        self._connection.close()


class Keepers:
    """The zygote of one run, and through it a keeper for each job."""

    def __init__(self, run_id: str, leftover: str = "", patience: float = _READY_SECONDS) -> None:
        """Start the zygote. `leftover` is a folder that it removes when we were killed.

        `patience` is how many seconds a keeper may take until it has a job.

        Raises:
            OSError: the system refused.
        """
        self._patience = patience
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self.pid = spawn_bare(_SERVE, (run_id, leftover), theirs.fileno(), None)
        except OSError:
            self._requests.close()
            raise
        finally:
            theirs.close()

    def start(self, launch: Launch, outputs: tuple[int, int], terminal: str = "") -> KeptExit:
        """Have the job started in our present folder, writing to `outputs` or on this terminal.

        Raises:
            NoKeeperError: none takes it; nothing was started.
            OSError: the system refused to start the program.
            ValueError: the program cannot be given these arguments.
        """
        connection, theirs = socket.socketpair()
        try:
            self._hand_over(connection, theirs, outputs, _job(launch, terminal))
            _await_taker(connection)
            connection.settimeout(None)
            pid, keeper = _answered(receive(connection))
            connection.settimeout(_STATUS_SECONDS)
            return KeptExit(pid, keeper, connection)
        except BaseException:
            connection.close()
            raise

    def _hand_over(
        self, connection: socket.socket, theirs: socket.socket, outputs: tuple[int, int], job: object
    ) -> None:
        """Send the request to the keeper that is ready, and the job behind it; half a job is never started."""
        connection.settimeout(self._patience)
        folder = -1
        try:
            folder = os.open(".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            descriptors = [theirs.fileno(), folder, *outputs]
            socket.send_fds(self._requests, [REQUEST], descriptors, socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT)
            theirs.close()
            send(connection, job)
        except OSError as error:
            raise NoKeeperError(str(error)) from error
        finally:
            theirs.close()
            if folder >= 0:
                os.close(folder)

    def dismiss(self) -> None:
        """Nothing is left to keep. A second time does nothing."""
        pid, self.pid = self.pid, 0
        if pid:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        self._requests.close()


def open_keepers(run_id: str, leftover: str = "", supported: Callable[[], bool] | None = None) -> Keepers | None:
    """The keepers of this run; None where the system has none."""
    if not (supported or _supported)():
        return None
    try:
        return Keepers(run_id, leftover)
    except OSError:
        return None


def _await_taker(connection: socket.socket) -> None:
    """Wait until a keeper has the job.

    A keeper says that it is ready before it reads the job, and starts nothing where it cannot say so: one that comes
    too late finds the connection shut.

    Raises:
        NoKeeperError: none has it, and none will start it.
    """
    ready = b""
    with suppress(ConnectionError):
        try:
            ready = connection.recv(len(READY))
        except TimeoutError:
            connection.shutdown(socket.SHUT_RD)
            ready = connection.recv(len(READY))
    if ready != READY:
        raise NoKeeperError("none is ready")


def _answered(answer: object) -> tuple[int, int]:
    """The program's pid and the keeper's.

    Raises:
        OSError: the keeper says why not, or was killed.
        ValueError: the arguments are none for a program.
    """
    if answer is None:
        raise OSError(0, "the process that was to keep it was killed; run the command again")
    pid, detail, problem = cast("tuple[int, int, str]", answer)
    if pid:
        return pid, detail
    raise OSError(detail, problem) if detail else ValueError(problem)


def _supported() -> bool:
    return hasattr(os, "pidfd_open") and hasattr(os, "waitid") and os.path.isdir("/proc/self")  # noqa: PTH112


def _job(launch: Launch, terminal: str) -> object:
    environment = {os.fsencode(name): os.fsencode(value) for name, value in launch.environment.items()}
    argv = tuple(os.fsencode(word) for word in launch.argv)
    signals = tuple(int(number) for number in DEFAULT_SIGNALS)
    return (os.fsencode(launch.program), argv, environment, os.fsencode(terminal), signals)
