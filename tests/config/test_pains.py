"""The pains are numbered as plans name them."""

from __future__ import annotations

from config.pains import PAINS


def test_there_are_twenty_five_and_each_has_words() -> None:
    assert list(PAINS) == list(range(1, 26))
    assert len(set(PAINS.values())) == 25
