"""Choosing a session from numbered rows."""

from __future__ import annotations

import io

import pytest

from ui import exit_codes
from ui.startup.session_picker import clipped, columns_of, pick

ROWS = ("a  first", "b  second", "c  third")


class Interrupted(io.StringIO):
    """Somebody presses Ctrl-C instead of typing a line."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # as in its own class
        raise KeyboardInterrupt(size)


def chosen(typed: str) -> tuple[int, str]:
    said = io.StringIO()
    return pick(ROWS, io.StringIO(typed), said), said.getvalue()


def test_a_number_chooses() -> None:
    place, said = chosen(" 2 \n")
    assert place == 1
    assert said.splitlines()[1] == "  2  b  second"


@pytest.mark.parametrize("typed", [io.StringIO("\n"), io.StringIO(""), io.StringIO("\x1b\n"), Interrupted()])
def test_enter_escape_ctrl_d_and_ctrl_c_leave_with_a_word_and_a_code(typed: io.StringIO) -> None:
    said = io.StringIO()
    with pytest.raises(SystemExit) as left:
        pick(ROWS, typed, said)
    assert left.value.code == exit_codes.INTERRUPTED
    assert said.getvalue().endswith("No session was chosen.\n")


@pytest.mark.parametrize("wrong", ["0", "4", "x", "-1", "1.5", "9" * 10_000, "\u00b2", "x" * 10_000])
def test_what_is_no_row_is_asked_again_with_what_can_be_typed(wrong: str) -> None:
    place, said = chosen(f"{wrong}\n3\n")
    assert place == 2
    assert "is none of them: type a number from 1 to 3, or just Enter to leave." in said


def test_arrow_keys_are_explained_and_never_echoed() -> None:
    place, said = chosen("\x1b[B\x1b[B\x1b\n1\n")
    assert place == 0
    assert "Keys do not move here: type a number from 1 to 3" in said
    assert "\x1b" not in said


def test_text_is_cut_to_the_width_also_where_characters_are_wide() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("abcdef", 5) == "abcd…"
    assert clipped("日本語", 6) == "日本語"
    assert clipped("日本語", 5) == "日本…"
    assert clipped("日本語", 4) == "日…"
    assert clipped("e\u0301" * 4, 4) == "e\u0301" * 4


def test_where_there_is_no_terminal_nothing_is_cut() -> None:
    assert columns_of(io.StringIO()) == 1_000


def test_words_show_only_the_rows_that_hold_them_under_the_same_numbers() -> None:
    """Issue 7, C6: the picker searches."""
    place, said = chosen("C thi\n3\n")
    assert place == 2
    assert said.splitlines()[3].endswith("? " + "  3  c  third")
    assert "is none of them" not in said
