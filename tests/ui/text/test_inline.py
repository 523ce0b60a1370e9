"""The marks inside a paragraph, and that no text full of them is slow."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from ui.text.inline import inline, scanned
from ui.text.rows import plain


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("**a `b`**", ((" class:strong", "a "), (" class:strong class:code", "b"))),
        ("***x***", ((" class:emphasis class:strong", "x"),)),
        ("~~x~~", ((" strike", "x"),)),
        ("``a`b``", ((" class:code", "a`b"),)),
        ("[x](http://y.z)", ((" class:link", "x"), (" class:dim", " (http://y.z)"))),
        ("<http://y.z>", ((" class:link", "http://y.z"),)),
        ("see http://y.z/_a_b.", (("", "see "), (" class:link", "http://y.z/_a_b"), ("", "."))),
        ("\\*x\\* &amp; &#8212;", (("", "*x* & \u2014"),)),
    ],
)
def test_a_mark_becomes_a_style(text: str, row: tuple[tuple[str, str], ...]) -> None:
    assert inline(text) == row


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("all of it ", "all of it "),
        ("up to **here ", "up to "),
        ("up to `here ", "up to "),
        ("up to [here ", "up to "),
        ("a [label](with no end ", "a "),
        ("**closed** and [x] ", "**closed** and [x] "),
        ("old **" + "x " * 600, "old **" + "x " * 600),
    ],
)
def test_what_may_still_change_is_not_settled(text: str, settled: str) -> None:
    assert text[: scanned(text).settled] == settled


def test_a_text_is_never_cut_inside_of_a_mark() -> None:
    seen = scanned("a **b c `d e` f** g `h ")
    assert seen.border(seen.settled, lambda text, end: text.rfind(" ", 0, end)) == len("a **b c `d e` f** g")
    assert seen.border(12, lambda text, end: text.rfind(" ", 0, end)) == 1


def work_of(text: str) -> int:
    """Calls of Python functions that one text takes."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        inline(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "**",
        "_",
        "`",
        "[",
        "]",
        "![",
        "<",
        "&",
        "\\",
        "(",
        "*_",
        "*a ",
        "a* ",
        "**a *b ",
        "[a](",
        "](",
        "`` ` ",
        "<a:",
        "~~a",
    ],
)
def test_ten_times_the_marks_are_ten_times_the_work(piece: str) -> None:
    size = 1_000 // len(piece)
    assert work_of(piece * size * 10) <= 15 * work_of(piece * size) + 2_000


@pytest.mark.parametrize("piece", ["*", "`", "[", "a*b_c ", "[a](b", "\\*", "<"])
def test_ten_thousand_marks_lose_nothing_but_marks(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert sum(map(str.isalpha, plain(inline(text)))) == sum(map(str.isalpha, text))
