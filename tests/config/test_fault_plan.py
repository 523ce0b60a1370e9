"""Fault plans are read, checked, and refused with a list of what can be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.fault_kinds import KINDS
from config.fault_plan import Fault, FaultPlan, read_plan

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS = ("answer", "two_calls")
MESSAGES = ("ExecuteCall", "RunCalls")
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
        ("nth = 2", "nth = 0", "nth"),
        ("nth = 2", "nth = 2\nprobability = 0.5", "not both"),
        ("nth = 2", "ntth = 2", "a fault has: at, kind, on, nth"),
        ("seed = 7", "sead = 7", "A plan has: name, scenario"),
    ],
)
def test_what_means_nothing_is_refused_with_what_can_be_named(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    assert said in refusal(tmp_path, GOOD.replace(wrong, right))


def test_a_missing_file_says_where_plans_are_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="drill --list"):
        read_plan(tmp_path / "none.toml", SCENARIOS, MESSAGES)


def test_every_kind_says_what_it_does() -> None:
    assert all(words for kinds in KINDS.values() for words in kinds.values())
