"""The public names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import callboard_drill
from actors.drill import public
from actors.drill.plan.scenario import Scenario
from actors.drill.public import ActorGroup, call, exchange, prompt, says, schedules, script, simulate
from actors.drill.user.user_checks import SEEDS
from actors.drill.user.user_tools import Drilled
from actors.runtime.behaviour import Behaviour, Child
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command
from config.errors import ConfigError
from config.faults.fault_plan import Fault, FaultPlan

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "testing-your-own-tools.md"
SOURCE = Path(callboard_drill.__file__).read_text(encoding="utf-8")
NAMES = re.findall(r"from actors\.drill\.public import (\w+) as", SOURCE)
UNNAMED = {"ActorRun", "Behaviour", "Context", "Drilled", "SCENARIOS"}
"""What is there for annotations, or for a look around."""


@pytest.mark.parametrize("name", NAMES)
def test_each_name_can_be_had_and_the_manual_has_it(name: str) -> None:
    assert name in UNNAMED or name in MANUAL.read_text(encoding="utf-8")
    assert getattr(callboard_drill, name) is not None
    assert hasattr(public, name)


BOOKING = Scenario(
    "booking", "one seat", script(exchange("seat", call("mark", mark="1"), says("Yours."))), (prompt("a seat"),)
)
CALLS_FOR_EVER = replace(BOOKING, script=script(exchange("seat", call("mark", mark="1"))))
CUT = Fault(at="model", kind="cut")


def test_left_out_seeds_are_those_of_the_plan() -> None:
    plan = FaultPlan(name="x", scenario="booking", seed=5, schedules=3)
    assert [run.seed for run in schedules(BOOKING, plan)] == [5, 6, 7]
    assert [run.seed for run in schedules(BOOKING, plan, seeds=1, seed=2)] == [2]
    assert simulate(BOOKING) == SEEDS


def test_a_single_fault_is_a_plan() -> None:
    (run,) = schedules(BOOKING, CUT, seeds=1)
    assert isinstance(run, Drilled)
    assert [fault.kind for fault in run.run.struck] == ["cut"]


@pytest.mark.parametrize(
    ("scenario", "plan", "how", "said"),
    [
        (BOOKING, Fault(at="model", kind="cut", probability=4), {}, r"fault 1: probability"),
        (BOOKING, Fault(at="terminals", kind="double_fork"), {}, "does not run at the level simulation"),
        (BOOKING, Fault(at="program", kind="kill", on="ReceiveReply"), {}, "ReceiveReply"),
        (BOOKING, (), {"seeds": 0}, r"seeds= is a whole number from 1 on, not 0"),
        (BOOKING, (), {"tools": []}, r"tools= is a function"),
        (CALLS_FOR_EVER, (), {}, "its last answer calls mark"),
        ("booking", (), {}, r"a Scenario\(…\) or an ActorGroup\(…\), not 'booking'"),
    ],
)
def test_what_means_nothing_is_refused_before_the_first_run(
    scenario: Scenario, plan: Fault, how: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        schedules(scenario, plan, **how)


class Add(Command, frozen=True):
    number: int


class Deaf(Behaviour[Add]):
    def handle(self, message: Add) -> None: ...


def test_a_message_that_no_actor_of_a_cast_receives_is_refused() -> None:
    cast = ActorGroup(lambda: (Child("deaf", lambda _: Deaf(), (Add,), MailboxSpec()),), (Add(1),))
    assert simulate(cast, Fault(at="deaf", kind="crash_before", on="Add"), seeds=3) == 3
    with pytest.raises(ConfigError, match=r"deaf does not hear Ad\. Did you mean Add\?"):
        schedules(cast, Fault(at="deaf", kind="crash_before", on="Ad"))


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError):
        _ = callboard_drill.Nothing  # pyright: ignore[reportAttributeAccessIssue]
