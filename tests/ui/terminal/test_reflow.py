"""Where the live region is after a resize, and what of it went over the top."""

from __future__ import annotations

from msgspec.structs import replace
from prompt_toolkit.data_structures import Point, Size

from ui.terminal.reflow import Found, Region, found
from ui.text.rows import line, plain

ROWS = tuple(line(text) for text in ("a" * 30, "b" * 30, "> draft", "status"))
REGION = Region(ROWS, Point(7, 2), screen=10)


def lost(left: Found) -> list[str]:
    return [plain(row) for row in left.lost]


def test_in_the_same_width_it_is_where_it_was() -> None:
    assert found(REGION, Size(rows=10, columns=30), reflows=True) == Found(2, ())


def test_a_narrower_terminal_makes_it_taller() -> None:
    assert found(REGION, Size(rows=10, columns=10), reflows=True) == Found(6, ())


def test_a_terminal_that_cuts_rows_does_not() -> None:
    assert found(REGION, Size(rows=10, columns=10), reflows=False) == Found(2, ())


def test_what_has_no_room_went_over_the_top_and_is_still_to_be_counted_when_it_comes_back() -> None:
    narrow = found(REGION, Size(rows=4, columns=10), reflows=True)
    assert narrow.up == 6
    assert lost(narrow) == ["a" * 30]
    drawn = replace(REGION, lost=narrow.lost, screen=4)
    assert found(drawn, Size(rows=10, columns=30), reflows=True) == Found(3, ())


def test_of_a_row_that_is_partly_over_the_top_that_part_is_lost() -> None:
    assert lost(found(replace(REGION, screen=6), Size(rows=6, columns=10), reflows=True)) == ["a" * 20]


def test_a_lower_screen_loses_the_rows_below_the_cursor_first() -> None:
    assert lost(found(replace(REGION, screen=4), Size(rows=3, columns=30), reflows=True)) == []
    assert lost(found(replace(REGION, screen=4), Size(rows=2, columns=30), reflows=True)) == ["a" * 30]


def test_a_wide_character_is_never_split() -> None:
    region = Region((line("語" * 5), line("> ")), Point(2, 1), screen=10)
    assert found(region, Size(rows=10, columns=3), reflows=True).up == 5


def test_behind_the_last_character_of_a_full_row_the_cursor_stands_in_its_last_piece() -> None:
    """The row's columns are a multiple of the new width; tmux keeps it there."""
    region = Region((line("x" * 40),), Point(40, 0))
    assert found(region, Size(24, 20), reflows=True).up == 1
    assert found(Region((line("日" * 10),), Point(4, 0)), Size(24, 5), reflows=True).up == 1
