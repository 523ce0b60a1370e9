"""A plan on real threads, with real files, sockets and processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.judging.invariants import check
from actors.drill.levels.threads_level import drill, run_on_threads
from actors.drill.plan.drill_request import DrillRequest
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER, SCENARIOS, TOOLS
from config.errors import ConfigError
from config.faults.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path

    from actors.drill.plan.scenario import Scenario


@pytest.mark.parametrize(
    ("scenario", "faults"),
    [
        (ANSWER, ()),
        (TOOLS, ()),
        (TOOLS, (InjectedFault("tool_runner", "crash_after", on="ExecuteCall", nth=1),)),
        (ANSWER, (InjectedFault("model", "cut"),)),
    ],
    ids=["an answer", "tools", "a crash", "a cut stream"],
)
def test_the_company_keeps_its_promises(scenario: Scenario, faults: tuple[InjectedFault, ...]) -> None:
    done = run_on_threads(scenario, faults, 1)
    assert check(done) == []
    assert len(done.struck) == len(faults)


@pytest.mark.parametrize("dialect", ["anthropic", "openai_responses"])
@pytest.mark.parametrize(
    "kind", ["cut", "reset", "no_end", "malformed", "html", "status_429", "status_500", "rejected", "same_ids", "slow"]
)
def test_each_fault_of_the_model_is_survived_in_each_dialect(kind: str, dialect: str) -> None:
    scenario = TOOLS if kind == "same_ids" else ANSWER
    done = run_on_threads(scenario, (InjectedFault("model", kind, seconds=0.05),), 1, dialect)
    assert check(done) == []
    assert len(done.struck) == 1


def test_an_unknown_dialect_is_refused_before_the_first_run(tmp_path: Path) -> None:
    plan = FaultPlan(name="x", scenario="answer", dialect="klingon")
    with pytest.raises(ConfigError, match="no dialect named 'klingon'"):
        drill(DrillRequest(plan, range(1), tmp_path, "x.toml", SCENARIOS), lambda _: None)


def test_a_plan_runs_once_for_each_seed(tmp_path: Path) -> None:
    seen: list[int] = []
    order = DrillRequest(FaultPlan(name="x", scenario="answer"), range(2), tmp_path, "x.toml", SCENARIOS)
    assert drill(order, seen.append).runs == 2
    assert seen == [0, 1]
