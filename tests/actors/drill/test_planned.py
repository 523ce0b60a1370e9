"""A plan becomes faults at doors and ports, acts of the person, and kills."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.drill.planned import checked, courses, faults_of, load_plan, message_names, scenario_of
from actors.drill.props import Props
from actors.drill.scenarios import ANSWER, SCENARIOS
from actors.messages import CancelTurn, ResizeJobs
from actors.runtime.signals import BeginShutdown
from config.errors import ConfigError
from config.fault_plan import Fault, FaultPlan

PLANS = sorted((Path(__file__).resolve().parents[3] / "config" / "plans").glob("*.toml"))


def plan(*faults: Fault) -> FaultPlan:
    return FaultPlan(name="x", scenario="answer", fault=faults)


def sent_by(*faults: Fault) -> list[type]:
    return [type(act.send) for act in scenario_of(plan(*faults)).acts[len(ANSWER.acts) :]]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_that_comes_along_can_be_run(path: Path) -> None:
    loaded = load_plan(path)
    scenario_of(loaded)
    faults_of(loaded)


def test_plans_name_every_message_by_its_class() -> None:
    assert {"ExecuteCall", "Commit", "TurnFinished", "ActorRestarted"} <= set(message_names())


def test_what_happens_to_the_program_becomes_acts_of_the_person() -> None:
    assert sent_by(Fault(at="program", kind="interrupt")) == [CancelTurn]
    assert sent_by(Fault(at="program", kind="interrupt_twice")) == [CancelTurn, BeginShutdown]
    assert sent_by(Fault(at="program", kind="terminate")) == [BeginShutdown]
    assert set(sent_by(Fault(at="program", kind="resize_storm"))) == {ResizeJobs}
    assert faults_of(plan(Fault(at="program", kind="interrupt"))) == ()


def test_a_person_who_is_made_to_leave_does_not_leave_by_themselves() -> None:
    assert scenario_of(plan(Fault(at="program", kind="terminate"))).leaves is False
    assert scenario_of(plan()).leaves is ANSWER.leaves


def test_a_kill_is_put_where_the_moment_was_seen() -> None:
    killing = plan(Fault(at="program", kind="kill", on="TurnStarted"))
    props = Props()
    (course,) = courses(killing, scenario_of(killing), range(3, 4), props)
    assert len(course.kills) == 1
    assert course.seed == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Fault(at="program", kind="kill", on="ExecuteCall"), "never seen from outside"),
        (Fault(at="nobody", kind="kill"), "there is no 'nobody'"),
    ],
)
def test_what_means_nothing_is_refused(wrong: Fault, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        checked(plan(wrong), SCENARIOS)
