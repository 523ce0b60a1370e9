"""A plan on real threads, with real files, sockets and processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.faults import Fault
from actors.drill.invariants import check
from actors.drill.order import Order
from actors.drill.scenarios import ANSWER, SCENARIOS, TOOLS
from actors.drill.threads_level import drill, run_on_threads
from config.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path

    from actors.drill.scenario import Scenario


@pytest.mark.parametrize(
    ("scenario", "faults"),
    [
        (ANSWER, ()),
        (TOOLS, ()),
        (TOOLS, (Fault("tool_runner", "crash_after", on="ExecuteCall", nth=1),)),
        (ANSWER, (Fault("model", "cut"),)),
    ],
    ids=["an answer", "tools", "a crash", "a cut stream"],
)
def test_the_company_keeps_its_promises(scenario: Scenario, faults: tuple[Fault, ...]) -> None:
    done = run_on_threads(scenario, faults, 1)
    assert check(done) == []
    assert len(done.struck) == len(faults)


def test_a_plan_runs_once_for_each_seed(tmp_path: Path) -> None:
    seen: list[int] = []
    order = Order(FaultPlan(name="x", scenario="answer"), range(2), tmp_path, "x.toml", SCENARIOS)
    assert drill(order, seen.append).runs == 2
    assert seen == [0, 1]
