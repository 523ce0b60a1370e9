"""The pains have the numbers that plans name."""

from __future__ import annotations

from config.faults.pains import PAINS


def test_there_are_twenty_five() -> None:
    assert list(PAINS) == list(range(1, 26))
    assert all(PAINS.values())
