"""The published exit codes."""

from __future__ import annotations

from typing import get_args

from actors import system
from actors.records import TurnOutcome
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
    assert exit_codes.USAGE == 2


def test_a_signal_has_the_code_that_shells_give_it() -> None:
    assert (exit_codes.HUNG_UP, exit_codes.INTERRUPTED, exit_codes.TERMINATED) == (129, 130, 143)
    assert exit_codes.ESCALATED == system.ESCALATED
