"""The ports, as protocols: what actors need of the world. No actor touches threads, files or processes itself.

The composition root hands in the real ones (actors/edges.py); the simulation hands in honest ones that obey its clock.
The model's port is `actors.llm.port`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.job import JobEvent, JobRequest


class Workers(Protocol):
    """Threads for calls that block."""

    def run(self, work: Callable[[], None]) -> None:
        """Do the work, later and elsewhere; it reports by itself and must not raise."""
        ...

    def close(self) -> None:
        """Take no more work."""
        ...


class TerminalPort(Protocol):
    """Child processes; `tools.terminal.terminals.Terminals` is the real one. No method blocks."""

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """From now on tell this one what happens; it is called on the port's reader thread."""
        ...

    def start(self, job: str, request: JobRequest) -> None:
        """Run a program; exactly one `JobEnded` follows, also when it cannot be started."""
        ...

    def write(self, job: str, text: str) -> None:
        """Type into a job's terminal."""
        ...

    def resize(self, rows: int, columns: int) -> None:
        """Give every terminal a new size."""
        ...

    def end(self, job: str, *, expired: bool = False) -> None:
        """End a job and its tree."""
        ...

    def jobs(self) -> tuple[str, ...]:
        """The jobs that have not ended."""
        ...


class JournalFile(Protocol):
    """An append-only file of whole lines."""

    def append(self, line: bytes) -> None:
        """Write one line with its newline, in one write. OSError: it may have been written in part."""
        ...

    def sync(self) -> None:
        """Wait until the disk has everything. OSError: it may not."""
        ...

    def read(self) -> bytes:
        """Everything that was written, from the first line."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """The same in pieces of any length, for a file that should not be in memory as a whole."""
        yield self.read()
