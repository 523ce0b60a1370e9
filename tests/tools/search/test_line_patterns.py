"""Patterns that match whatever ends the lines of a file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.search.line_patterns import over_line_ends


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"a\nb", r"a(?:\r?\n)b"),
        ("a\nb", r"a(?:\r?\n)b"),
        (r"a\n+b", r"a(?:\r?\n)+b"),
        (r"a\\nb", r"a\\nb"),
        (r"[^\n]+\n", r"[^\n]+(?:\r?\n)"),
        (r"[]\n]\n", r"[]\n](?:\r?\n)"),
        (r"\[\n", r"\[(?:\r?\n)"),
        ("(?x)a\nb", "(?x)a\nb"),
        (r"(?x)a\nb", r"(?x)a(?:\r?\n)b"),
    ],
)
def test_a_line_end_of_a_pattern_is_either_kind(pattern: str, written: str) -> None:
    assert over_line_ends(pattern, literal=False) == (written, False)


def test_plain_text_stays_plain_unless_it_has_a_line_end() -> None:
    assert over_line_ends(r"f(x)\n", literal=True) == (r"f(x)\n", True)
    assert over_line_ends("f(x)\r\n{", literal=True) == (r"f\(x\)(?:\r?\n)\{", False)


@given(st.text(alphabet="ab.*+?()[]{}|^$\\-# \n", min_size=1, max_size=12))
def test_plain_text_with_a_line_end_matches_itself_with_either(text: str) -> None:
    pattern, literal = over_line_ends(text, literal=True)
    if not literal:
        assert re.fullmatch(pattern, text)
        assert re.fullmatch(pattern, text.replace("\n", "\r\n"))
