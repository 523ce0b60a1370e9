"""Fault plans as the simulation runs them: every kind strikes, and no kind breaks a promise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from actors.drill.exploration.plan_runs import (
    chances,
    checked,
    faults_of,
    load_plan,
    message_names,
    run_specs,
    scenario_of,
)
from actors.drill.judging.invariants import check
from actors.drill.plan import faults
from actors.drill.plan.drill_request import unstruck
from actors.drill.plan.scenarios import SCENARIOS
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import run
from actors.messages import CancelTurn, ResizeJobs
from actors.runtime.signals import BeginShutdown
from actors.system import ACTORS
from config.errors import ConfigError
from config.faults import fault_kinds
from config.faults.fault import Fault
from config.faults.fault_kinds import KINDS, kind_of
from config.faults.fault_plan import Bounds, FaultPlan, shipped_plans
from config.faults.fault_rules import DEAF

SIMULATED = [
    (place, kind) for place, kinds in KINDS.items() for kind, what in kinds.items() if "simulation" in what.levels
]
SCENARIO_OF_PLACE = {"terminals": "job", "pty_manager": "job", "model_switch": "switch model"}
BY_LEVELS_ALONE = {"slow"}
"""Kinds that the simulation knows by another name: `slow` is a delay each time."""


def planned(*rules: Fault, scenario: str = "tools") -> FaultPlan:
    return checked(FaultPlan(name="x", scenario=scenario, fault=rules))


def rule(place: str, kind: str) -> Fault:
    counted = place != "program" and kind != "overflow"
    seconds = 0.5 if kind_of(place, kind).seconds else None
    return Fault(at=place, kind=kind, most=2 if counted else 1, seconds=seconds, probability=0.3 if counted else None)


@pytest.mark.parametrize("path", shipped_plans(), ids=lambda path: path.stem)
def test_a_plan_that_comes_along_is_kept_in_simulation(path: Path) -> None:
    plan = load_plan(path)
    fixtures = Fixtures()
    scenario = scenario_of(plan)
    happened: set[tuple[str, str]] = set()
    if plan.levels == () or "simulation" in plan.levels:
        for run_spec in run_specs(plan, scenario, range(15), fixtures):
            done = run(scenario, run_spec, fixtures)
            happened |= done.happened()
            assert check(done) == []
        assert unstruck(plan, happened) == ()


@pytest.mark.parametrize(("place", "kind"), SIMULATED)
def test_no_kind_of_fault_breaks_a_promise(place: str, kind: str) -> None:
    """S2-15: crashes, hangs, delays, cuts, floods, cancels and time limits."""
    plan = planned(rule(place, kind), scenario=SCENARIO_OF_PLACE.get(place, "tools"))
    fixtures = Fixtures()
    scenario = scenario_of(plan)
    for run_spec in run_specs(plan, scenario, range(5), fixtures):
        assert check(run(scenario, run_spec, fixtures)) == []


def test_a_plan_can_attack_every_actor() -> None:
    assert {*fault_kinds.ACTORS} == {"ui", *ACTORS}


def test_what_is_left_out_of_a_rule_is_what_is_usual() -> None:
    assert faults_of(planned(Fault(at="model", kind="cut"))) == (faults.InjectedFault("model", "cut"),)
    assert faults_of(planned(Fault(at="terminals", kind="flood")))[0].size == 1_000
    slow = faults_of(planned(Fault(at="ui", kind="slow", seconds=0.2)))[0]
    assert (slow.kind, slow.seconds) == ("delay", 0.2)
    assert slow.most > 1_000


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("terminate", [BeginShutdown]),
        ("hang_up", [BeginShutdown]),
        ("interrupt", [CancelTurn]),
        ("interrupt_twice", [CancelTurn, BeginShutdown]),
        ("resize_storm", [ResizeJobs] * 100),
    ],
)
def test_what_happens_to_the_program_is_what_the_front_end_makes_of_it(kind: str, sent: list[type]) -> None:
    bare = next(scenario for scenario in SCENARIOS if scenario.name == "tools")
    staged = scenario_of(planned(Fault(at="program", kind=kind, on="CallStarted", nth=2)))
    added = staged.acts[len(bare.acts) :]
    assert [type(act.send) for act in added] == sent
    assert {act.nth for act in added} == {2}
    assert staged.leaves == (BeginShutdown not in sent)


def test_a_kill_comes_at_its_moment_and_the_next_in_the_life_that_follows() -> None:
    plan = planned(Fault(at="program", kind="kill", on="CallStarted", most=2))
    fixtures = Fixtures()
    scenario = scenario_of(plan)
    run_spec = next(run_specs(plan, scenario, range(3, 4), fixtures))
    done = run(scenario, run_spec, fixtures)
    assert len(run_spec.kills) == 2
    assert [incarnation.end for incarnation in done.incarnations][:1] == ["killed"]
    sent = [type(entry.message).__name__ for entry in done.incarnations[0].trace.sent()]
    assert "CallStarted" in sent


def test_a_moment_that_nobody_sees_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"ReceiveReply is never seen from outside\. "):
        planned(Fault(at="program", kind="terminate", on="ReceiveReply"))


def test_a_file_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('name = "x"\nscenario = "tools"\n[[fault]]\nat = "program"\nkind = "kill"\non = "ReceiveReply"\n')
    with pytest.raises(ConfigError, match=r"plan\.toml: fault 1: on: ReceiveReply"):
        load_plan(path)


def test_the_path_may_be_a_text_and_the_scenario_a_single_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('name = "x"\nscenario = "mine"\n')
    mine = replace(SCENARIOS[0], name="mine")
    assert load_plan(str(path), mine) == load_plan(path, [mine])


def test_the_bounds_of_a_plan_are_the_bounds_of_its_runs() -> None:
    plan = checked(FaultPlan(name="x", scenario="retry", bounds=Bounds(prompt=2.0)))
    fixtures = Fixtures()
    scenario = scenario_of(plan)
    done = run(scenario, next(run_specs(plan, scenario, range(1), fixtures)), fixtures)
    assert {violation.invariant for violation in check(done)} == {"I7"}


def test_plans_name_the_messages_of_a_place_by_their_classes() -> None:
    names = message_names()
    assert set(names) == {*KINDS} - {*DEAF}
    assert "ExecuteCall" in names["tool_runner"]
    assert "Commit" in names["journal"]
    assert {"TurnFinished", "ActorRestarted"} <= {*names["ui"]} & {*names["program"]}


def test_a_message_that_the_actor_does_not_hear_is_refused_with_what_it_hears() -> None:
    with pytest.raises(ConfigError) as caught:
        planned(Fault(at="journal", kind="hang", on="Committ"))
    names = "Commit, FlushJournal, ReportConversation"
    assert str(caught.value) == f"fault 1: on: journal does not hear Committ. Did you mean Commit? It can be: {names}"


def test_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no 'nobody'"):
        planned(Fault(at="nobody", kind="kill"))


def test_chances_are_those_of_the_seed() -> None:
    plan = planned(Fault(at="model", kind="cut", probability=0.5, most=100))
    draws = [
        [bool(injector.strikes("model", "")) for _ in range(20)] for injector in (chances(plan, 1), chances(plan, 1))
    ]
    assert draws[0] == draws[1]
    assert any(draws[0])
    assert not all(draws[0])
