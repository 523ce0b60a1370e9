"""The real ports: worker threads, the journal on a disk, child processes.

Edges, not actors: they may touch threads and files. The composition root builds them; actors see `actors.ports`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from actors.runtime.thread_start import BeginThread, ThreadStartError, start_thread
from tools.job import JobEnded, JobReport, OutputSlice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tools.job import JobEvent, JobRequest
    from tools.terminal.terminals import JobLimits, Terminals


PIECE = 1_048_576
"""Bytes of a journal that are read at once."""


class SessionBusyError(Exception):
    """Another process is writing this session's journal."""


class ThreadWorkers:
    """Up to `size` daemon threads, started as needed. One that hangs is lost to the others, not to the exit.

    Where the system starts no more of them, those that run do all the work.
    """

    def __init__(self, size: int, begin_thread: BeginThread = start_thread) -> None:
        self._size = size
        self._begin_thread = begin_thread
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._free = 0
        """Threads that wait, less the tasks that wait for one; below zero where there are more tasks."""
        self._closed = False

    def run(self, work: Callable[[], None]) -> None:
        """Implement `Workers`.

        Raises:
            ThreadStartError: there is no thread at all, and none can be started; the work is not done.
        """
        with self._lock:
            if self._closed:
                return
            if self._free <= 0 and self._threads < self._size:
                self._grow()
            self._free -= 1
        self._tasks.put(work)

    def _grow(self) -> None:
        """One thread more, or the ones there are. The lock is held."""
        try:
            self._begin_thread(self._run, f"worker-{self._threads + 1}")
        except ThreadStartError:
            if not self._threads:
                raise
        else:
            self._threads += 1
            self._free += 1

    def close(self) -> None:
        """Implement `Workers`; what is being done is not waited for."""
        with self._lock:
            self._closed = True

    def _run(self) -> None:
        while True:
            self._tasks.get()()
            with self._lock:
                self._free += 1


def file_pieces(path: Path) -> Iterator[bytes]:
    """A file from its beginning, `PIECE` bytes at a time.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            yield piece


class DiskJournal:
    """An append-only file that belongs to one process at a time. It is never shortened and never rewritten."""

    def __init__(self, path: Path, redact: Callable[[bytes], bytes] = bytes) -> None:
        """Open or create the file. `redact` takes known secrets out of each line.

        Raises:
            SessionBusyError: another process has it.
            OSError: it cannot be opened.
        """
        self._path = path
        self._redact = redact
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise SessionBusyError(f"{path.parent.name} is open in another Callboard; close it there first") from error

    def append(self, line: bytes) -> None:
        """Implement `JournalFile`."""
        rest = memoryview(self._redact(line))
        rest = rest[os.write(self._file, rest) :]
        while rest:  # the next write says why the one before was short, or takes the rest
            try:
                rest = rest[os.write(self._file, rest) :]
            except OSError as error:
                problem = "the file may not be longer (ulimit -f)" if error.errno == errno.EFBIG else error.strerror
                raise OSError(error.errno, f"{problem}: the record was written only in part") from error

    def sync(self) -> None:
        """Implement `JournalFile`."""
        os.fdatasync(self._file)

    def read(self) -> bytes:
        """Implement `JournalFile`."""
        return self._path.read_bytes()

    def pieces(self) -> Iterator[bytes]:
        """Implement `JournalFile`."""
        return file_pieces(self._path)

    def close(self) -> None:
        """Let another process have the session."""
        os.close(self._file)


class MemoryJournal:
    """The journal of a session that is not kept (`--no-session-persistence`)."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def append(self, line: bytes) -> None:
        """Implement `JournalFile`."""
        self._lines.append(line)

    def sync(self) -> None:
        """Implement `JournalFile`; memory is as safe as it gets."""

    def read(self) -> bytes:
        """Implement `JournalFile`."""
        return b"".join(self._lines)

    def pieces(self) -> Iterator[bytes]:
        """Implement `JournalFile`."""
        yield from self._lines

    def close(self) -> None:
        """Nothing to let go of."""


class RealTerminals:
    """Child processes through `tools.terminal.terminals`, which is imported and started with the first job."""

    def __init__(self, run_id: str, spill_directory: Path, limits: Callable[[], JobLimits]) -> None:
        self._run_id = run_id
        self._spill_directory = spill_directory
        self._limits = limits
        self._listener: Callable[[JobEvent], None] = lambda _: None
        self._jobs: dict[str, None] = {}
        self._opening = threading.Lock()
        self._terminals: Terminals | None = None

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """Implement `TerminalPort`."""
        self._listener = listener

    def warm(self) -> None:
        """Get ready for the first job, off the path of anything: what it needs takes as long as fifty starts."""
        with suppress(OSError):  # the first job says so
            self._opened().warm()

    def start(self, job: str, request: JobRequest) -> None:
        """Implement `TerminalPort`."""
        new = job not in self._jobs
        self._jobs[job] = None
        try:
            self._opened().start(job, request)
        except OSError as error:
            nothing = OutputSlice()
            self._heard(JobEnded(job, JobReport("failed", None, nothing, nothing, 0.0, problem=str(error))))
        except BaseException:
            if new:
                del self._jobs[job]
            raise

    def write(self, job: str, text: str) -> None:
        """Implement `TerminalPort`."""
        if self._terminals is not None:
            self._terminals.write(job, text)

    def resize(self, rows: int, columns: int) -> None:
        """Implement `TerminalPort`."""
        if self._terminals is not None:
            self._terminals.resize(rows, columns)

    def end(self, job: str, *, expired: bool = False) -> None:
        """Implement `TerminalPort`."""
        if self._terminals is not None:
            self._terminals.end(job, expired=expired)

    def jobs(self) -> tuple[str, ...]:
        """Implement `TerminalPort`."""
        return tuple(self._jobs)

    def close(self, limit: float) -> tuple[str, ...]:
        """End what is left and name what would not die; the last step of a shutdown."""
        if self._terminals is None:
            return ()
        return tuple(f"process {pid}" for pid in self._terminals.close(limit))

    def _opened(self) -> Terminals:
        with self._opening:
            if self._terminals is None:
                from tools.terminal.terminals import Terminals  # noqa: PLC0415 - off the start path

                self._terminals = Terminals(self._run_id, self._heard, self._spill_directory, self._limits())
            return self._terminals

    def _heard(self, event: JobEvent) -> None:
        self._listener(event)
        if isinstance(event, JobEnded):
            self._jobs.pop(event.job, None)
