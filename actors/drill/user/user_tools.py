"""Drills of users' own tools: the shipped actors call them, under the user's faults, in the user's scenario.

Part of the public API, see `actors.drill.public`. A tool is made afresh for each run, in a workspace that is empty; how
often it acts is counted, and compared with what the journal says.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from actors.drill.exploration.explore import failure_of
from actors.drill.exploration.plan_runs import run_specs, scenario_of
from actors.drill.exploration.report import story
from actors.drill.exploration.shrinking import shrink
from actors.drill.judging.evidence import Violation
from actors.drill.judging.invariants import check
from actors.drill.judging.promises import BrokenPromiseError
from actors.drill.plan.drill_request import unstruck
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import run
from actors.drill.user.user_checks import tools_of
from actors.drill.user.user_script import check_calls
from actors.records import CallFinished, CallStarted, TurnFinished
from actors.runtime.message import Message
from config.errors import ConfigError
from config.faults.fault_plan import FaultPlan
from tools.job import JobRequest
from tools.toolbox import Toolbox
from tools.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actors.drill.exploration.explore import Failure
    from actors.drill.plan.scenario import Scenario
    from actors.drill.simulated.run import Run
    from actors.drill.simulated.world import World
    from tools.tool import ToolResult
    from tools.toolbox import AnyTool

MessageT = TypeVar("MessageT", bound=Message)


class Drilled(Struct, frozen=True):
    """One run, for assertions. `workspace` is the folder that the tools worked in."""

    seed: int
    workspace: Path
    run: Run

    def messages(self, kind: type[MessageT]) -> list[MessageT]:
        """All messages of a class, of all incarnations, in the order they were sent."""
        sent = (entry.message for incarnation in self.run.incarnations for entry in incarnation.trace.sent())
        return [message for message in sent if isinstance(message, kind)]

    def results(self, tool: str) -> list[ToolResult]:
        """The answers that the model was given for calls of this tool."""
        return [message.result for message in self.messages(CallFinished) if message.name == tool]

    def outcomes(self) -> list[str]:
        """How the prompts ended, in order."""
        return [message.outcome for message in self.messages(TurnFinished)]


class UserFixtures(Fixtures):
    """Fixtures with a user's own tools beside those of the drills, and a workspace on the disk."""

    def __init__(self, make: Callable[[], Iterable[AnyTool]], folder: Path) -> None:
        super().__init__()
        self._make = make
        self._folder = folder
        self.workspace = Workspace(folder)
        self.executed: Counter[str] = Counter()

    def begin(self, scenario: Scenario) -> World:
        """Implement `Fixtures`. The workspace is emptied and the tools are made."""
        world = super().begin(scenario)
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.executed.clear()
        own = tools_of(self._make)
        try:
            self.toolbox = Toolbox((*self.shipped, *map(self._counted, own)))
        except ValueError as problem:
            names = ", ".join(tool.name for tool in self.shipped)
            raise ConfigError(f"tools=: {problem}. A drill brings its own: {names}") from None
        return world

    def _counted(self, tool: AnyTool) -> AnyTool:
        vars(tool).pop("execute", None)  # the count of an earlier run, where a tool is not made afresh
        execute = tool.execute

        def counting(arguments: object, workspace: Workspace) -> object:
            self.executed[tool.name] += 1
            done = execute(arguments, workspace)
            if isinstance(done, JobRequest):
                self.world.requested.append(done.argv[-1])
            return done

        object.__setattr__(tool, "execute", counting)
        return tool


def drill_tools(
    scenario: Scenario, plan: FaultPlan, seeds: range, make: Callable[[], Iterable[AnyTool]]
) -> Iterator[Drilled]:
    """Each run in which all invariants hold.

    Raises:
        BrokenPromiseError: one does not.
        ConfigError: the tools are none, or the script calls one that is not among them.
    """
    staged = scenario_of(plan, (scenario,))
    happened: set[tuple[str, str]] = set()
    # Gone with the process at the latest: a debugger on a failed run may hold this generator until then.
    with tempfile.TemporaryDirectory(prefix="callboard-drill-", ignore_cleanup_errors=True) as folder:
        fixtures = UserFixtures(make, Path(folder))
        fixtures.begin(staged)
        check_calls(staged.script, fixtures.toolbox)
        for run_spec in run_specs(plan, staged, seeds, fixtures):
            done = run(staged, run_spec, fixtures)
            violations = check(done)
            twice = acted_twice(done, fixtures.executed)
            if violations or twice:
                failure = failure_of(staged, run_spec, done, [*violations, *twice])
                raise BrokenPromiseError(
                    _told(shrink(failure, fixtures) if violations else failure, run_spec.seed, fixtures)
                )
            happened |= done.happened()
            yield Drilled(run_spec.seed, fixtures.workspace.root, done)
    for note in unstruck(plan, happened):
        warnings.warn(note, stacklevel=2)


def acted_twice(done: Run, executed: Counter[str]) -> list[Violation]:
    """A tool that acted more often than the journal says that it was started."""
    sent = (entry.message for incarnation in done.incarnations for entry in incarnation.trace.sent())
    started = Counter(message.name for message in sent if isinstance(message, CallStarted))
    return [
        Violation("I4", f"{name} acted {times} times and was started {started[name]} times")
        for name, times in executed.items()
        if times > started[name]
    ]


def _told(failure: Failure, seed: int, fixtures: UserFixtures) -> str:
    again = run(failure.scenario, failure.run_spec, fixtures)
    return "\n".join((story(failure, again), "", f"again: the same call with seeds=1, seed={seed}"))
