"""A plan under every order: what is said of the search, and of what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.levels.exhaustive_level import drill
from actors.drill.plan.drill_request import DrillRequest
from actors.drill.plan.scenarios import SCENARIOS
from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_plan import Bounds, FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


def order(folder: Path, plan: FaultPlan, most: int = 20) -> DrillRequest:
    return DrillRequest(plan, range(most), folder, "x.toml", SCENARIOS)


def test_a_search_says_how_far_it_came(tmp_path: Path) -> None:
    told: list[int] = []
    verdict = drill(order(tmp_path, FaultPlan(name="x", scenario="answer")), told.append)
    assert (verdict.runs, verdict.report) == (20, "")
    (note,) = verdict.notes
    assert note.endswith("there are more: --seeds N tries more of them")
    assert told == list(range(21))


def test_a_failure_is_told_made_small_and_kept(tmp_path: Path) -> None:
    plan = FaultPlan(name="x", scenario="time limit", bounds=Bounds(prompt=1.0))
    verdict = drill(order(tmp_path, plan), lambda _: None)
    assert verdict.runs == 1
    assert "I7 broken" in verdict.report
    assert "schedule: none" in verdict.report
    assert list(tmp_path.glob("*.json"))


def test_a_plan_that_kills_is_refused(tmp_path: Path) -> None:
    plan = FaultPlan(name="x", scenario="answer", fault=(Fault(at="program", kind="kill"),))
    with pytest.raises(ConfigError, match="leave --exhaustive out"):
        drill(order(tmp_path, plan), lambda _: None)
