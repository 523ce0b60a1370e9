"""The pen: one journal writes at a time."""

from __future__ import annotations

import pytest

from actors.pen import Pen, PenPassedOnError
from actors.ports_real import MemoryJournal


def test_who_took_it_last_writes_and_nobody_else() -> None:
    file = MemoryJournal()
    pen = Pen(file)
    first = pen.take()
    first.append(b"one\n")
    first.sync()
    second = pen.take()
    with pytest.raises(PenPassedOnError):
        first.append(b"late\n")
    with pytest.raises(PenPassedOnError):
        first.sync()
    second.append(b"two\n")
    assert first.read() == second.read() == b"one\ntwo\n"
