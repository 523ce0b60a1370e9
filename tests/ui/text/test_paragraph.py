"""A paragraph that is coming in: rows are let go once nothing can change them."""

from __future__ import annotations

from ui.text.paragraph import Paragraph, ended, grown, let_go, line_added
from ui.text.rows import plain


def lines_of(*lines: str) -> tuple[list[str], list[str]]:
    """The rows that came with the lines, and those that came with the end."""
    paragraph, rows = Paragraph(), list[str]()
    for text in lines:
        paragraph, more = let_go(line_added(paragraph, text), 40)
        rows.extend(map(plain, more))
    return rows, [plain(row) for row in ended(paragraph, 40)]


def test_the_only_line_waits_for_what_may_make_a_title_of_it() -> None:
    assert lines_of("one") == ([], ["one"])
    assert lines_of("one", "two") == (["one", "two"], [])


def test_a_line_that_may_be_the_head_of_a_table_waits() -> None:
    assert lines_of("one", "two", "a | b") == (["one", "two"], ["a | b"])


def test_a_mark_may_close_on_a_later_line() -> None:
    assert lines_of("a", "b **c", "d** e") == (["a", "b c", "d e"], [])


def test_a_mark_that_never_closes_is_text() -> None:
    assert lines_of("a", "b **c", "d") == (["a"], ["b **c", "d"])


def test_of_an_open_line_the_full_rows_are_let_go() -> None:
    paragraph, rows = let_go(grown(Paragraph(), "word " * 20), 40)
    assert [plain(row).strip() for row in rows] == ["word " * 7 + "word"] * 2
    assert paragraph.text == " "
