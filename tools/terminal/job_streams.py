"""A running job's streams: read as they come, shown, kept, spilled; and what is typed into its terminal.

`tools.terminal.running_job` owns one; it runs on the reader thread.

**What is shown while a job runs** (`JobOutput`): at most one piece of a stream each 30 ms, the first one at once. A
piece holds everything since the last, unless that is more than 64 kB: then the last 8 kB, from a new line on, after a
line that counts what was skipped. What is kept for the report does not depend on that: the first and last bytes in
memory, everything in the spill file. A job whose spill file is full is not read any more until it ends: its program
waits, and the report says so. Nothing that was read is ever dropped silently.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from tools.job import JobEvent, JobOutput, OutputSlice
from tools.terminal.job_output import LiveText, Spill, StreamKeeper, spill_path
from tools.terminal.poll_loop import PollLoop
from tools.text.secret_filter import ByteFilter

StreamName: TypeAlias = Literal["output", "errors"]

SHOW_EACH: Final = 0.03
"""Seconds between two pieces of one stream."""

_READ_SIZE: Final = 65_536
_READ_MOST: Final = 131_072
"""Bytes of one stream that are read before the others have their turn."""

_TYPED_MOST: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What holds for every job: how much is kept of it, in bytes, how long it may take, in seconds, what it may see."""

    head: int = 16_384
    tail: int = 49_152
    spill_limit: int = 1_073_741_824
    cancel_grace: float = 0.15
    time_limit: float = 30.0
    spill_reserve: int = 67_108_864
    """Bytes that output files leave free on their disk, at most a tenth of it."""
    withheld: frozenset[str] = frozenset()
    """Variables of our environment that no job gets."""
    secrets: tuple[str, ...] = ()
    """What is taken out of every output, before it is kept or shown."""
    learnt: Callable[[], tuple[str, ...]] = tuple
    """What is taken out, too: asked when a job begins, since a session learns keys on its way."""
    leftover: str = ""
    """A folder that is removed when Callboard is killed: the outputs of a session that is not kept."""


class ChildTerminal(Protocol):
    """What a job needs of a child's terminal besides its descriptor."""

    def resize(self, rows: int, columns: int) -> None:
        """Tell the child the new size."""

    def let_go(self) -> None:
        """Close the descriptor."""


class Exit(Protocol):
    """The watch on the end of a job's program: `ChildExit`, or `KeptExit` where it has a keeper."""

    pid: int
    keeper: int
    descriptor: int

    def collect(self) -> int | None:
        """The exit code, negative for a signal; None where it is not known."""

    def left_nothing(self) -> bool:
        """Whether it is known that the ended program left no process behind; may wait for a few milliseconds."""
        return False

    def close(self) -> None:
        """Let go of the descriptor."""


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A child that runs: the watch on its end, the descriptors to read, and its terminal if it has one.

    All of them are ours to close; the terminal's descriptor is `output` and is closed by letting it go.
    """

    exit: Exit
    output: int
    errors: int | None = None
    terminal: ChildTerminal | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all jobs of one `Terminals` share."""

    run_id: str
    loop: PollLoop
    limits: JobLimits
    spill_directory: Path
    listener: Callable[[JobEvent], None]


@dataclass(slots=True)
class _Stream:
    name: StreamName
    descriptor: int
    keeper: StreamKeeper
    filter: ByteFilter
    live: LiveText = field(default_factory=LiveText)
    shown_at: float = 0.0
    open: bool = True


