"""One character is what a person takes for one."""

from __future__ import annotations

import pytest

from ui.terminal.graphemes import last_length, whole


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("ab", 1),
        ("a\n", 1),
        ("e\u0301", 2),
        ("日本", 1),
        ("🇩🇪🇫🇷", 2),
        ("x🇩🇪", 2),
        ("👍🏽", 2),
        ("👩\u200d👩\u200d👧", 5),
        ("❤\ufe0f", 2),
        ("1\ufe0f\u20e3", 3),
        ("👍👍", 1),
    ],
)
def test_the_last_character_has_so_many_code_points(text: str, length: int) -> None:
    assert last_length(text) == length


@pytest.mark.parametrize(
    ("text", "end", "border"),
    [
        ("abc", 2, 2),
        ("e\u0301x", 1, 0),
        ("ae\u0301", 2, 1),
        ("x👩\u200d👧y", 3, 1),
        ("🇩🇪🇫🇷", 3, 2),
        ("日本", 1, 1),
    ],
)
def test_a_text_is_cut_between_characters(text: str, end: int, border: int) -> None:
    assert whole(text, end) == border
