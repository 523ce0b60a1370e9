"""Ten thousand schedules of each of three plans, every promise checked; `./dev bench drills` measures the pace."""

from __future__ import annotations

import pytest

from actors.drill.exploration.explore import explore, seeds
from actors.drill.plan.scenarios import ANSWER
from tests.drills.three_plans import PLANS, SEEDS


@pytest.mark.parametrize("name", PLANS)
def test_ten_thousand_schedules_break_nothing(name: str) -> None:
    outcome = explore(ANSWER, seeds(0, SEEDS, PLANS[name]))
    assert outcome.failure is None, outcome.failure.violations
    assert outcome.runs == SEEDS