class _TypedText:
    """What was typed and the terminal has not taken yet."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._data = bytearray()

    @property
    def waiting(self) -> bool:
        return bool(self._data)

    def add(self, text: str) -> int:
        """Returns how many bytes had no room."""
        data = text.encode(errors="replace")
        room = _TYPED_MOST - len(self._data)
        self._data += data[:room]
        return max(0, len(data) - room)

    def send(self) -> None:
        try:
            written = os.write(self._descriptor, self._data)
        except BlockingIOError:
            return
        except OSError:  # it has no reader
            written = len(self._data)
        del self._data[:written]


class JobStreams:
    """Both streams of one job, or the one of its terminal. `guard` makes every call that the loop asks for."""

    def __init__(
        self, job: str, child: ChildProcess, around: Surroundings, guard: Callable[[Callable[[], None]], None]
    ) -> None:
        self.read_at = time.monotonic()
        """When a byte came last."""
        self.terminal = child.terminal
        """Whom to tell a new size."""
        self._job = job
        self._around = around
        self._guard = guard
        self._typed = _TypedText(child.output)
        self._full = False
        self._problems: list[str] = []
        limits = around.limits
        self.spill = Spill(spill_path(around.spill_directory, job), limits.head + limits.tail, limits.spill_reserve)
        self._streams = [_stream("output", child.output, limits)]
        if child.errors is not None:
            self._streams.append(_stream("errors", child.errors, limits))

    @property
    def ended(self) -> bool:
        """Whether every stream has ended."""
        return not any(stream.open for stream in self._streams)

    @property
    def show_due(self) -> float | None:
        """When something that was read is to be shown; None if nothing waits."""
        return min((stream.shown_at + SHOW_EACH for stream in self._streams if stream.live.waiting), default=None)

    @property
    def problems(self) -> tuple[str, ...]:
        """What a reader of the report must know about the output."""
        return (*self._problems, *filter(None, [self.spill.problem]))

    def watch(self) -> None:
        """Read from now on; again after `pause`."""
        for stream in self._streams:
            if stream.open:
                call = partial(self._guard, partial(self._move, stream))
                self._around.loop.watch(stream.descriptor, call, writable=self._typed.waiting)

    def show(self, now: float) -> None:
        """Say what is due."""
        for stream in self._streams:
            if stream.live.waiting and now >= stream.shown_at + SHOW_EACH:
                stream.shown_at = now
                self._say(stream, stream.live.take())

    def type(self, text: str) -> None:
        """Write to the terminal as soon as it takes it; a job without one, or at its end, hears nothing."""
        if self.terminal and self._streams[0].open:
            if left_out := self._typed.add(text):
                self._problems.append(f"{left_out:,} bytes were not typed: the program does not read its terminal")
            self._typed.send()
            self.watch()

    def close(self) -> None:
        """Show what was not shown yet, and let go of every descriptor."""
        try:
            for stream in self._streams:
                self._keep(stream, stream.filter.finish())
                self._say(stream, stream.live.take(final=True))
        finally:
            self._let_go()

    def kept(self, name: StreamName) -> OutputSlice:
        """Head and tail of a stream, for the report."""
        return next((stream.keeper.kept() for stream in self._streams if stream.name == name), OutputSlice())

    def _move(self, stream: _Stream) -> None:
        if self._typed.waiting:
            self._typed.send()
            self.watch()
        data, ended = _read(stream.descriptor)
        if data:
            self._take(stream, data)
        if ended:
            stream.open = False
            self._around.loop.unwatch(stream.descriptor)
            self._keep(stream, stream.filter.finish())

    def _take(self, stream: _Stream, data: bytes) -> None:
        self.read_at = time.monotonic()
        self._keep(stream, stream.filter.feed(data))

    def _keep(self, stream: _Stream, data: bytes) -> None:
        if not data:
            return
        stream.keeper.feed(data)
        stream.live.feed(data)
        self.spill.write(data)
        self.show(self.read_at)
        if self.spill.size >= self._around.limits.spill_limit and not self._full:
            self._full = True
            self._pause()

    def _pause(self) -> None:
        for stream in self._streams:
            self._around.loop.unwatch(stream.descriptor)
        limit = self._around.limits.spill_limit
        problem = f"the output reached the limit of {limit:,} bytes (tools.spill_limit) and was not read any further"
        self._problems.append(f"{problem}, so the program had to wait; have it write less, or to a file of its own")
        self._around.listener(JobOutput(self._job, "output", f"\n[{problem}]\n"))

    def _say(self, stream: _Stream, text: str) -> None:
        if text:
            self._around.listener(JobOutput(self._job, stream.name, text))

    def _let_go(self) -> None:
        self.spill.close()
        for stream in self._streams:
            stream.open = False
            self._around.loop.unwatch(stream.descriptor)
            if not self.terminal:
                os.close(stream.descriptor)
        if self.terminal:
            self.terminal.let_go()


def _stream(name: StreamName, descriptor: int, limits: JobLimits) -> _Stream:
    secrets = (*limits.secrets, *limits.learnt())
    return _Stream(name, descriptor, StreamKeeper(limits.head, limits.tail), ByteFilter(secrets))


def _read(descriptor: int) -> tuple[bytes, bool]:
    """What there is, up to a bound, and whether that was the end: a terminal's is an error, a pipe's is nothing."""
    pieces: list[bytes] = []
    size = 0
    while size < _READ_MOST:
        try:
            piece = os.read(descriptor, _READ_SIZE)
        except BlockingIOError:
            break
        except OSError:
            piece = b""
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces), False
