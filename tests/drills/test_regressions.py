"""Every failure that a drill has found once is run again, for ever: its file is replayed, and no promise is broken.

A file is what `callboard drill` writes. Where the program has changed since, the schedule fits as far as it goes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.drill.exploration.replay_file import load, replay
from actors.drill.judging.invariants import check
from actors.drill.plan.scenarios import SCENARIOS

FILES = sorted((Path(__file__).parent / "regressions").glob("*.json"))


def test_there_are_some() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_what_was_found_once_is_not_found_again(file: Path) -> None:
    failure, _ = load(file, SCENARIOS)
    assert failure.violations, "the file says what was broken"
    assert not check(replay(failure))
