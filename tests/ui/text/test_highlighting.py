"""Colours for code, loaded by the first block that needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ui.text.highlighting import CONTEXT, LONGEST, Colours, highlighted
from ui.text.rows import plain


def test_code_is_coloured_and_its_text_stays() -> None:
    lines = ("def f(x):", "    return 'a'  # why", "")
    rows = highlighted("python", lines)
    assert [plain(row) for row in rows] == list(lines)
    assert ("class:syntax.keyword", "def") in rows[0]


def test_an_unknown_language_or_a_huge_block_stays_as_it_is() -> None:
    assert highlighted("nonsense", ("x = 1",)) == ((("", "x = 1"),),)
    assert highlighted("python", ("x" * (LONGEST + 1),))[0][0][0] == ""


def test_nothing_of_it_is_loaded_with_the_chat() -> None:
    code = "import sys, ui.chat.front_end; assert not {'pygments', 'markdown_it', 'structlog'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'x = """begun\ndef no_keyword\nover""" + y\ndef f(): pass'),
        ("js", "let x = `begun\nif ${y} no\nover`; if (z) {\n}"),
        ("toml", '[a]\nx = """begun\n[no]\nover"""\ny = 1'),
        ("sh", "if true; then\n  echo 'a'\nfi"),
        ("diff", "-a\n+b\n c"),
        ("php", "<?php\nif (1) {\n}"),
    ],
)
def test_a_line_alone_has_the_colours_that_it_has_among_the_lines_before_it(language: str, text: str) -> None:
    lines, colours = tuple(text.split("\n") * 5), Colours()
    alone = [
        colours.rows(language, (each,), lines[max(number - CONTEXT, 0) : number])[0]
        for number, each in enumerate(lines)
    ]
    assert alone == list(Colours().rows(language, lines))


def test_what_is_remembered_changes_nothing() -> None:
    context, lines = ('x = """', "def"), ("if",)
    fresh, used = Colours(), Colours()
    used.rows("python", context)
    assert used.rows("python", lines, context) == fresh.rows("python", lines, context)
    assert fresh.rows("python", lines) != fresh.rows("python", lines, context)
