"""What is passed to a drill, and the sentence where it means nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.tools import MarkTool, all_tools
from actors.drill.user.probe import Probe
from actors.drill.user.user_actors import ActorGroup
from actors.drill.user.user_checks import group_of, no_tools, plan_of, seeds_of, subject_of, tools_of
from actors.runtime.behaviour import Child
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import BeginShutdown
from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan

FAULT = Fault(at="model", kind="cut")
PLAN = FaultPlan(name="x", scenario="answer", seed=7, schedules=3)
CHILD = Probe().child("probe", (BeginShutdown,))
DEAF = Child("deaf", CHILD.factory, BeginShutdown, MailboxSpec())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
TOLD = BeginShutdown(0, "done")
CAST = ActorGroup(lambda: (CHILD,), (TOLD,))


def mark(name: str) -> str:
    return name


def cast(actors: Any, tells: Any = ()) -> ActorGroup:  # noqa: ANN401 - what a slip of the pen passes
    return ActorGroup(actors, tells)


def test_what_means_something_is_taken_as_it_is() -> None:
    assert subject_of(ANSWER, no_tools) is ANSWER
    assert subject_of(CAST, no_tools) is CAST
    assert group_of(CAST) == (CHILD,)
    assert plan_of(PLAN, "answer") == PLAN
    assert plan_of(FAULT, "answer") == plan_of([FAULT], "answer") == plan_of(iter([FAULT]), "answer")
    assert plan_of((), "answer").fault == ()
    assert seeds_of(PLAN, None, None) == range(7, 10)
    assert seeds_of(PLAN, 2, 0) == range(2)
    assert len(tools_of(lambda: all_tools(mark))) == 5


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: subject_of([ANSWER], no_tools), r"a Scenario\(…\) or an ActorGroup\(…\), not list\(…\)"),
        (lambda: subject_of(ANSWER, [MarkTool(mark)]), r"tools= is a function .* lambda: \[Pay\(\)\], not list\(…\)"),
        (lambda: subject_of(ANSWER, MarkTool(mark)), r"tools= is a function .*, not MarkTool\(…\)"),
        (lambda: subject_of(CAST, lambda: [MarkTool(mark)]), "an ActorGroup is drilled without tools="),
        (lambda: tools_of(lambda: [MarkTool]), r"a list of new tools, such as .*, not the class Mark"),
        (lambda: tools_of(lambda: MarkTool(mark)), r"a list of new tools, such as .*, not MarkTool\(…\)"),
        (lambda: tools_of(lambda: None), r"a list of new tools, such as .*, not None"),
        (lambda: plan_of("plan.toml", "answer"), r"load_plan\(\"plan.toml\"\), not 'plan.toml'"),
        (lambda: plan_of([{"at": "model"}], "answer"), r"a plan is a list of Fault\(…\), .*, not dict\(…\)"),
        (lambda: seeds_of(PLAN, "a", None), "seeds= is a whole number from 1 on, not 'a'"),
        (lambda: seeds_of(PLAN, 0, None), "seeds= is a whole number from 1 on, not 0"),
        (lambda: seeds_of(PLAN, -1, None), "seeds= is a whole number from 1 on, not -1"),
        (lambda: seeds_of(PLAN, 1, 0.5), "seed= is a whole number from 0 on, not 0.5"),
        (lambda: group_of(cast((CHILD,))), r"a function that returns a tuple of new Child\(…\), not tuple\(…\)"),
        (lambda: group_of(cast(lambda: CHILD)), r"a function that returns a tuple of new Child\(…\), not Child\(…\)"),
        (lambda: group_of(cast(lambda: (CHILD,), TOLD)), r"a tuple of messages with a comma.*, not BeginShutdown\(…\)"),
        (lambda: group_of(cast(lambda: (DEAF,))), r"a tuple of message classes .*, not the class BeginShutdown"),
    ],
)
def test_a_slip_of_the_pen_says_what_to_write(check: Callable[[], object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        check()
