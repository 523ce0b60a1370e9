"""Ranges of lines, from files of any length and encoding."""

from __future__ import annotations

import codecs
from io import BufferedReader, BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tools.files.file_content import open_regular
from tools.files.line_window import LINE_LIMIT, LONGEST_LINE, LineWindow, read_window
from tools.text.encoding import LATIN_1, UTF_8, detect

PLENTY = 1_000_000


def window(data: bytes, first: int = 1, count: int = 100, budget: int = PLENTY) -> LineWindow:
    return read_window(BytesIO(data), detect(data) or UTF_8, first, count, budget)


@given(st.lists(st.text("abé☎\t", max_size=5), max_size=30), st.booleans(), st.integers(1, 35), st.integers(1, 35))
def test_a_window_is_a_slice_of_the_lines(lines: list[str], ended: bool, first: int, count: int) -> None:  # noqa: FBT001
    text = "\n".join(lines) + ("\n" if ended else "")
    whole = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
    found = window(text.encode(), first, count)
    assert found.lines == tuple(whole[first - 1 : first - 1 + count])
    assert found.more == (first - 1 + count < len(whole))


@given(st.text("ab\n☎", max_size=60), st.integers(1, 20))
def test_every_encoding_gives_the_same_lines(text: str, first: int) -> None:
    expected = window(text.encode(), first)
    for codec in ("utf-8-sig", "utf-16", "utf-32"):
        assert window(text.encode(codec), first) == expected


def test_windows_line_ends_are_not_shown() -> None:
    assert window(b"a\r\nb\rc\r\n").lines == ("a", "b\rc")


def test_a_missing_last_line_end_is_told() -> None:
    assert window(b"a\nb").open_end
    assert not window(b"a\nb\n").open_end
    assert not window(b"a\nb", 1, 1).open_end


def test_long_lines_are_shortened_and_named() -> None:
    found = window(b"short\n" + b"x" * (LINE_LIMIT + 1) + b"\n" + b"y" * LINE_LIMIT + b"\nend\n")
    assert [len(line) for line in found.lines] == [5, LINE_LIMIT, LINE_LIMIT, 3]
    assert found.shortened == (2,)
    assert not found.more


def test_the_budget_ends_a_window_but_one_line_always_fits() -> None:
    found = window(b"x" * 50 + b"\n" + b"y" * 50 + b"\n", budget=10)
    assert found.lines == ("x" * 50,)
    assert found.more


def test_a_line_without_end_is_the_last_one(tmp_path: Path) -> None:
    file = tmp_path / "endless"
    file.write_bytes(b"a\n" + b"x" * (LONGEST_LINE * 2))
    found = read_window(BufferedReader(open_regular(file, "endless")), UTF_8, 1, 10, PLENTY)
    assert [len(line) for line in found.lines] == [1, LINE_LIMIT]
    assert found.more


def test_broken_bytes_are_shown_as_such() -> None:
    assert read_window(BytesIO(b"a\xffb\n"), UTF_8, 1, 1, PLENTY).lines == ("a\ufffdb",)
    assert read_window(BytesIO(b"a\xe9b\n"), LATIN_1, 1, 1, PLENTY).lines == ("aéb",)


def test_behind_the_end_there_is_nothing() -> None:
    assert window(b"a\nb\n", 3) == LineWindow(3, ())
    assert window(codecs.BOM_UTF16_LE + "a\n".encode("utf-16-le"), 3) == LineWindow(3, ())
    assert window(b"") == LineWindow(1, ())
