"""Somebody's own tool in the shipped company, under faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.own_tools import BrokenPromiseError, drill_tools
from actors.drill.scenario import Scenario, prompt
from actors.drill.scenarios import call, exchange, says, script
from actors.messages import CallStarted
from config.fault_plan import Fault, FaultPlan
from tools.tool import Tool, ToolResult
from tools.toolbox import Toolbox

if TYPE_CHECKING:
    from tools.workspace import Workspace

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
