"""Whole sequences, however the input is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.keys import Keys

from ui.terminal.key_codes import chord_of
from ui.terminal.key_sequences import Pasted, Sequences, Token, Typed

BODY = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
CSI = st.builds(
    "\x1b[{}{}{}".format,
    st.text("0123456789;:<=>?", max_size=8),
    st.text(" !\"#$%&'()*+,-./", max_size=2),
    st.characters(min_codepoint=0x40, max_codepoint=0x7E).filter(lambda final: final != "["),
).filter(lambda sequence: not chord_of(sequence) and sequence != "\x1b[200~")
STRINGS = st.one_of(
    st.builds("\x1b]{}{}".format, BODY, st.sampled_from(["\x07", "\x1b\\"])),
    st.builds("\x1b{}{}\x1b\\".format, st.sampled_from("P_^X"), BODY),
)
UNKNOWN = st.one_of(CSI, STRINGS)


def keys_of(*reads: str) -> list[Token]:
    sequences = Sequences()
    tokens = [token for read in reads for token in sequences.feed(read)]
    return [*tokens, *sequences.settle()]


def typed(text: str) -> list[Token]:
    return keys_of(text)


@given(UNKNOWN, st.integers(0, 20), st.integers(0, 20))
def test_an_unknown_sequence_is_neither_typed_nor_an_escape_however_it_is_cut(unknown: str, one: int, two: int) -> None:
    """Issue 7, C2."""
    whole = f"ab{unknown}cd"
    first, second = sorted((one % len(whole), two % len(whole)))
    assert keys_of(whole[:first], whole[first:second], whole[second:]) == typed("abcd")


@given(st.lists(st.one_of(UNKNOWN, st.sampled_from(["x", "\r", "\x1b[A", "\x1b[13;2u", "\x1bq", "日"]))), st.data())
def test_any_cut_gives_the_same_keys(pieces: list[str], data: st.DataObject) -> None:
    whole = "".join(pieces)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=4)))
    reads = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert keys_of(*reads) == keys_of(whole)


def test_an_escape_counts_when_nothing_follows_it() -> None:
    assert keys_of("\x1b") == [Typed((Keys.Escape,), "\x1b")]
    assert keys_of("\x1b\x1b") == [Typed((Keys.Escape,), "\x1b")]
    assert keys_of("\x1b", "[A") == keys_of("\x1b[A")


def test_a_character_after_an_escape_is_an_alt_key_and_ctrl_c_is_never_lost() -> None:
    assert keys_of("\x1bq") == [Typed((Keys.Escape, "q"), "q")]
    assert keys_of("\x1b\x03") == [Typed((Keys.ControlC,), "\x03")]


def test_the_keys_of_an_alt_introducer_alone_are_alt_keys() -> None:
    assert keys_of("\x1bP") == [Typed((Keys.Escape, "P"))]


def test_a_sequence_cut_by_a_pause_is_still_one() -> None:
    sequences = Sequences()
    assert sequences.feed("\x1b[1;5") == sequences.settle() == []
    assert sequences.feed("C") == [Typed((Keys.ControlRight,))]


def test_a_reply_without_its_end_costs_no_key() -> None:
    sequences = Sequences()
    assert sequences.feed("\x1b]11;rgb") == sequences.settle() == []
    assert sequences.feed("hi") == []
    assert sequences.settle() == typed("hi")
    assert not sequences.is_open


def test_alt_and_bracket_takes_no_letter_that_is_typed_later() -> None:
    sequences = Sequences()
    assert sequences.feed("\x1b[") == sequences.settle() == []
    assert sequences.feed("hello") == typed("hello")


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_bracketed_paste_is_one_text_whatever_it_holds(cut: int) -> None:
    whole = "\x1b[200~a\x1b[Ab\x1b[201\r\x1b[201~c"
    assert keys_of(whole[:cut], whole[cut:]) == [Pasted("a\x1b[Ab\x1b[201\r"), *typed("c")]


def test_the_single_characters_that_introduce_a_sequence_do_so() -> None:
    assert keys_of("\x9bA\x9d0;title\x07x\x85") == [Typed((Keys.Up,)), *typed("x")]


def test_a_broken_off_sequence_ends_where_it_is_broken() -> None:
    assert keys_of("\x1b[1\x03x") == typed("\x03x")
    assert keys_of("\x1b]0;t\x18x") == typed("x")
    assert keys_of("\x1b]0;t\x1b[A") == typed("\x1b[A")
