"""A job: one child process with its whole tree, described, reported, never a live object.

Tools build a `JobRequest`, the PTY manager hands it to `tools.terminal.terminals`, which says `JobStarted`, `JobOutput`
… and in the end exactly one `JobEnded` with a `JobReport`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

JobKind: TypeAlias = Literal["pipe", "pty"]
"""`pipe`: stdin is /dev/null, own session, stderr apart. `pty`: a real terminal, both streams in one."""

JobEnd: TypeAlias = Literal["exited", "timeout", "cancelled", "failed"]
"""`failed`: the program could not be started; `JobReport.problem` says why."""


class JobRequest(Struct, frozen=True):
    """A program to run. `argv` is never given to a shell; a shell command is `("/bin/sh", "-c", text)`."""

    argv: tuple[str, ...]
    directory: str
    kind: JobKind = "pipe"
    time_limit: float | None = None
    """Seconds until the whole tree is ended; None takes the setting `tools.time_limit`."""
    environment: tuple[tuple[str, str], ...] = ()
    """Added to (and winning over) the inherited environment."""
    rows: int = 24
    columns: int = 80


class OutputSlice(Struct, frozen=True):
    """What is kept of one stream: its first and last bytes as text, and the count of all bytes.

    `omitted` bytes stood between the two. Where any are, `spill` of the report names the file that holds everything.
    `lines` counts the lines of all of it, a last one without its end among them.
    """

    head: str = ""
    tail: str = ""
    total: int = 0
    omitted: int = 0
    lines: int = 0


class JobReport(Struct, frozen=True):
    """How a job ended. `exit_code` is negative for a signal, as in subprocess; None if it never started."""

    end: JobEnd
    exit_code: int | None
    output: OutputSlice
    errors: OutputSlice
    """Standard error of a `pipe` job; empty for a `pty` job, where a terminal joins the two."""
    seconds: float
    spill: str | None = None
    problem: str = ""
    survivors: tuple[int, ...] = ()
    """Process ids that were still alive after the sweep; empty unless the kernel would not let go of them."""
    background: int = 0
    """Processes that the program left running when it exited by itself, and that were ended with it."""


class JobStarted(Struct, frozen=True):
    """The program runs."""

    job: str
    pid: int


class JobOutput(Struct, frozen=True):
    """Some bytes of a running job, decoded; consecutive ones of one stream may be joined."""

    job: str
    stream: Literal["output", "errors"]
    text: str


class JobEnded(Struct, frozen=True):
    """The last word on a job: its tree is gone and its output was read to the end."""

    job: str
    report: JobReport


JobEvent: TypeAlias = JobStarted | JobOutput | JobEnded
