"""What stands between the cast and the real world at the threads level."""

from __future__ import annotations

import pytest

from actors.drill.faults import Fault
from actors.drill.props import Props
from actors.drill.scenarios import ANSWER
from actors.drill.threads_level_ports import SharedInjector, WatchedJournal
from actors.drill.trace import Trace
from actors.ports_real import MemoryJournal
from actors.runtime.scheduler import chance


def journal(*faults: Fault) -> tuple[WatchedJournal, bytearray]:
    world = Props().begin(ANSWER)
    return WatchedJournal(MemoryJournal(), world, SharedInjector(faults, chance(1)), Trace()), world.journal


def test_what_is_written_is_seen() -> None:
    file, seen = journal()
    file.append(b"one\n")
    file.sync()
    assert file.read() == bytes(seen) == b"one\n"


@pytest.mark.parametrize(("kind", "left"), [("disk_full", b""), ("torn", b"on")])
def test_a_full_disk_takes_nothing_or_a_part(kind: str, left: bytes) -> None:
    file, seen = journal(Fault("journal_file", kind))
    with pytest.raises(OSError, match="No space"):
        file.append(b"one\n")
    file.append(b"two\n")
    assert file.read() == bytes(seen) == left + b"two\n"


def test_a_disk_that_does_not_confirm() -> None:
    file, _ = journal(Fault("journal_file", "sync_failure"))
    with pytest.raises(OSError, match="Input/output"):
        file.sync()
