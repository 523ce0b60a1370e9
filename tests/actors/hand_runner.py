"""A tool runner that a test drives by hand: workers that wait to be let, a tool that does what it is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from actors.blocks import ToolCall
from actors.calls.runner_memory import RunnerMemory
from actors.calls.self_messages import CallExamined, CallTimeExpired, PreviewReady, WorkFinished
from actors.calls.session_permissions import SessionPermissions
from actors.calls.stages import STAGES
from actors.calls.state import CallStage
from actors.calls.tool_runner import Received, RunnerSpec, ToolRunner, permissions_of
from actors.ids import CallId, TurnId
from actors.messages import Commit, ExecuteCall, ReceiveAnswer, RunCalls
from actors.ports import Workers
from actors.records import CallFinished
from actors.runtime.message import Message
from config.settings import PermissionMode, Policy
from tests.actors.stage import AppendLine, AppendLineArguments, call
from tests.actors.staged_context import StagedContext
from tools.job import JobReport, JobRequest, OutputSlice
from tools.tool import Effects, Question, TodoItem, Tool, ToolError, ToolResult
from tools.toolbox import AnyTool, Toolbox
from tools.workspace import Workspace

T1 = TurnId("t1")
REPORT = JobReport("exited", 0, OutputSlice("hello", "", 5), OutputSlice(), 0.1)


class HandWorkers(Workers):
    """Work that waits until the test lets it be done."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], None]] = []

    def run(self, work: Callable[[], None]) -> None:
        self.tasks.append(work)

    def close(self) -> None:
        self.tasks.clear()


class Versatile(Tool[AppendLineArguments]):
    """Does what its argument says."""

    name = "versatile"
    description = "Anything."
    effects: Effects = "none"
    arguments = AppendLineArguments

    def execute(self, arguments: AppendLineArguments, workspace: Workspace) -> ToolResult | JobRequest | Question:
        del workspace
        match arguments.line:
            case "refuse":
                raise ToolError("not like this")
            case "crash":
                raise ZeroDivisionError("division by zero")
            case "exit":
                raise SystemExit(1)
            case "ask":
                return Question("which?", ("a", "b"))
            case "todo":
                return ToolResult("ok", "noted", todo=(TodoItem("a"),))
            case "surrogate":
                return ToolResult("ok", "caf\udce9", ("caf\udce9",), diff="\udce9", spill="\udce9")
            case _:
                return JobRequest(("/bin/true",), "/")

    def conclude(self, arguments: AppendLineArguments, report: JobReport) -> ToolResult:
        if arguments.line == "bad end":
            raise KeyError("no")
        return ToolResult("ok" if report.exit_code == 0 else "error", report.output.head)

    def subject(self, arguments: AppendLineArguments, workspace: Workspace | None = None) -> str:
        del workspace
        return arguments.line

    def preview(self, arguments: AppendLineArguments, workspace: Workspace) -> str:
        del workspace
        if arguments.line == "doomed":
            raise ToolError("it cannot be done anyway")
        return f"preview of {arguments.line}"


class Running:
    """A runner with workers, a memory and a context of the test's own; `fail` replaces it as a supervisor would."""

    def __init__(
        self,
        folder: Path,
        mode: PermissionMode = "yolo",
        *,
        interactive: bool = True,
        tools: tuple[AnyTool, ...] = (),
        stages: tuple[CallStage, ...] = STAGES,
    ) -> None:
        self.remembered: list[str] = []
        self.workers = HandWorkers()
        policy = Policy(mode=mode)
        toolbox = Toolbox((AppendLine(), Versatile(), *tools))
        self.folder = folder
        self.spec = RunnerSpec(toolbox, Workspace(folder), policy, (), 30.0, interactive, self._remember, stages=stages)
        self.memory = RunnerMemory(permissions_of(self.spec))
        self.fail()

    def _remember(self, rule: str) -> None:
        if rule == "append_line(cursed)":
            raise OSError("disk full")
        self.remembered.append(rule)

    @property
    def permissions(self) -> SessionPermissions:
        return self.memory.permissions

    def fail(self, message: Received | None = None) -> list[Message]:
        self.context = StagedContext()
        self.runner = ToolRunner(self.context, self.workers, self.spec, self.memory)
        self.runner.started()
        if message is not None:
            self.runner.failed_on(message)
        return self.told()

    def told(self) -> list[Message]:
        """What was sent, commits laid out."""
        laid_out: list[Message] = []
        for message in self.context.taken():
            laid_out += (*message.records, *message.then) if isinstance(message, Commit) else (message,)
        return laid_out

    def tell(self, message: Received) -> list[Message]:
        self.runner.handle(message)
        return self.told()

    def run(self, *calls: ToolCall) -> list[Message]:
        numbered = (
            ToolCall(CallId(f"c{number}"), one.name, one.arguments) for number, one in enumerate(calls, start=1)
        )
        return self.tell(RunCalls(T1, tuple(numbered)))

    def work(self) -> list[Message]:
        """Let the workers do what they have, and the runner hear of it."""
        told: list[Message] = []
        tasks, self.workers.tasks = self.workers.tasks, []
        for task in tasks:
            task()
        for message in self.told():
            if isinstance(message, CallExamined | PreviewReady | WorkFinished):
                told += self.tell(message)
            else:
                told.append(message)
        return told

    def expire(self) -> list[Message]:
        """Let the last timer come, if it was not cancelled."""
        timer = self.context.timers[-1]
        assert not timer.cancelled
        self.context.time += timer.seconds
        assert isinstance(timer.command, CallTimeExpired)
        return self.tell(timer.command)

    def execute(self, line: str, name: str = "versatile") -> list[Message]:
        """Bring a call to the point at which it has been executed."""
        self.run(call(name, line=line))
        self.work()
        self.tell(ExecuteCall(T1, CallId("c1")))
        return self.work()


def result(told: list[Message]) -> ToolResult:
    """The one answer among what was sent."""
    (finished,) = (message for message in told if isinstance(message, CallFinished))
    (answer,) = (message for message in told if isinstance(message, ReceiveAnswer))
    assert answer.result == finished.result
    return finished.result


def kinds(told: list[Message]) -> list[str]:
    return [type(message).__name__ for message in told]
