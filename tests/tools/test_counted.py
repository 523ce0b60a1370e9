"""Numbers with their nouns."""

from __future__ import annotations

from tools.counted import counted


def test_one_is_one_and_everything_else_is_many() -> None:
    texts = [counted(0, "line"), counted(1, "line"), counted(2, "line"), counted(1, "entry"), counted(1_000, "entry")]
    assert texts == ["0 lines", "1 line", "2 lines", "1 entry", "1,000 entries"]
