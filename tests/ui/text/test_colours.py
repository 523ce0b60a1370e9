"""The output of a program: no command reaches the terminal, colours become styles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.text.colours import coloured
from ui.text.rows import plain

HOSTILE = st.text(alphabet="\x1b\x07\x9b\x9d\r\b[]0;52cm?2h\\\u202eab", max_size=80)


@given(HOSTILE)
def test_nothing_that_could_command_a_terminal_is_left(text: str) -> None:
    kept = plain(coloured(text.replace("\n", "")))
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in kept)
    assert "\u202e" not in kept


def test_colours_become_styles_and_end_where_they_end() -> None:
    row = coloured("plain \x1b[1;31mred\x1b[0m after", "class:dim")
    assert row == (("class:dim", "plain "), ("class:dim bold fg:ansired", "red"), ("class:dim", " after"))


def test_bright_background_and_default_colours() -> None:
    assert coloured("\x1b[92mx") == ((" fg:ansibrightgreen", "x"),)
    assert coloured("\x1b[44my") == ((" bg:ansiblue", "y"),)
    assert coloured("\x1b[31;39mz") == ((" fg:ansired fg:default", "z"),)
    assert coloured("\x1b[38;5;200mw") == (("", "w"),)


def test_tabs_are_spaces() -> None:
    assert plain(coloured("\tx")) == "    x"


def test_a_line_that_was_rewritten_shows_its_last_writing() -> None:
    assert plain(coloured("50%\r100%")) == "100%"
