"""Colours for code, loaded by the first block that needs them."""

from __future__ import annotations

import subprocess
import sys

from ui.text.highlighting import LONGEST, highlighted
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
