"""stdin, stdout and stderr as every command finds them: open, and stdout watched for what it did not take.

Used by `ui.cli.main`. The front ends write to the descriptors themselves, and say by themselves what was lost.
"""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any

UNREAD_LIMIT = 1.0
"""Seconds for which a full pipe may be left unread before what is said on stderr is given up."""


class Watched(FileIO):
    """A file that remembers why it could not be written."""

    problem: OSError | None = None

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer; Python 3.11 has no name for it
        """As files do."""
        try:
            return super().write(data)
        except OSError as problem:
            self.problem = problem
            raise


class Patient(FileIO):
    """A file whose reader may have stopped reading: what is not taken within a second is given up."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - as above
        """As files do, piece by piece; where the reader is gone it is dropped."""
        view, done = memoryview(data), 0
        poll = select.poll()
        poll.register(self.fileno(), select.POLLOUT)
        while done < len(view) and poll.poll(UNREAD_LIMIT * 1_000):
            done += super().write(view[done : done + select.PIPE_BUF]) or 0  # None: another writer filled it
        return len(view)


class StandardStreams:
    """The three, from the start of a command to its end."""

    def __init__(self) -> None:
        """Open /dev/null in place of each closed one, so that no journal is ever opened as descriptor 1.

        As stdout it cannot be written: an answer that goes nowhere must not look like one that was given.
        """
        for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_RDWR)):
            try:
                os.fstat(descriptor)
            except OSError:
                os.open(os.devnull, mode)
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - Python found it closed
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        if not os.isatty(2):
            patient = BufferedWriter(Patient(2, "w", closefd=False))
            sys.stderr = TextIOWrapper(patient, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        self._watched = Watched(1, "w", closefd=False)
        before = sys.stdout
        sys.stdout = TextIOWrapper(
            BufferedWriter(self._watched),
            encoding=getattr(before, "encoding", None) or "utf-8",
            errors=getattr(before, "errors", None),
            line_buffering=os.isatty(1) or getattr(before, "write_through", False),
        )

    @property
    def problem(self) -> OSError | None:
        """Why stdout did not take everything; None if it did."""
        return self._watched.problem

    def finish(self) -> bool:
        """Write out what was printed. Whether all of it is; where not, it was said, unless its reader just left."""
        for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
            try:
                stream.flush()
            except (OSError, ValueError):  # Python must not complain about it at the very end
                nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
        problem = self.problem
        if problem is not None and not isinstance(problem, BrokenPipeError):
            complain(f"stdout: cannot be written: {problem.strerror}")
        return problem is None


def complain(text: str) -> None:
    """A line on stderr, if anybody can read it; names and texts from files and repositories cannot steer a terminal."""
    from tools.text.screen_text import visible  # noqa: PLC0415 - slow to import, and only what goes wrong needs it

    with suppress(OSError):
        sys.stderr.write(f"callboard: {visible(text)}\n")
