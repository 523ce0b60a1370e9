"""What stands between the cast and the real world at the threads level."""

from __future__ import annotations

import pytest

from actors.drill.levels.threads_level_ports import SharedInjector, WatchedJournal
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.trace import Trace
from actors.edges.real_ports import MemoryJournal
from actors.runtime.simulated.scheduler import chance


def journal(*faults: InjectedFault) -> tuple[WatchedJournal, bytearray]:
    world = Fixtures().begin(ANSWER)
    return WatchedJournal(MemoryJournal(), world, SharedInjector(faults, chance(1)), Trace()), world.journal


def test_what_is_written_is_seen() -> None:
    file, seen = journal()
    file.append(b"one\n")
    file.sync()
    assert file.read() == bytes(seen) == b"one\n"


@pytest.mark.parametrize(("kind", "left"), [("disk_full", b""), ("torn", b"on")])
def test_a_full_disk_takes_nothing_or_a_part(kind: str, left: bytes) -> None:
    file, seen = journal(InjectedFault("journal_file", kind))
    with pytest.raises(OSError, match="No space"):
        file.append(b"one\n")
    file.append(b"two\n")
    assert file.read() == bytes(seen) == left + b"two\n"


def test_a_disk_that_does_not_confirm() -> None:
    file, _ = journal(InjectedFault("journal_file", "sync_failure"))
    with pytest.raises(OSError, match="Input/output"):
        file.sync()
