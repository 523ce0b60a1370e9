"""Tables: as wide as the window allows, aligned, and as records where it is too narrow."""

from __future__ import annotations

import pytest

from ui.text.rows import plain, row_width
from ui.text.table import TextTable, begun, cells, laid_out, row_of


def shown(*lines: str, columns: int = 60) -> list[str]:
    table = begun(lines[0], lines[1])
    assert table is not None
    rows = tuple(row_of(table, text) for text in lines[2:])
    return [plain(row) for row in laid_out(TextTable(table.head, table.aligns, rows), columns)[0]]


def test_columns_are_aligned_by_the_border() -> None:
    assert shown("| a | b | c |", "|:--|:-:|--:|", "| left | middle | right |", "| x | y | z |") == [
        "a       b         c",
        "────  ──────  ─────",
        "left  middle  right",
        "x       y         z",
    ]


def test_wide_characters_take_two_cells() -> None:
    rows = shown("| 名前 | b |", "|---|---|", "| 日本語 | x |", "| a | 😀 |")
    assert rows == ["名前    b", "──────  ──", "日本語  x", "a       😀"]


def test_the_head_is_bold_and_the_border_dim() -> None:
    head, border, *_ = laid_out(TextTable(("a", "b"), ("left", "left"), (("1", "2"),)), 40)[0]
    assert ("class:strong", "a") in head
    assert border == (("class:dim", "─  ─"),)


def test_cells_are_wrapped_at_words() -> None:
    rows = shown("| name | what |", "|---|---|", "| x | many words that have to be wrapped |", columns=24)
    assert rows == ["name  what", "────  " + "─" * 18, "x     many words that", "      have to be wrapped"]


def test_no_row_is_wider_than_the_window() -> None:
    text = "| some words of it | and a/very/long/path/of_a_file.py | more |"
    for columns in range(30, 90):
        assert all(row_width(((" ", row),)) <= columns for row in shown(text, "|---|---|---|", text, columns=columns))


def test_where_a_column_would_be_too_narrow_each_row_is_a_record() -> None:
    lines = (
        "| one title | two title | three title |",
        "|---|---|---|",
        "| value one | value two | `c` |",
        "| x | | z |",
    )
    assert shown(*lines, columns=24) == [
        "one title: value one",
        "two title: value two",
        "three title: c",
        "",
        "one title: x",
        "three title: z",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("| a | b |", ("a", "b")),
        ("a|b", ("a", "b")),
        ("| `x\\|y` | b |", ("`x|y`", "b")),
        ("| `x|y` | b |", ("`x|y`", "b")),
        ("| a | b | c | d |", ("a", "b | c | d")),
        ("| a |", ("a", "")),
        ("|  | b |", ("", "b")),
    ],
)
def test_no_cell_of_a_row_is_lost(text: str, found: tuple[str, ...]) -> None:
    table = begun("| h | i |", "|---|---|")
    assert table is not None
    assert row_of(table, text) == found


@pytest.mark.parametrize(
    ("head", "border"), [("a", "---"), ("a | b", "---"), ("| a |", "|---|---|"), ("| a | b |", "x")]
)
def test_not_every_line_with_a_bar_begins_a_table(head: str, border: str) -> None:
    assert begun(head, border) is None


def test_many_bars_are_cells() -> None:
    assert len(cells("|" * 10_001)) == 10_000
