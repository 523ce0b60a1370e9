"""Characters that were cut in two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.llm.half_pairs import is_whole, joined, without_halves


def halves(text: str) -> str:
    """The text with each character outside of the basic plane as its two halves."""
    return "".join(
        chr(0xD800 + (ord(c) - 0x10000 >> 10)) + chr(0xDC00 + (ord(c) - 0x10000 & 0x3FF)) if ord(c) > 0xFFFF else c
        for c in text
    )


@given(st.text(), st.lists(st.integers(0, 50), max_size=6))
def test_text_that_is_cut_anywhere_is_whole_again(text: str, cuts: list[int]) -> None:
    parts, held, found, start = halves(text), "", "", 0
    for cut in [*sorted(min(cut, len(parts)) for cut in cuts), len(parts)]:
        whole, held = joined(held, parts[start:cut])
        found, start = found + whole, cut
    assert (found, held) == (text, "")


@given(st.text(st.characters(codec=None)))
def test_what_comes_out_can_always_be_written_down(text: str) -> None:
    whole, _ = joined("\ud800", text)
    assert is_whole(whole)
    assert is_whole(without_halves(text))


def test_a_lone_half_becomes_a_mark() -> None:
    assert joined("", "a\udc00") == ("a\ufffd", "")
    assert joined("\ud83d", "b") == ("\ufffdb", "")
    assert joined("", "a\ud83d") == ("a", "\ud83d")
    assert joined("\ud83d", "\ud83d") == ("\ufffd", "\ud83d")
