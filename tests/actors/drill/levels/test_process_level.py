"""A plan against the real program in a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.levels.process_level import drill
from actors.drill.plan.drill_request import DrillRequest
from actors.drill.plan.scenarios import SCENARIOS
from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


def order(folder: Path, scenario: str, *faults: Fault) -> DrillRequest:
    return DrillRequest(FaultPlan(name="x", scenario=scenario, fault=faults), range(1), folder, "x.toml", SCENARIOS)


@pytest.mark.parametrize(
    "faults",
    [(), (Fault(at="model", kind="cut"),), (Fault(at="program", kind="kill", on="TurnStarted"),)],
    ids=["nothing", "a cut stream", "kill -9"],
)
def test_the_program_keeps_its_promises(tmp_path: Path, faults: tuple[Fault, ...]) -> None:
    seen: list[int] = []
    verdict = drill(order(tmp_path, "answer", *faults), seen.append)
    assert verdict.report == ""
    assert (verdict.runs, seen) == (1, [0])


def test_the_program_keeps_its_promises_with_a_server_of_another_dialect(tmp_path: Path) -> None:
    cut = Fault(at="model", kind="cut")
    plan = FaultPlan(name="x", scenario="answer", fault=(cut,), dialect="anthropic")
    verdict = drill(DrillRequest(plan, range(1), tmp_path, "x.toml", SCENARIOS), lambda _: None)
    assert (verdict.report, verdict.notes) == ("", ())


def test_what_never_came_is_expected_of_nobody_and_said(tmp_path: Path) -> None:
    """The end that a plan names may not come; then the person leaves as they do without it."""
    terminate = Fault(at="program", kind="terminate", on="ApprovalRequested")
    verdict = drill(order(tmp_path, "answer", terminate), lambda _: None)
    assert verdict.report == ""
    assert verdict.notes == ("no fault has struck: the moments that the plan names never came in this scenario",)


def test_a_scenario_without_a_person_is_refused(tmp_path: Path) -> None:
    silent = [scenario.name for scenario in SCENARIOS if not scenario.interactive]
    for name in silent:
        with pytest.raises(ConfigError, match="it has no person at a terminal"):
            drill(order(tmp_path, name), lambda _: None)
    assert silent
