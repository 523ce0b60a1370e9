"""Drills of somebody's own tools: the shipped company uses them, under their faults, in their scenario.

Part of the public API, see `actors.drill.public`. A tool is made afresh for each run, in a workspace that is empty; how
often it acts is counted, and compared with what the journal says.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from actors.drill.evidence import Violation
from actors.drill.exploration import failure_of
from actors.drill.invariants import check
from actors.drill.planned import courses, scenario_of
from actors.drill.props import Props
from actors.drill.report import story
from actors.drill.run import run
from actors.drill.shrinking import shrink
from actors.messages import CallFinished, CallStarted, TurnFinished
from actors.runtime.message import Message
from config.fault_plan import FaultPlan
from tools.toolbox import Toolbox
from tools.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actors.drill.run import Course, Run
    from actors.drill.scenario import Scenario
    from actors.drill.world import World
    from tools.tool import ToolResult
    from tools.toolbox import AnyTool

MessageT = TypeVar("MessageT", bound=Message)


class BrokenPromiseError(AssertionError):
    """A promise was broken; the text is the whole story."""


class Drilled(Struct, frozen=True):
    """One run, to be looked at. `workspace` is the folder that the tools worked in."""

    seed: int
    workspace: Path
    run: Run

    def messages(self, kind: type[MessageT]) -> list[MessageT]:
        """All messages of a class, of all lives, in the order they were sent."""
        sent = (entry.message for life in self.run.lives for entry in life.trace.sent())
        return [message for message in sent if isinstance(message, kind)]

    def results(self, tool: str) -> list[ToolResult]:
        """The answers that the model was given for calls of this tool."""
        return [message.result for message in self.messages(CallFinished) if message.name == tool]

    def outcomes(self) -> list[str]:
        """How the prompts ended, in order."""
        return [message.outcome for message in self.messages(TurnFinished)]


class OwnProps(Props):
    """Props with somebody's own tools beside those of the drills, and a workspace on the disk."""

    def __init__(self, make: Callable[[], Iterable[AnyTool]], folder: Path) -> None:
        super().__init__()
        self._make = make
        self._folder = folder
        self.workspace = Workspace(folder)
        self.executed: Counter[str] = Counter()

    def begin(self, scenario: Scenario) -> World:
        """See `Props`. The workspace is emptied and the tools are made."""
        world = super().begin(scenario)
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.executed.clear()
        self.toolbox = Toolbox((*self.shipped, *map(self._counted, self._make())))
        return world

    def _counted(self, tool: AnyTool) -> AnyTool:
        execute = tool.execute

        def counting(arguments: object, workspace: Workspace) -> object:
            self.executed[tool.name] += 1
            return execute(arguments, workspace)

        object.__setattr__(tool, "execute", counting)
        return tool


def drill_tools(
    scenario: Scenario, plan: FaultPlan, seeds: range, make: Callable[[], Iterable[AnyTool]]
) -> Iterator[Drilled]:
    """Each run that keeps all promises.

    Raises:
        BrokenPromiseError: one does not.
    """
    folder = Path(tempfile.mkdtemp(prefix="callboard-drill-"))
    props = OwnProps(make, folder)
    staged = scenario_of(plan, (scenario,))
    try:
        for course in courses(plan, staged, seeds, props):
            done = run(staged, course, props)
            violations = [*check(done), *acted_twice(done, props.executed)]
            if violations:
                raise BrokenPromiseError(_told(staged, course, done, props))
            yield Drilled(course.seed, folder, done)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def acted_twice(done: Run, executed: Counter[str]) -> list[Violation]:
    """A tool that acted more often than the journal says that it was started."""
    sent = (entry.message for life in done.lives for entry in life.trace.sent())
    started = Counter(message.name for message in sent if isinstance(message, CallStarted))
    return [
        Violation("I4", f"{name} acted {times} times and was started {started[name]} times")
        for name, times in executed.items()
        if times > started[name]
    ]


def _told(scenario: Scenario, course: Course, done: Run, props: OwnProps) -> str:
    violations = [*check(done), *acted_twice(done, props.executed)]
    failure = failure_of(scenario, course, done, violations)
    if check(done):
        failure = shrink(failure, props)
    again = run(failure.scenario, failure.course, props)
    return "\n".join((story(failure, again), "", f"again: the same call with seeds=1, seed={course.seed}"))
