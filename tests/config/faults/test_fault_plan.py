"""Fault plans are read, checked, and refused with a list of what can be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_kinds import LEVELS
from config.faults.fault_plan import (
    FaultPlan,
    check_level,
    check_plan,
    read_plan,
    runs_at,
    shipped_plans,
)

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS = ("answer", "two_calls")
MESSAGES = {"tool_runner": ("ExecuteCall", "RunCalls"), "program": ("TurnStarted",)}
GOOD = """
name = "a tool runner that crashes"
scenario = "two_calls"
seed = 7

[[fault]]
at = "tool_runner"
on = "ExecuteCall"
kind = "crash_before"
nth = 2
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_plan(written(folder, text), SCENARIOS, MESSAGES)
    return str(caught.value)


def test_a_plan_is_read_with_its_faults(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, GOOD), SCENARIOS, MESSAGES)
    fault = Fault(at="tool_runner", on="ExecuteCall", kind="crash_before", nth=2)
    assert plan == FaultPlan(name="a tool runner that crashes", scenario="two_calls", seed=7, fault=(fault,))


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('"two_calls"', '"two_cals"', "Did you mean two_calls? It can be: answer, two_calls"),
        ('"tool_runner"', '"tool_runer"', "Did you mean tool_runner?"),
        ('"ExecuteCall"', '"ExecuteCal"', "Did you mean ExecuteCall? It can be: ExecuteCall, RunCalls"),
        ('"crash_before"', '"explode"', "kind at tool_runner: there is no 'explode'"),
        ("nth = 2", "nth = 0", "fault 1: nth: must be a whole number, at least 1, not 0"),
        ("nth = 2", "ntth = 2", "fault 1: unknown key ntth; did you mean nth?"),
        ("nth = 2", "probabilty = 0.5", "fault 1: unknown key probabilty; did you mean probability?"),
        ("nth = 2", "probability = 2.0", "fault 1: probability: must be a number, more than 0, at most 1, not 2.0"),
        ("nth = 2", 'size = "two"', 'fault 1: size: must be a whole number, at least 0, not "two"'),
        ("nth = 2", "scenario = 'answer'", "fault 1: unknown key scenario; it belongs above the first table"),
        ("seed = 7", "sead = 7", "unknown key sead; did you mean seed?"),
        ("scenario =", "scenaro =", "unknown key scenaro; did you mean scenario?"),
        ("[[fault]]", "[[faults]]", "unknown key faults; did you mean [[fault]]?"),
        ("[[fault]]", "[fault]", "fault: write [[fault]], with double brackets"),
        ("seed = 7", 'colour = "red"', "unknown key colour; known here: name, scenario, about"),
        ('kind = "crash_before"', "", "fault 1: kind: is missing; it must be a text"),
    ],
)
def test_what_means_nothing_is_refused_with_what_can_be_named(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    assert said in refusal(tmp_path, GOOD.replace(wrong, right))


def test_a_missing_file_of_nearly_the_name_of_a_plan_that_comes_along_says_which(tmp_path: Path) -> None:
    for name in ("unpaired-cals", "unpaired-calls.tom"):
        with pytest.raises(ConfigError, match=r"no such file\. Did you mean unpaired-calls\?"):
            read_plan(tmp_path / name, SCENARIOS, MESSAGES)


def test_a_missing_file_says_where_plans_are_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="drill --list"):
        read_plan(tmp_path / "none.toml", SCENARIOS, MESSAGES)


def test_a_plan_runs_wherever_all_of_its_faults_can_be_done(tmp_path: Path) -> None:
    inside = read_plan(written(tmp_path, GOOD), SCENARIOS, MESSAGES)
    assert runs_at(inside) == ("simulation", "threads")
    bare = read_plan(written(tmp_path, 'name = "nothing"\nscenario = "answer"'), SCENARIOS, MESSAGES)
    assert runs_at(bare) == LEVELS


