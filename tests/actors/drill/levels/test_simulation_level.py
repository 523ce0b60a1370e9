"""A plan in simulation: kept, or broken, written down and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.exploration.replay_file import ReplayError
from actors.drill.levels.simulation_level import again, drill
from actors.drill.plan.drill_request import DrillRequest
from actors.drill.plan.scenarios import SCENARIOS
from config.faults.fault import Fault
from config.faults.fault_plan import Bounds, FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


def order(folder: Path, **changes: object) -> DrillRequest:
    plan = FaultPlan(name="x", scenario="answer", **changes)  # type: ignore[arg-type]
    return DrillRequest(plan, range(20), folder, "x.toml", SCENARIOS)


def test_a_promise_that_is_kept_says_how_many_runs_there_were(tmp_path: Path) -> None:
    seen: list[int] = []
    verdict = drill(order(tmp_path, fault=(Fault(at="journal", kind="crash_before", probability=0.2),)), seen.append)
    assert (verdict.report, verdict.runs) == ("", 20)
    assert seen == list(range(20))
    assert list(tmp_path.iterdir()) == []


def test_a_broken_one_is_told_and_its_file_gives_the_same_run_again(tmp_path: Path) -> None:
    """A model that falls silent cannot answer within a second."""
    impossible = order(tmp_path, fault=(Fault(at="model", kind="stall"),), bounds=Bounds(prompt=1.0))
    verdict = drill(impossible, lambda _: None)
    assert "I7" in verdict.report
    assert "sequenceDiagram" in verdict.report
    (path,) = tmp_path.iterdir()
    assert f"callboard drill --replay {path}" in verdict.report
    done = again(path, SCENARIOS)
    assert (done.same, done.seed, done.plan) == (True, 0, impossible.plan)
    assert "I7" in done.report


def test_a_failure_whose_file_cannot_be_written_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    impossible = order(tmp_path / "taken", fault=(Fault(at="model", kind="stall"),), bounds=Bounds(prompt=1.0))
    report = drill(impossible, lambda _: None).report
    assert "I7" in report
    assert "sequenceDiagram" in report
    assert "x-0.json could not be written: File exists\nagain:   callboard drill x.toml --level simulation" in report


def test_what_is_no_replay_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ReplayError):
        again(tmp_path / "x.json", SCENARIOS)
