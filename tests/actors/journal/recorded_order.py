"""A journal's file and context that write down, in one list, what is done to the disk and what is sent."""

from __future__ import annotations

import errno

from actors.journal.journal import Journal, read_back
from actors.messages import Commit
from actors.ports import JournalFile
from actors.runtime.message import Message
from tests.actors.staged_context import StagedContext


class RecordedOrder(StagedContext, JournalFile):
    """The disk and the context in one; `broken`: no sync succeeds."""

    def __init__(self, *, broken: bool = False) -> None:
        StagedContext.__init__(self)
        self.order: list[str] = []
        self._broken = broken

    def append(self, line: bytes) -> None:
        (record,) = read_back(line).records
        self.order.append(f"write {type(record).__name__}")

    def sync(self) -> None:
        self.order.append("sync")
        if self._broken:
            raise OSError(errno.EIO, "Input/output error")

    def read(self) -> bytes:
        return b""

    def send(self, message: Message) -> None:
        self.order.append(f"send {type(message).__name__}")


def ordered(commit: Commit, *, broken: bool = False) -> list[str]:
    """What a new journal does with this commit, step by step."""
    recorded = RecordedOrder(broken=broken)
    journal = Journal(recorded, recorded)
    journal.started()
    journal.handle(commit)
    return recorded.order
