"""What is told of a promise broken where time is real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.drill.judging.evidence import Violation
from actors.drill.levels.level_report import command, told
from actors.drill.plan.drill_request import DrillRequest
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.run import RunSpec, run
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


def order(folder: Path) -> DrillRequest:
    plan = FaultPlan(name="x", scenario="answer", fault=(Fault(at="journal", kind="crash_after"),))
    return DrillRequest(plan, range(1), folder, "mine.toml", (ANSWER,))


def test_the_story_names_promise_plan_and_command(tmp_path: Path) -> None:
    done = run(ANSWER, RunSpec(7))
    text = told(order(tmp_path), 7, done, [Violation("I7", "prompt p1 never ended", 0, 30)])
    for part in ("I7 broken", "seed:     7", "fault:    journal: crash_after", "sequenceDiagram", "--seed 7"):
        assert part in text


def test_the_command_names_plan_level_and_seed(tmp_path: Path) -> None:
    assert command(order(tmp_path), "process", 3) == "callboard drill mine.toml --level process --seed 3"
