"""One character is what a person takes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.text.graphemes import first_length, last_length, whole


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
        ("\u0915\u093f", 2),
        ("\u1112\u1161\u11ab", 3),
        ("🇩🇪🇫", 1),
        ("a\u0301\u0308", 3),
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


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("ab", 1), ("e\u0301x", 2), ("🇩🇪🇫🇷", 2), ("👩\u200d👩\u200d👧b", 5), ("a👍🏽", 1), ("\u0301a", 1)],
)
def test_the_first_character_has_so_many_code_points(text: str, length: int) -> None:
    assert first_length(text) == length


@given(st.text(st.sampled_from("a\u0301\u200d👩🏽🇩🇪\u1112\u1161\u11ab"), max_size=30))
def test_there_and_back_are_the_same_places(text: str) -> None:
    forward, at = [0], 0
    while at < len(text):
        at += first_length(text[at:])
        forward.append(at)
    assert forward[-1] == len(text)
    assert all(last_length(text[:place]) <= place for place in forward[1:])
