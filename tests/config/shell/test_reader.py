"""The bounds of what is read of a line."""

from __future__ import annotations

import pytest

from config.shell.reader import DEEPEST, HOLE, MOST_PIECES, OpaqueError, Reader, Word


def reader(text: str) -> Reader:
    return Reader(text, lambda _, __: None, bash=True)


def test_so_many_pieces_are_read_and_no_more() -> None:
    reading = reader("x")
    reading.spend(MOST_PIECES)
    with pytest.raises(OpaqueError):
        reading.spend()


def test_so_deep_is_followed_and_no_deeper() -> None:
    reading = reader("x")

    def go(levels: int) -> None:
        if levels:
            reading.deeper(lambda: go(levels - 1))

    go(DEEPEST)
    with pytest.raises(OpaqueError):
        go(DEEPEST + 1)


def test_a_line_that_holds_the_marks_itself_is_refused() -> None:
    with pytest.raises(OpaqueError):
        reader(f"a{HOLE}")


def test_a_word_begins_with_what_is_certain() -> None:
    assert Word("a$X", f"a{HOLE}", "a$X").start == "a"
    assert not Word("a$X", f"a{HOLE}", "a$X").known
