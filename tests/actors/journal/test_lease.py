"""The pen: one journal writes at a time."""

from __future__ import annotations

import pytest

from actors.edges.real_ports import MemoryJournal
from actors.journal.lease import JournalLease, LeaseLostError


def test_who_took_it_last_writes_and_nobody_else() -> None:
    file = MemoryJournal()
    lease = JournalLease(file)
    first = lease.take()
    first.append(b"one\n")
    first.sync()
    second = lease.take()
    with pytest.raises(LeaseLostError):
        first.append(b"late\n")
    with pytest.raises(LeaseLostError):
        first.sync()
    second.append(b"two\n")
    assert first.read() == second.read() == b"one\ntwo\n"
