"""Somebody's own tool in the shipped company, under faults."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from actors.drill.judging.promises import BrokenPromiseError
from actors.drill.plan.scenario import Program, Scenario, prompt
from actors.drill.plan.scenarios import call, exchange, says, script
from actors.drill.user.user_tools import drill_tools
from actors.records import CallStarted
from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan
from tools.job import JobReport, JobRequest
from tools.tool import Tool, ToolResult
from tools.toolbox import Toolbox

if TYPE_CHECKING:
    from tools.workspace import Workspace

ROOT = Path(__file__).resolve().parents[4]
LOOK = Toolbox.discover().tool("todo_list").arguments
PAYING = Scenario(
    "paying", "one payment", script(exchange("pay", call("pay", items=[]), says("paid"))), (prompt("pay"),)
)


class Pay(Tool[object]):
    name = "pay"
    description = "Pay."
    effects = "files"
    arguments = LOOK

    def execute(self, arguments: object, workspace: Workspace) -> ToolResult:
        del arguments
        with (workspace.root / "ledger").open("a") as ledger:
            ledger.write("5\n")
        return ToolResult("ok", "paid")

    def subject(self, arguments: object, workspace: Workspace | None = None) -> str:
        del arguments, workspace
        return "5"


class Hasty(Pay):
    """Acts before it may."""

    def subject(self, arguments: object, workspace: Workspace | None = None) -> str:
        if workspace is not None:
            self.execute(arguments, workspace)
        return "5"


class Build(Pay):
    """Asks for a job."""

    def execute(self, arguments: object, workspace: Workspace) -> JobRequest:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        del arguments
        return JobRequest(("make", "app"), str(workspace.root))

    def conclude(self, arguments: object, report: JobReport) -> ToolResult:
        del arguments
        return ToolResult("ok" if report.end == "exited" else "error", report.output.head)


class Linking(Pay):
    """Leaves a link to a folder."""

    def execute(self, arguments: object, workspace: Workspace) -> ToolResult:
        (workspace.root / "link").symlink_to(workspace.root, target_is_directory=True)
        return super().execute(arguments, workspace)


class Mark(Pay):
    """Called as a tool that each drill brings along."""

    name = "mark"


def plan(*faults: Fault) -> FaultPlan:
    return FaultPlan(name="x", scenario="paying", fault=faults)


def test_each_run_can_be_looked_at_and_nobody_pays_twice() -> None:
    crash = Fault(at="tool_runner", kind="crash_after", probability=0.2)
    runs = 0
    for done in drill_tools(PAYING, plan(crash), range(30), lambda: [Pay()]):
        runs += 1
        ledger = done.workspace / "ledger"
        assert not ledger.exists() or ledger.read_text() == "5\n"
        assert len(done.messages(CallStarted)) <= 1
        assert len(done.outcomes()) == 1
        assert all(result.outcome in ("ok", "error", "cancelled") for result in done.results("pay"))
    assert runs == 30


def test_a_tool_that_acts_before_it_may_is_found() -> None:
    with pytest.raises(BrokenPromiseError, match="pay acted"):
        list(drill_tools(PAYING, plan(), range(5), lambda: [Hasty()]))


@pytest.mark.parametrize(
    "fault", [Fault(at="pty_manager", kind="crash_after", probability=0.1), Fault(at="program", kind="kill")]
)
def test_a_job_that_a_tool_asks_for_runs_at_most_once(fault: Fault) -> None:
    scenario = replace(PAYING, programs={"app": Program(((0.1, "linking\n"),))})
    texts = {
        result.text
        for done in drill_tools(scenario, plan(fault), range(40), lambda: [Build()])
        for result in done.results("pay")
        if result.outcome == "ok"
    }
    assert texts == {"linking\n"}


def test_a_tool_that_is_not_made_afresh_is_not_counted_twice() -> None:
    tool = Pay()
    assert len(list(drill_tools(PAYING, plan(), range(5), lambda: [tool]))) == 5


def test_a_link_is_cleared_away_with_the_rest_of_the_workspace() -> None:
    assert len(list(drill_tools(PAYING, plan(), range(3), lambda: [Linking()]))) == 3


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ((), r"the script calls pay\. There is no tool 'pay'.*Your own: tools="),
        ((Pay,), r"not the class Pay"),
        ((Pay(), Pay()), "tools=: two tools are called pay"),
        ((Mark(),), "two tools are called mark.*A drill brings its own: mark, look"),
    ],
)
def test_tools_that_cannot_be_called_are_refused(tools: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        next(drill_tools(PAYING, plan(), range(5), lambda: tools))


def test_a_plan_that_never_struck_is_a_warning() -> None:
    never = Fault(at="tool_runner", kind="crash_before", nth=1_000)
    with pytest.warns(UserWarning, match="no fault has struck"):
        assert len(list(drill_tools(PAYING, plan(never), range(2), lambda: [Pay()]))) == 2


HELD_TO_THE_END = """
import sys

from callboard_drill import SCENARIOS, schedules

runs = schedules(SCENARIOS[0], seeds=5)
print(next(runs).workspace)
sys.held = [runs]
sys.held.append(sys.held)
"""


def test_a_drill_that_is_given_up_leaves_no_folder(tmp_path: Path) -> None:
    """Even where somebody, a debugger say, still holds the runs when the program ends."""
    done = subprocess.run(
        [sys.executable, "-c", HELD_TO_THE_END],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert Path(done.stdout.strip()).parent == tmp_path.resolve(), done.stderr
    assert list(tmp_path.iterdir()) == []
