"""Which runs are marks: what touches code is not."""

from __future__ import annotations

import pytest

from ui.text.emphasis import LONGEST_MARK
from ui.text.inline import inline
from ui.text.rows import plain


def shown(text: str) -> str:
    return plain(inline(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(*a*) **b**, *c*. **d**: \u201c**e**\u201d", "(a) b, c. d: \u201ce\u201d"),
        ("**bold *and* it**", "bold and it"),
        ("这是**重点**内容", "这是重点内容"),
        ("_it_ and __two words__", "it and two words"),
        ("**.env** and **C#**", ".env and C#"),
    ],
)
def test_marks_around_words_are_taken_away(text: str, words: str) -> None:
    assert shown(text) == words


@pytest.mark.parametrize(
    "text", ["__init__", "*a*.py", "a*b*", "*a*b", "**/*.py", "/*a*/", "2*3*4", "x.*y*", "'*a*'", "**a**b"]
)
@pytest.mark.parametrize("frame", ["{}", "{} and **b**", "*i* {}", "({})", "{} {}"])
def test_a_run_that_touches_code_stays_and_spoils_no_other(text: str, frame: str) -> None:
    words = frame.replace("**", "").replace("*i*", "i")
    assert shown(frame.replace("{}", text)) == words.replace("{}", text)


def test_a_pair_is_not_formed_across_the_end_of_a_bracket() -> None:
    assert shown("*dst = (char*) src") == "*dst = (char*) src"


def test_marks_too_far_apart_are_text() -> None:
    near, far = "x" * (LONGEST_MARK - 1), "x" * (LONGEST_MARK + 1)
    assert shown(f"*{near}*") == near
    assert shown(f"*{far}*") == f"*{far}*"
