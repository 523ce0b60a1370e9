"""Where the words of a rule end in a command."""

from __future__ import annotations

import pytest

from config.shell.prefix import ANYTHING, NOWHERE, WordPlaces, places_behind
from config.shell.shell_command import words_of


@pytest.mark.parametrize(
    ("command", "prefix", "places"),
    [
        ("git push a", "git push", frozenset((2,))),
        ("git -C . push a", "git push", frozenset((4,))),
        ("git -C push a", "git push", NOWHERE),
        ("git $X", "git push", ANYTHING),
        ('git "$X" a', "git push", frozenset((2,))),
        ("other -x push", "other push", frozenset((3,))),
        ("other -x y push", "other push", frozenset((4,))),
        ("git log", "git push", NOWHERE),
        ("rm x", "git push", NOWHERE),
    ],
)
def test_options_and_their_values_are_passed_over(command: str, prefix: str, places: WordPlaces) -> None:
    assert places_behind(words_of(command), prefix.split()) == places