def test_a_plan_may_say_where_it_makes_sense(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, GOOD.replace("seed = 7", 'levels = ["threads"]')), SCENARIOS, MESSAGES)
    assert runs_at(plan) == ("threads",)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("seed = 7", 'levels = ["process"]', "crash_before at tool_runner: simulation, threads"),
        ("seed = 7", 'levels = ["thread"]', 'a list of any of simulation, threads, process, not ["thread"]'),
        ("seed = 7", "levels = []", "levels: is empty; leave it out, or name some of: simulation, threads, process"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    assert said in refusal(tmp_path, GOOD.replace(wrong, right))


def test_only_the_first_kill_has_a_moment(tmp_path: Path) -> None:
    kill = '[[fault]]\nat = "program"\nkind = "kill"\n'
    said = refusal(tmp_path, f'name = "x"\nscenario = "answer"\n{kill}{kill}on = "TurnStarted"')
    assert "fault 2: on: only the first kill has a moment" in said


def test_faults_that_no_level_can_do_together_are_refused(tmp_path: Path) -> None:
    text = 'name = "x"\nscenario = "answer"\n' + "".join(
        f'[[fault]]\nat = "terminals"\nkind = "{kind}"\n' for kind in ("unkillable", "double_fork")
    )
    assert "no level can do all of these faults" in refusal(tmp_path, text)


def test_a_plan_with_a_dialect_runs_where_there_is_a_server(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, GOOD.replace("seed = 7", 'dialect = "anthropic"')), SCENARIOS, MESSAGES)
    assert (plan.dialect, runs_at(plan)) == ("anthropic", ("threads",))
    text = 'name = "x"\nscenario = "answer"\ndialect = "anthropic"\n'
    assert runs_at(read_plan(written(tmp_path, text), SCENARIOS, MESSAGES)) == ("threads", "process")
    said = refusal(tmp_path, f'{text}levels = ["simulation", "threads"]')
    assert "a plan with a dialect runs at: threads, process; leave simulation or dialect out" in said
    virtual = f'{text}[[fault]]\nat = "terminals"\nkind = "unkillable"\n'
    assert "dialect: virtual time has none" in refusal(tmp_path, virtual)


def test_somebody_elses_actors_are_the_only_places_where_they_are_named() -> None:
    plan = FaultPlan(name="own", scenario="cast", fault=(Fault(at="counter", kind="hang", on="Add"),))
    assert check_plan(plan, ("cast",), {"counter": ("Add",)}, ("counter",)) == plan
    with pytest.raises(ConfigError, match=r"there is no 'counter'\. It can be: adder"):
        check_plan(plan, ("cast",), {"adder": ("Add",)}, ("adder",))
    with pytest.raises(ConfigError, match=r"counter does not hear Add\. It can be: Subtract"):
        check_plan(plan, ("cast",), {"counter": ("Subtract",)}, ("counter",))


@pytest.mark.parametrize("key", [{"probability": 4}, {"nth": 0}, {"most": "x"}, {"seconds": "x"}], ids=str)
def test_a_plan_that_was_written_in_python_is_checked_as_a_file_is(key: dict[str, Any]) -> None:
    plan = FaultPlan(name="x", scenario="answer", fault=(Fault(at="model", kind="cut", **key),))
    with pytest.raises(ConfigError, match=rf"fault 1: {next(iter(key))}"):
        check_plan(plan, SCENARIOS, MESSAGES)


def test_a_level_at_which_a_plan_does_not_run_is_refused_with_where_it_does() -> None:
    plan = FaultPlan(name="x", scenario="answer", fault=(Fault(at="terminals", kind="double_fork"),))
    check_level(plan, "process")
    with pytest.raises(ConfigError, match=r"it runs at: threads, process\. double_fork at terminals: threads, process"):
        check_level(plan, "simulation")


def test_plans_come_along() -> None:
    assert shipped_plans()
    assert all(path.suffix == ".toml" for path in shipped_plans())
