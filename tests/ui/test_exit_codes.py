"""The published exit codes."""

from __future__ import annotations

from typing import get_args

from actors.messages import TurnOutcome
from ui import exit_codes


def test_every_outcome_of_a_turn_has_the_published_code() -> None:
    assert set(exit_codes.OF_OUTCOME) == set(get_args(TurnOutcome))
    assert exit_codes.OF_OUTCOME == {
        "done": 0,
        "failed": 1,
        "limit": 3,
        "denied": 4,
        "unavailable": 75,
        "cancelled": 130,
    }
    assert (exit_codes.USAGE, exit_codes.TERMINATED) == (2, 143)
