"""Where a line stands: quotes and items inside of each other, and what kind of line it is there."""

from __future__ import annotations

import pytest

from ui.text.blocks import DEEPEST, Containers, closes, fence, heading, leads, place
from ui.text.rows import plain


def inside(*lines: str) -> Containers:
    containers: Containers = ()
    for line in lines:
        containers = place(containers, line, paragraph=False, code=False).containers
    return containers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "blank"),
        ("# a", "heading"),
        ("#a", "text"),
        ("- - -", "rule"),
        ("```py", "fence"),
        ("``` a`b", "text"),
        ("    x", "code"),
        ("> # a", "heading"),
        ("1. > ```", "fence"),
    ],
)
def test_a_line_is_of_a_kind(text: str, kind: str) -> None:
    assert place((), text, paragraph=False, code=False).kind == kind


def test_what_a_line_stands_in_is_drawn_before_it() -> None:
    first, later = leads(inside("> 1. a", "> 1. > - b"), 80)
    assert (plain(first), plain(later)) == ("│ 2. │ • ", "│    │   ")


def test_what_stands_before_a_row_takes_half_of_it_at_the_most() -> None:
    first, _ = leads(inside("> " * 20 + "- a"), 20)
    assert plain(first) == "│ │ │ │ • "


def test_containers_are_only_so_deep() -> None:
    assert len(inside("> " * 10_000 + "a")) == DEEPEST


def test_a_line_that_goes_on_with_a_paragraph_may_forget_its_quote() -> None:
    where = place(inside("> a"), "b", paragraph=True, code=False)
    assert (where.lazy, where.rest) == (True, "b")
    assert not place(inside("> a"), "- b", paragraph=True, code=False).lazy


@pytest.mark.parametrize(
    ("text", "level", "title"), [("## a ##", 2, "a"), ("# C#", 1, "C#"), ("#", 1, ""), ("### # a", 3, "# a")]
)
def test_a_heading_has_a_level_and_a_title(text: str, level: int, title: str) -> None:
    assert heading(text) == (level, title)


def test_a_fence_has_a_mark_an_indent_and_a_language() -> None:
    assert fence("  ~~~ {.Python}  x") == ("~~~", 2, "python")
    assert closes("  ~~~~ ", "~~~")
    assert not closes("~~ ~", "~~")
    assert not closes("    ~~~", "~~~")
