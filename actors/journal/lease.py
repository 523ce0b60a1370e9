"""The pen: the journal's file, in the hand of one journal at a time.

The composition root has it and gives it to each journal in turn. A journal that hung and was replaced may come back in
the middle of a commit; it finds that the pen was passed on, and writes nothing any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.ports import JournalFile


class LeaseLostError(Exception):
    """Another journal writes by now."""


class JournalLease:
    """Who may write."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._holder = 0

    def take(self) -> LeasedFile:
        """The file for the journal that begins now; earlier leases end."""
        self._holder += 1
        return LeasedFile(self, self._file, self._holder)

    def check(self, holder: int) -> None:
        """Raise `LeaseLostError` unless this holder is the present one."""
        if holder != self._holder:
            raise LeaseLostError


class LeasedFile:
    """A `JournalFile` until the pen is passed on."""

    def __init__(self, lease: JournalLease, file: JournalFile, holder: int) -> None:
        self._lease, self._file, self._holder = lease, file, holder

    def append(self, line: bytes) -> None:
        """Implement `JournalFile`."""
        self._lease.check(self._holder)
        self._file.append(line)

    def sync(self) -> None:
        """Implement `JournalFile`."""
        self._lease.check(self._holder)
        self._file.sync()

    def read(self) -> bytes:
        """Implement `JournalFile`."""
        return self._file.read()

    def pieces(self) -> Iterator[bytes]:
        """Implement `JournalFile`."""
        return self._file.pieces()
