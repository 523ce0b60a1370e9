"""Patterns of paths, also as ripgrep gets them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from config.permissions.path_rule import names_path, path_regexes, tidy_path

names = st.text(alphabet="ab.e*?[]!/-\\&~#^ é", min_size=1, max_size=12)


def plainly(pattern: str) -> re.Pattern[str]:
    """An expression for ripgrep as one for Python: of the two only the marks for bytes differ."""
    return re.compile(pattern.replace("(?s-u:.)*", "(?s:.)*"))


@given(st.text(alphabet="ab.e*?/- é&~#^", min_size=1, max_size=8), names)
def test_an_expression_matches_what_the_pattern_means(pattern: str, name: str) -> None:
    name = tidy_path(name)
    found = any(plainly(each).fullmatch(name) for each in path_regexes((pattern,)))
    assert found == names_path(pattern, (name,))


def test_a_set_of_characters_may_hold_what_an_expression_gives_a_meaning() -> None:
    for pattern, name in (("[.]env", ".env"), ("[!a]env", ".env"), ("a[&~-]b", "a&b"), ("[]]x", "]x"), ("[^]x", "^x")):
        assert any(plainly(each).fullmatch(name) for each in path_regexes((pattern,)))
        assert names_path(pattern, (name,))
