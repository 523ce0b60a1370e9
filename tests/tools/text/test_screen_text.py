"""Nothing that commands a terminal gets through; what was written does."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.screen_text import plain, printable, visible

SGR = re.compile(r"\x1b\[[0-9;:]*m")
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BITS = st.lists(
    st.sampled_from(
        [
            "\x1b",
            "[",
            "]",
            "P",
            "31",
            "m",
            ";",
            "2J",
            "0;title",
            "\x07",
            "\x1b\\",
            "\r",
            "\b",
            "\n",
            "a",
            "é",
            "\x9b",
            "\0",
            "^",
            "\x1b[1m",
        ]
    ),
    max_size=30,
).map("".join)

CASES = [
    ("hello\n", "hello\n", "hello\n"),
    ("tab\there", "tab\there", "tab\there"),
    ("\x1b[31mred\x1b[0m", "red", "\x1b[31mred\x1b[0m"),
    ("\x1b[31mred", "red", "\x1b[31mred\x1b[0m"),
    ("\x1b[38:2::1:2:3mx\x1b[m", "x", "\x1b[38:2::1:2:3mx\x1b[m"),
    ("\x1b[2J\x1b[Htop", "top", "top"),
    ("\x1b[?25lhidden cursor\x1b[?25h", "hidden cursor", "hidden cursor"),
    ("\x1b]0;a title\x07text", "text", "text"),
    ("\x1b]52;c;Y2xpcA==\x1b\\text", "text", "text"),
    ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link", "link"),
    ("\x1b]0;never ends\nnext line", "\nnext line", "\nnext line"),
    ("\x1bPq#0;1\nsixel\x1b\\after", "after", "after"),
    ("\x1bPnever ends", "never ends", "never ends"),
    ("\x1b(Btext\x1b7\x1b8\x1b=", "text", "text"),
    ("50%\r60%\r100%\n", "100%\n", "100%\n"),
    ("windows\r\nlines\r\n", "windows\nlines\n", "windows\nlines\n"),
    ("99%\r", "99%", "99%"),
    ("N\bNA\bAM\bME\bE", "NAME", "NAME"),
    ("|\b/\b-\bdone", "done", "done"),
    ("\b\b\bstart\n\bline", "start\nline", "start\nline"),
    ("bell\x07 nul\0 del\x7f c1\x9b31m", "bell nul del c131m", "bell nul del c131m"),
    ("\x1b[31m\b5Jx", "5Jx", None),
    ("ünï\x1b[1mcödé", "ünïcödé", "ünï\x1b[1mcödé\x1b[0m"),
    ("", "", ""),
    ("\x1b", "", ""),
    ("\x1b[", "", ""),
]


@pytest.mark.parametrize(("text", "words", "_"), CASES)
def test_plain_text_is_the_words(text: str, words: str, _: str | None) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(("text", "_", "shown"), [case for case in CASES if case[2] is not None])
def test_printable_text_keeps_colours_and_nothing_else(text: str, _: str, shown: str) -> None:
    assert printable(text) == shown


@given(BITS | st.text())
def test_no_command_gets_through(text: str) -> None:
    """Pain 12, and DESIGN's screen: only printable text and SGR."""
    assert not DANGEROUS.search(plain(text))
    assert not DANGEROUS.search(SGR.sub("", printable(text)))


@given(BITS | st.text())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(exclude_categories=["Cc"])))
def test_text_without_controls_is_as_it_was(text: str) -> None:
    assert plain(text) == printable(text) == text


@pytest.mark.parametrize(
    "piece",
    ["\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1bPx", "\x1b[1;", "\x1b[31m", "\r", "\b", "a\b", "\0", "x", "é", "\x1b]x\n"],
)
def test_the_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    """A quadratic reading of these would take hours."""
    began = time.monotonic()
    for reading in (plain, printable):
        reading(piece * 500_000)
        reading("\x1b[" + piece * 500_000)
        reading("a" * 500_000 + piece * 500_000)
    assert time.monotonic() - began < 30.0


@given(st.text(max_size=80))
def test_what_is_visible_is_one_row_that_hides_nothing(text: str) -> None:
    shown = visible(text)
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\u3164\ufeff\uffa0]",
        shown,
    )
    assert visible(shown) == shown
    assert len(shown) >= len(text.replace("\t", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rm -rf x #\recho harmless", "rm -rf x #␍echo harmless"),
        ("one\ntwo", "one␊two"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\tb", "a   b"),
        ("\x7f\x9b", "␡<U+009B>"),
        ("safe\u202eexe", "safe<U+202E>exe"),
        ("rm\u200b \U000e0041", "rm<U+200B> <U+E0041>"),
        ("a\u200db", "a<U+200D>b"),
        ("ls\u3164x", "ls<U+3164>x"),
        ("a\u034f.py \U000e0152", "a<U+034F>.py <U+E0152>"),
        ("👨\u200d👩 ❤\ufe0f 日本 é", "👨\u200d👩 ❤\ufe0f 日本 é"),
    ],
)
def test_what_could_hide_text_is_a_mark(text: str, shown: str) -> None:
    assert visible(text) == shown
