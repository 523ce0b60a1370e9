"""A failure on disk: read back it is the same failure, and gives the same run."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.drill.exploration.explore import Failure, explore, seeds
from actors.drill.exploration.replay_file import ReplayError, load, replay, save
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import SCENARIOS
from config.faults.fault_plan import FaultPlan
from tests.actors.drill.hopeless import HOPELESS

PLAN = FaultPlan(name="hopeless", scenario="hopeless")


@pytest.fixture
def failure() -> Failure:
    outcome = explore(HOPELESS, seeds(0, 20, (InjectedFault("ui", "delay", probability=0.5, seconds=0.1),)))
    assert outcome.failure is not None
    return outcome.failure


def test_a_failure_is_the_same_after_it_was_saved(failure: Failure, tmp_path: Path) -> None:
    save(failure, tmp_path / "failure.json", PLAN)
    read, plan = load(tmp_path / "failure.json", (HOPELESS,))
    assert (read.run_spec, read.violations, plan) == (failure.run_spec, failure.violations, PLAN)
    assert replay(read).digest() == failure.digest


def test_a_file_that_is_none_is_refused_with_its_reason(failure: Failure, tmp_path: Path) -> None:
    file = tmp_path / "failure.json"
    with pytest.raises(ReplayError, match="there is no such file"):
        load(file, SCENARIOS)
    with pytest.raises(ReplayError, match="it is a folder, not a file"):
        load(tmp_path, SCENARIOS)
    file.write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(ReplayError, match=r"is no replay file: .*missing required field"):
        load(file, SCENARIOS)
    save(failure, file)
    with pytest.raises(ReplayError, match="scenario 'hopeless'; there are: answer"):
        load(file, SCENARIOS)
    file.write_text(file.read_text(encoding="utf-8").replace('"format": 2', '"format": 9'), encoding="utf-8")
    with pytest.raises(ReplayError, match="format 9"):
        load(file, SCENARIOS)
