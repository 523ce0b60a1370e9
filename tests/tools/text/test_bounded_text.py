"""Results that fit, and say what they leave out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.text.bounded_text import cut, first_bytes, fold, last_bytes, size

NOTE = 60
"""Bytes that a note about what is missing may take."""


@given(st.text(), st.integers(0, 200))
def test_the_beginning_is_a_beginning_and_fits(text: str, limit: int) -> None:
    kept = first_bytes(text, limit)
    assert text.startswith(kept)
    assert size(kept) <= limit


@given(st.text(), st.integers(0, 200))
def test_the_end_is_an_end_and_fits(text: str, limit: int) -> None:
    kept = last_bytes(text, limit)
    assert text.endswith(kept)
    assert size(kept) <= limit


@given(st.text(), st.text(), st.integers(0, 10**9), st.integers(0, 400))
def test_folded_text_fits_whatever_it_was(head: str, tail: str, omitted: int, limit: int) -> None:
    text, missing = fold(head, tail, omitted, limit)
    assert size(text) <= limit + NOTE
    assert missing == (omitted > 0 or size(head + tail) > limit)


def test_text_that_fits_is_left_as_it_is() -> None:
    assert fold("one\n", "two\n", 0) == ("one\ntwo\n", False)
    assert cut("one\ntwo\n") == ("one\ntwo\n", False)


def test_long_text_keeps_whole_lines_of_both_ends_and_says_how_much_is_missing() -> None:
    lines = [f"line {number}" for number in range(1_000)]
    text, missing = fold("\n".join(lines), "", 0, 100)
    assert missing
    first, note, last = text.partition("\n[")[0], text.split("\n[")[1].split("\n")[0], text.rpartition("]\n")[2]
    assert set(first.split("\n")) <= set(lines[:10])
    assert set(last.split("\n")) <= set(lines[-20:])
    assert size(first) + size(last) + int(note.split()[1].replace(",", "")) in range(size("\n".join(lines)) - 2, 10_000)


def test_bytes_that_were_missing_already_are_counted_too() -> None:
    text, missing = fold("begin\n", "end\n", 1_000_000)
    assert text == "begin\n[… 1,000,000 bytes left out …]\nend\n"
    assert missing


def test_a_cut_says_how_much_is_missing() -> None:
    text, missing = cut("x" * 100, 40)
    assert text == "x" * 40 + "\n[… 60 bytes left out]"
    assert missing
