"""Rows: widths, cuts, wraps and folds, also of wide characters."""

from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from ui.text.rows import Row, chop, clip, fold, height, line, merged, more_lines, plain, row_width, wrap, wrapped

WORDS = st.text(alphabet="ab 日本", max_size=200)


def test_a_row_that_fits_stays_as_it_is() -> None:
    assert wrap(line("two words"), 20) == (line("two words"),)


def test_a_long_row_breaks_between_words_and_hangs() -> None:
    rows = wrap(line("one two three four"), 10, "  ")
    assert [plain(row) for row in rows] == ["one two ", "  three ", "  four"]


def test_a_word_longer_than_the_row_is_broken_inside() -> None:
    assert [plain(row) for row in wrap(line("a" * 25), 10)] == ["a" * 10, "a" * 10, "a" * 5]


def test_styles_survive_a_break() -> None:
    row: Row = (("bold", "one two "), ("", "three four"))
    assert wrap(row, 10) == ((("bold", "one two "),), (("", "three four"),))


def test_wide_characters_count_twice() -> None:
    assert row_width(line("日本")) == 4
    assert plain(clip(line("日本語日本語"), 7)) == "日本語…"
    assert height(line("日本"), 3) == 2


@given(WORDS, st.integers(min_value=10, max_value=40))
def test_no_wrapped_row_is_wider_than_the_terminal_and_no_letter_is_lost(text: str, columns: int) -> None:
    rows = wrap(line(text), columns)
    assert all(row_width(row) <= columns for row in rows)
    assert "".join(plain(row) for row in rows).replace(" ", "") == text.replace(" ", "")


@given(WORDS, st.integers(min_value=1, max_value=40))
def test_a_clipped_row_fits(text: str, columns: int) -> None:
    assert row_width(clip(line(text), columns)) <= columns


def test_a_fold_keeps_head_and_tail_and_counts_the_rest() -> None:
    rows = [line(str(number)) for number in range(10)]
    folded = [plain(row) for row in fold(rows, 2, 3, partial(more_lines, where=", all in out.txt"))]
    assert folded == ["0", "1", "… 5 more lines, all in out.txt", "7", "8", "9"]
    assert fold(rows, 5, 5) == tuple(rows)


def test_neighbours_of_one_style_become_one() -> None:
    assert merged([("a", "x"), ("a", "y"), ("", ""), ("b", "z")]) == (("a", "xy"), ("b", "z"))


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_no_row_ever_holds_a_line_break_or_any_other_control(text: str, columns: int) -> None:
    for row in (clip(line(text), columns), *wrap(line(text), columns)):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in plain(row))


def test_what_is_chopped_keeps_every_blank() -> None:
    row: Row = (("class:a", "echo a" + " " * 200), ("class:b", "; rm -rf ~"))
    chopped = chop(row, 40, "  ")
    assert all(row_width(piece) <= 40 for piece in chopped)
    texts = ["".join(text for _, text in piece) for piece in chopped]
    assert texts[0] + "".join(text.removeprefix("  ") for text in texts[1:]) == "echo a" + " " * 200 + "; rm -rf ~"


def test_wide_characters_are_chopped_whole() -> None:
    assert [row_width(piece) for piece in chop((("", "日本" * 30),), 21)] == [20] * 6


def test_a_word_of_several_styles_is_one_word() -> None:
    row: Row = (("", "one "), ("bold", "tw"), ("", "o-three"))
    assert [plain(each) for each in wrap(row, 10)] == ["one ", "two-three"]


def test_scripts_without_blanks_break_anywhere_but_before_a_closing_mark() -> None:
    assert [plain(each) for each in wrap(line("ab 日本語。日本"), 10)] == ["ab 日本", "語。日本"]


def test_what_stands_before_a_row_is_not_set_apart_from_a_long_word() -> None:
    full, lead, last = wrapped(line("x" * 20), 10, line("│ "), line("│ "))
    assert [plain(each) for each in full] == ["│ " + "x" * 8, "│ " + "x" * 8]
    assert (plain(lead), plain(last)) == ("│ ", "x" * 4)
