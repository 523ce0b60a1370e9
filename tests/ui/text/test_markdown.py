"""The line machine: what each kind of line becomes, and that no shape of text is slow."""

from __future__ import annotations

import pytest

from ui.text.inline import inline
from ui.text.markdown import SLICE, Block, Code, Lines, Markdown, close, feed, together
from ui.text.rows import plain


def played(text: str, columns: int = 40) -> list[Block]:
    """The blocks of the text, the lines of one fence together."""
    state, blocks = Markdown(), list[Block]()
    for each in text.split("\n"):
        state, more = feed(state, each, columns)
        blocks.extend(more)
    return list(together((*blocks, *close(state, columns)[1])))


def shown(text: str, columns: int = 40) -> list[str]:
    rows: list[str] = []
    for block in played(text, columns):
        rows.extend([plain(row) for row in block.rows] if isinstance(block, Lines) else [f"|{x}" for x in block.lines])
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# Title #", ["Title"]),
        ("- one\n  * two\n1. three", ["• one", "  • two", "1. three"]),
        ("- [ ] open\n- [x] done", ["☐ open", "☑ done"]),
        ("> said", ["│ said"]),
        ("---", ["─" * 40]),
        ("**bold** and `code` and *it*", ["bold and code and it"]),
        ("[name](http://x.y)", ["name (http://x.y)"]),
        ("a_b_c 2*3*4 * x", ["a_b_c 2*3*4 * x"]),
        ("one\n\n\n\ntwo", ["one", "", "two"]),
        ("\n\nlater", ["later"]),
        ("| a | b |", ["| a | b |"]),
    ],
)
def test_a_line_becomes(text: str, rows: list[str]) -> None:
    assert shown(text) == rows


def test_a_fence_is_one_block_and_its_lines_stay_as_they_are() -> None:
    blocks = played("before\n```Python\ndef f():\n    return '**not bold**'\n```\nafter")
    assert blocks[1] == Code("python", ("def f():", "    return '**not bold**'"))
    assert isinstance(blocks[2], Lines)


def test_a_fence_that_never_closes_comes_out_at_the_end() -> None:
    assert played("```\nx = 1") == [Code("", ("x = 1",))]


def test_a_longer_fence_may_hold_a_shorter_one() -> None:
    assert played("````\n```\nx\n```\n````") == [Code("", ("```", "x", "```"))]


def test_a_long_fence_comes_in_slices() -> None:
    blocks = played("```\n" + "\n".join(f"line {number}" for number in range(SLICE * 2 + 1)) + "\n```")
    assert [len(block.lines) for block in blocks if isinstance(block, Code)] == [SLICE, SLICE, 1]


def test_the_indent_of_a_fence_inside_a_list_is_taken_off() -> None:
    hang = (("", "  "),)
    assert Code("", ("x", "  y"), lead=hang, hang=hang) in played("- item\n  ```\n  x\n    y\n  ```")


def test_long_items_hang_below_their_text() -> None:
    assert shown("- " + "word " * 6, columns=20) == ["• word word word ", "  word word word"]


def test_styles_nest() -> None:
    assert inline("**a `b`**") == ((" class:strong", "a "), (" class:strong class:code", "b"))
