"""Numbers with their nouns."""

from __future__ import annotations

from tools.text.plural import plural


def test_one_is_one_and_everything_else_is_many() -> None:
    texts = [plural(0, "line"), plural(1, "line"), plural(2, "line"), plural(1, "entry"), plural(1_000, "entry")]
    assert texts == ["0 lines", "1 line", "2 lines", "1 entry", "1,000 entries"]
