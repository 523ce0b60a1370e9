"""The public API of `callboard_drill`: drills of users' own tools and actors.

Every name here is stable. docs/testing-your-own-tools.md describes each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors import messages as messages
from actors import records as records
from actors.drill.exploration.plan_runs import faults_of, message_names
from actors.drill.exploration.plan_runs import load_plan as load_plan
from actors.drill.judging.promises import BrokenPromiseError as BrokenPromiseError
from actors.drill.plan.scenario import Act as Act
from actors.drill.plan.scenario import Program as Program
from actors.drill.plan.scenario import Scenario as Scenario
from actors.drill.plan.scenario import prompt as prompt
from actors.drill.plan.scenarios import SCENARIOS as SCENARIOS
from actors.drill.plan.scenarios import call as call
from actors.drill.plan.scenarios import exchange as exchange
from actors.drill.plan.scenarios import says as says
from actors.drill.plan.scenarios import script as script
from actors.drill.user.probe import Probe as Probe
from actors.drill.user.user_actors import ActorGroup as ActorGroup
from actors.drill.user.user_actors import ActorRun as ActorRun
from actors.drill.user.user_actors import drill_actors
from actors.drill.user.user_checks import group_of, no_tools, plan_of, seeds_of, subject_of
from actors.drill.user.user_script import check_scenario
from actors.drill.user.user_tools import Drilled as Drilled
from actors.drill.user.user_tools import drill_tools
from actors.runtime.behaviour import Behaviour as Behaviour
from actors.runtime.behaviour import Child as Child
from actors.runtime.behaviour import Context as Context
from actors.runtime.mailbox import MailboxSpec as MailboxSpec
from actors.runtime.message import Command as Command
from actors.runtime.message import Event as Event
from config.errors import ConfigError as ConfigError
from config.faults.fault import Fault as Fault
from config.faults.fault_plan import FaultPlan as FaultPlan
from config.faults.fault_plan import check_level, check_plan
from tools.job import JobReport as JobReport
from tools.job import JobRequest as JobRequest
from tools.tool import Question as Question
from tools.tool import Tool as Tool
from tools.tool import ToolError as ToolError
from tools.tool import ToolResult as ToolResult
from tools.workspace import Workspace as Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tools.toolbox import AnyTool


def schedules(
    what: Scenario | ActorGroup,
    plan: FaultPlan | Iterable[Fault] | Fault = (),
    *,
    tools: Callable[[], Iterable[AnyTool]] = no_tools,
    seeds: int | None = None,
    seed: int | None = None,
) -> Iterator[Drilled | ActorRun]:
    """Yield one finished run for each of consecutive seeds; a run that breaks an invariant raises.

    `seeds` (how many) and `seed` (the first) default to those of a `FaultPlan`, and to 200 from 0 for a list of faults.

    Raises:
        BrokenPromiseError: a run broke an invariant; the text is its report.
        ConfigError: an argument is unusable, or the plan names what does not exist.
    """
    subject = subject_of(what, tools)
    if isinstance(subject, ActorGroup):
        children = group_of(subject)
        hear = {child.name: tuple(message.__name__ for message in child.receives) for child in children}
        asked = check_plan(plan_of(plan, "cast"), ("cast",), hear, tuple(child.name for child in children))
        return drill_actors(subject, faults_of(asked), seeds_of(asked, seeds, seed))
    check_scenario(subject)
    asked = check_plan(plan_of(plan, subject.name), (subject.name,), message_names())
    check_level(asked, "simulation")
    return drill_tools(subject, asked, seeds_of(asked, seeds, seed), tools)


def simulate(
    what: Scenario | ActorGroup,
    plan: FaultPlan | Iterable[Fault] | Fault = (),
    *,
    tools: Callable[[], Iterable[AnyTool]] = no_tools,
    seeds: int | None = None,
    seed: int | None = None,
) -> int:
    """Run all of `schedules` and return how many runs there were."""
    return sum(1 for _ in schedules(what, plan, tools=tools, seeds=seeds, seed=seed))
