"""Keepers: bare processes, each of which starts one job, adopts all that it leaves behind, and ends it.

A keeper is a sub-reaper: whatever a job's processes do to get away (a session of their own, a cleared environment, a
double fork, `su`), once their parents are gone they are the keeper's children. So the keeper's descendants are the
job, and when it has no child left the job is gone. It ends when its connection to Callboard does, after it has killed
what is still there: an orderly end closes the connection, and so does kill -9.

    Callboard ── request, with descriptors; the job ──▶ the idle keeper ──▶ "ready", its pid, how it ended
    zygote    ── fork ──▶ the next idle keeper, as soon as one has started its job

The zygote is the guardian of the run as well (`tools.terminal.guardian`): when Callboard is gone it sweeps, and removes
the folder of outputs of a session that is not kept. `tools.terminal.kept_job` is our side. Linux only; imports nothing
third-party.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import socket
import time
from contextlib import suppress
from select import POLLIN, poll

from tools.terminal.guardian import end_jobs
from tools.terminal.inherited import inherited_descriptors
from tools.terminal.process_tree import children_of, descendants

TYPE_CHECKING = False  # typing itself is slow to import, and a bare process starts with every session
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TypeAlias

REQUEST: Final = b"job"
READY: Final = b"r"
REQUEST_DESCRIPTORS: Final = 4
"""Ours to report on, the folder, and where the outputs go."""
FRAME: Final = 4
"""Bytes before each message that say how long it is."""

_SUBREAPER: Final = 36
_READY_KEEPERS: Final = 2
"""Keepers without a job: a model often runs several commands at once."""
_SWEEP_SECONDS: Final = 5.0
_PAUSE: Final = 0.01

if TYPE_CHECKING:
    Job: TypeAlias = tuple[bytes, tuple[bytes, ...], dict[bytes, bytes], bytes, tuple[int, ...]]
    """Program, arguments, environment, terminal (or nothing), signals to be heard as usual."""


def serve(run_id: str, leftover: str = "") -> None:
    """The zygote's work: keep idle keepers ready until Callboard is gone, then leave nothing behind."""
    for descriptor in inherited_descriptors():
        os.close(descriptor)
    requests = socket.socket(fileno=os.dup(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)  # a keeper that has a job must not hold the way to the next one open
    os.close(nowhere)
    be_subreaper = _subreaper()
    be_subreaper()
    taken, take = os.pipe()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers that are done vanish
    gc.freeze()
    idle = 0
    while True:
        if not os.fork():
            _leave(lambda: _keep(requests, take, be_subreaper))
        idle += 1
        if idle == _READY_KEEPERS:
            if not _was_taken(taken, requests):
                break
            idle -= 1
    _kill_all(time.monotonic() + _SWEEP_SECONDS)
    end_jobs(run_id, leftover)


def send(connection: socket.socket, message: Any) -> None:  # noqa: ANN401 -- whatever marshal takes
    """Write one message.

    Raises:
        OSError: the other side is gone.
    """
    data = marshal.dumps(message)
    connection.sendall(len(data).to_bytes(FRAME, "big") + data)


def receive(connection: socket.socket) -> Any:  # noqa: ANN401 -- whatever was sent
    """Read one message; None if the other side is gone, or silent for longer than the connection's time limit."""
    try:
        head = _exactly(connection, FRAME)
        return marshal.loads(_exactly(connection, int.from_bytes(head, "big")))  # noqa: S302 -- from our own process
    except (OSError, EOFError):
        return None


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def _subreaper() -> Callable[[], object]:
    import ctypes  # noqa: PLC0415 -- needed here only; Callboard itself imports this module for its messages

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_SUBREAPER, 1, 0, 0, 0)


def _leave(work: Callable[[], None]) -> None:
    """Do this and end the process, whatever comes of it."""
    try:
        work()
    finally:
        os._exit(0)


def _was_taken(taken: int, requests: socket.socket) -> bool:
    """Wait until the idle keeper has a job; False if Callboard is gone."""
    watch = poll()
    watch.register(taken, POLLIN)
    watch.register(requests, 0)
    ready = dict(watch.poll())
    if taken in ready:
        return bool(os.read(taken, 1))
    return False


def _keep(requests: socket.socket, take: int, be_subreaper: Callable[[], object]) -> None:
    """Serve one job. What can be done before there is a job is done while it is idle."""
    be_subreaper()
    woken = _hear_of_children()
    message, descriptors, _, _ = socket.recv_fds(requests, len(REQUEST), REQUEST_DESCRIPTORS)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 -- its only parameter
    if message != REQUEST or len(descriptors) != REQUEST_DESCRIPTORS:
        return
    connection = socket.socket(fileno=descriptors[0])
    requests.close()
    try:
        root = _begun(connection, descriptors[1:])
        os.write(take, b"t")
        os.close(take)
        if root:
            _watch(connection, root, woken)
    except OSError:  # Callboard is gone
        pass
    _kill_all(time.monotonic() + _SWEEP_SECONDS)


def _begun(connection: socket.socket, descriptors: list[int]) -> int:
    """Receive the job and start it; its pid, or 0. Nothing is raised for a Callboard that is gone."""
    folder, output, errors = descriptors
    try:
        connection.sendall(READY)
        job: Job | None = receive(connection)
        if job is None:
            return 0
        os.fchdir(folder)
        return _spawned(connection, job, output, errors)
    except OSError:
        return 0
    finally:
        os.chdir("/")
        for descriptor in descriptors:
            os.close(descriptor)


def _hear_of_children() -> int:
    """A descriptor that can be read whenever a child has ended."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return woken


def _spawned(connection: socket.socket, job: Job, output: int, errors: int) -> int:
    """Start it and say its pid, or why it could not be started; 0 then."""
    program, argv, environment, terminal, defaults = job
    if terminal:
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        ]
    else:
        nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull.encode(), os.O_RDONLY, 0)
        streams = [nothing, (os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, errors, 2)]
    try:
        pid = os.posix_spawn(
            program,
            argv,
            environment,
            file_actions=streams,
            setsid=True,
            setsigmask=(),
            setsigdef=(*defaults, signal.SIGCHLD),
        )
    except OSError as error:
        send(connection, (0, error.errno or 0, error.strerror or str(error)))
    except ValueError as error:
        send(connection, (0, 0, str(error)))
    else:
        send(connection, (pid, os.getpid(), ""))
        return pid
    return 0


def _watch(connection: socket.socket, root: int, woken: int) -> None:
    """Take note of children that end, until Callboard has no more use for the job."""
    watch = poll()
    watch.register(connection, POLLIN)
    watch.register(woken, POLLIN)
    said = False
    while True:
        said = said or _say_status(connection, root)
        _reap(root)
        ready = dict(watch.poll())
        if connection.fileno() in ready:
            return
        with suppress(BlockingIOError):
            os.read(woken, 4_096)


def _say_status(connection: socket.socket, root: int) -> bool:
    """Say how the job's program ended, if it has, and whether it left no process.

    It stays unreaped, so that its pid stays its own. The kernel gives the children of a process to its keeper before it
    says that the process has ended, so where the program is the only child there is nothing else.
    """
    ended = os.waitid(os.P_PID, root, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return False
    _reap(root)
    code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    send(connection, (code, children_of(os.getpid()) == (root,)))
    return True


def _reap(root: int) -> None:
    """Take note of the ended children but the job's program."""
    for child in children_of(os.getpid()):
        if child != root:
            with suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def _kill_all(deadline: float) -> None:
    """Kill every descendant until there is none, or the time is over: some belong to another user."""
    while time.monotonic() < deadline:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for pid in descendants(os.getpid()):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)
