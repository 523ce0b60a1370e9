"""Bursts: what may answer, what is a paste, what is a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from ui.terminal.key_codes import Chord
from ui.terminal.key_parser import Guard, KeyParser, Manners

LINES = st.lists(st.text("ab 1y.", min_size=1, max_size=6), min_size=2, max_size=4)


class Keyboard:
    """A parser and what came out of it."""

    def __init__(self, guard: Guard = "none", *bound: Chord, inserting: bool = False) -> None:
        self.taken: list[KeyPress] = []
        self.hurried = 0
        manners = Manners(lambda: guard, lambda chord: chord in bound, self._hurry, lambda: inserting)
        self.parser = KeyParser(self.taken.append, manners)

    def _hurry(self) -> None:
        self.hurried += 1

    def burst(self, *reads: str) -> list[tuple[str, str]]:
        before = len(self.taken)
        for read in reads:
            self.parser.feed(read)
        self.parser.flush()
        return [(str(press.key), press.data) for press in self.taken[before:]]


def keys(text: str) -> list[tuple[str, str]]:
    return [(each, each) for each in text]


ENTER = (str(Keys.ControlM), "\r")


def paste(text: str) -> tuple[str, str]:
    return (str(Keys.BracketedPaste), text)


def test_typed_text_and_its_enter_stay_keys() -> None:
    assert Keyboard().burst("ab\r") == [*keys("ab"), ENTER]
    assert Keyboard().burst("\r") == [ENTER]


@given(LINES)
def test_lines_that_come_at_once_are_one_paste_and_never_sent(lines: list[str]) -> None:
    """Issue 7, C1: a terminal without bracketed paste."""
    assert Keyboard().burst("\r".join(lines) + "\r") == [paste("\n".join(lines))]


@given(LINES, st.integers(1, 30))
def test_lines_cut_over_reads_are_never_sent(lines: list[str], cut: int) -> None:
    whole = "\r".join(lines) + "\r"
    taken = Keyboard().burst(whole[:cut], whole[cut:])
    assert ENTER not in taken or cut >= len(whole) - 1 > whole.find("\r") == len(whole) - 1
    assert "".join(text for _, text in taken).replace("\r", "\n").rstrip("\n") == "\n".join(lines).rstrip("\n")


@given(st.text("1234yan. \r\t", min_size=2, max_size=12), st.integers(0, 12))
def test_a_burst_at_an_open_question_is_text_and_answers_nothing(text: str, cut: int) -> None:
    """Issue 7, C1: whatever is pasted, and however it is cut."""
    keyboard = Keyboard("keys")
    taken = keyboard.burst(*(part for part in (text[:cut], text[cut:]) if part))
    assert all(key == str(Keys.BracketedPaste) for key, _ in taken)
    assert bool(taken) is bool(text.strip("\r"))


def test_a_key_that_comes_alone_is_a_key_at_an_open_question() -> None:
    keyboard = Keyboard("keys")
    assert keyboard.burst("1") == keys("1")
    assert keyboard.burst("\r") == [ENTER]


def test_an_enter_that_comes_with_other_keys_approves_nothing() -> None:
    keyboard = Keyboard("enter")
    assert keyboard.burst("es\r") == keys("es")
    assert keyboard.hurried == 1
    assert keyboard.burst("\x1b[B\r") == [(str(Keys.Down), "")]
    assert keyboard.hurried == 2
    assert keyboard.burst("\x1b[B", "\r") == [(str(Keys.Down), ""), ENTER]
    assert Keyboard("keys").burst("\x1b[B", "y") == [(str(Keys.Down), ""), *keys("y")]


def test_alt_and_a_digit_answers_only_where_nothing_else_came_in_its_read() -> None:
    alt = (Keys.Escape, "1")
    assert Keyboard("none", alt).burst("\x1b1") == [(str(Keys.Escape), ""), ("1", "1")]
    assert Keyboard("none", alt).burst("x\x1b1") == keys("x")
    assert Keyboard("none", alt).burst("\x1b1x") == keys("x")


def test_an_unbound_alt_key_is_nothing_and_a_bound_one_is_itself() -> None:
    assert Keyboard().burst("\x1bq") == []
    assert Keyboard("none", (Keys.Escape, "q")).burst("\x1bq") == [(str(Keys.Escape), ""), ("q", "q")]
    assert Keyboard().burst("\x1b0") == []
    assert Keyboard(inserting=True).burst("\x1b0") == [(str(Keys.Escape), "\x1b"), ("0", "0")]


@pytest.mark.parametrize("guard", ["none", "enter", "keys"])
def test_ctrl_c_and_escape_act_whatever_is_asked(guard: Guard) -> None:
    assert Keyboard(guard).burst("\x03") == [(str(Keys.ControlC), "\x03")]
    assert Keyboard(guard).burst("\x1b") == [(str(Keys.Escape), "\x1b")]


def test_a_bracketed_paste_has_line_breaks_of_one_kind() -> None:
    assert Keyboard().burst("\x1b[200~a\r\nb\rc\x1b[201~") == [paste("a\nb\nc")]


def test_reset_forgets_what_has_begun() -> None:
    keyboard = Keyboard()
    keyboard.parser.feed("\x1b[1")
    keyboard.parser.reset()
    assert keyboard.burst("x") == keys("x")
