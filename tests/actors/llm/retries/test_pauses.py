"""Pauses as people read them."""

from __future__ import annotations

import pytest

from actors.llm.retries.pauses import duration, too_long


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "0.5 s"), (59.0, "59 s"), (60.0, "1 min"), (3_570.0, "1 h"), (3_900.0, "1 h 5 min"), (86_400.0, "24 h")],
)
def test_seconds_become_what_a_person_says(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_pause_that_is_not_waited_for_is_named_with_the_setting_that_allows_it() -> None:
    said = too_long("busy.", 3_600.0, 60.0)
    assert said == "busy. It asks to wait 1 h; the longest wait is 1 min (model.backoff_most)."
