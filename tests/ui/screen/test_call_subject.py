"""What a call is about, from its arguments alone."""

from __future__ import annotations

import pytest

from ui.screen.call_subject import LONGEST, subject


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('{"time_limit": 3, "command": "make all"}', "make all"),
        ('{"content": "x", "path": "a.txt"}', "a.txt"),
        ('{"other": 1, "mark": "b"}', "b"),
        ('{"items": []}', ""),
        ('{"path": " "}', ""),
        ("no JSON", ""),
        ("[1]", ""),
        ("", ""),
    ],
)
def test_the_most_telling_text_is_told(arguments: str, told: str) -> None:
    assert subject(arguments) == told


def test_nothing_in_it_commands_the_terminal_and_nothing_is_endless() -> None:
    assert "\x1b" not in subject('{"command": "\\u001b[2Jx"}')
    assert len(subject(f'{{"command": "{"x" * 10_000}"}}')) == LONGEST
