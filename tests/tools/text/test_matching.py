"""Pieces of text in files of either line end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.text.matching import COUNTED_PLACES, lines_of, replaced, why_not_found

PIECES = st.text("ab\n", min_size=1, max_size=4)


@given(st.text("ab\n", max_size=40), PIECES, st.text("ab\nc", max_size=4))
def test_on_plain_line_ends_it_is_what_str_replace_does(text: str, piece: str, new: str) -> None:
    result = replaced(text, piece, new)
    assert result.text == text.replace(piece, new)
    assert len(result.lines) == text.count(piece)


@given(st.text("ab\n", max_size=40), PIECES)
def test_every_place_is_found_overlaps_too(text: str, piece: str) -> None:
    places = [at for at in range(len(text)) if text.startswith(piece, at)]
    assert lines_of(text, piece) == tuple(text.count("\n", 0, at) + 1 for at in places)


@given(st.text("ab\n", max_size=40), PIECES, st.text("ab\nc", max_size=4))
def test_a_windows_file_is_edited_as_its_unix_twin(text: str, piece: str, new: str) -> None:
    windows = text.replace("\n", "\r\n")
    expected = replaced(text, piece, new).text
    if "\n" in text:
        expected = expected.replace("\n", "\r\n")
    assert replaced(windows, piece, new).text == expected


def test_with_mixed_line_ends_only_the_place_itself_changes() -> None:
    assert replaced("a\r\nb\nc\r\nd\r\n", "b\nc", "x\ny").text == "a\r\nx\ny\r\nd\r\n"


def test_characters_of_regular_expressions_mean_themselves() -> None:
    assert replaced("f(x) f.x", "f(x)", r"\1").text == r"\1 f.x"


def test_places_beyond_number_are_not_counted() -> None:
    assert len(lines_of("a" * 1_000_000, "a")) == COUNTED_PLACES


def test_line_numbers_copied_from_a_reading_are_recognised() -> None:
    assert "leave out the line numbers" in why_not_found("one\ntwo\n", "     1\tone\n     2\ttwo")


def test_other_blanks_are_recognised() -> None:
    assert why_not_found("x\n\tif a:\n\t\tb\n", "    if a:\n        b").startswith("line 2 has the same words")


def test_a_first_line_that_is_there_is_named() -> None:
    assert "at line 2" in why_not_found("x\ndef f():\n    pass\n", "def f():\n    return 1")


def test_otherwise_reading_again_is_advised() -> None:
    assert why_not_found("x\n", "y").startswith("read the file again")
