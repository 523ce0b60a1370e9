"""One character is what a person takes for one."""

from __future__ import annotations

import pytest

from ui.terminal.graphemes import last_length


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
