"""Carries out the tool runner's `CallWork` on worker threads and sends what came of it back to the tool runner.

Whatever a tool raises or returns wrongly becomes a `WorkFinished` that says so. Nothing is begun for a call that was
answered while it waited for a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from actors.calls.self_messages import CallExamined, PreviewReady, WorkFinished
from actors.calls.state import AWAITED, CallWork
from actors.messages import NoticeRaised
from actors.runtime.thread_start import ThreadStartError
from actors.valid_unicode import valid_unicode_result
from tools.files.linked_names import linked_names
from tools.job import JobRequest
from tools.service import ServiceRequest
from tools.tool import Question, ToolError, ToolResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.calls.open_calls import OpenCall
    from actors.calls.runner_memory import RunnerMemory
    from actors.ports import Workers
    from actors.runtime.behaviour import Context
    from tools.tool import Tool
    from tools.workspace import Workspace

ValueT = TypeVar("ValueT")


class CallWorker:
    """The way to the worker threads, for one tool runner."""

    def __init__(
        self,
        context: Context,
        workers: Workers,
        workspace: Workspace,
        memory: RunnerMemory,
        hide: Callable[[str], str] = str,
    ) -> None:
        """`hide` takes known secrets out of what a tool returned."""
        self._context = context
        self._workers = workers
        self._workspace = workspace
        self._memory = memory
        self._hide = hide

    def begin(self, work: CallWork) -> None:
        """Do it on a worker; never blocks."""
        try:
            self._workers.run(lambda: self._do(work))
        except ThreadStartError as error:
            opened = work.opened
            self._context.send(WorkFinished(opened.turn, opened.id, None, f"The call was not begun: {error}"))

    def keep(self, rule: str, remember: Callable[[str], None]) -> None:
        """Keep the rule for later sessions, on a worker; tell the person if that fails."""
        context = self._context

        def run() -> None:
            try:
                remember(rule)
            except OSError as error:
                context.log("rule not kept", rule=rule, problem=repr(error))
                context.send(NoticeRaised("warning", f"The rule {rule} holds for this session only: {error}"))

        self._workers.run(run)

    def _do(self, work: CallWork) -> None:
        opened = work.opened
        if not self._memory.awaits(opened.id, AWAITED[work.phase]):
            return
        finished: CallExamined | PreviewReady | WorkFinished
        try:
            finished = done(work, self._workspace)
        except ToolError as error:
            finished = WorkFinished(opened.turn, opened.id, None, str(error))
        except BaseException as error:  # noqa: BLE001 - a crash of a tool is an answer
            self._context.log("tool failed", tool=opened.tool.name, problem=repr(error))
            problem = f"The tool {opened.tool.name} failed: {error!r}. The tool is at fault, not the call."
            finished = WorkFinished(opened.turn, opened.id, None, problem)
        self._context.send(_hidden(finished, self._hide))


def done(work: CallWork, workspace: Workspace) -> CallExamined | PreviewReady | WorkFinished:
    """Have the tool do it, and report.

    Raises:
        ToolError: the call cannot be carried out.
        TypeError: the tool returned something that it must not.
        BaseException: whatever else the tool raised.
    """
    opened = work.opened
    turn, call, tool, arguments = opened.turn, opened.id, opened.tool, opened.arguments
    match work.phase:
        case "examine":
            return _examined(opened, workspace)
        case "preview":
            return PreviewReady(turn, call, _warning(opened) + _checked(tool.preview(arguments, workspace), str))
        case "execute":
            returned = tool.execute(arguments, workspace)
            return WorkFinished(turn, call, _checked(returned, ToolResult, JobRequest, Question, ServiceRequest))
        case "conclude":
            assert opened.report is not None  # noqa: S101 - only a call with a report is concluded
            return WorkFinished(turn, call, _checked(tool.conclude(arguments, opened.report), ToolResult))


def _examined(opened: OpenCall, workspace: Workspace) -> CallExamined:
    """The subject, and for files the other names of the same file: as the model wrote it, and links to it."""
    tool: Tool[Any] = opened.tool
    subject = _checked(tool.subject(opened.arguments, workspace), str)
    also: tuple[str, ...] = ()
    if tool.effects in ("none", "files"):
        also = _as_written(opened)
    if tool.effects == "files":
        also = (*also, *linked_names(workspace.root, subject))
    return CallExamined(opened.turn, opened.id, subject, tuple(name for name in also if name != subject))


def _as_written(opened: OpenCall) -> tuple[str, ...]:
    """The subject without a look at the disk; none where the tool needs the workspace for it."""
    try:
        return (_checked(opened.tool.subject(opened.arguments), str),)
    except Exception:  # noqa: BLE001 - the resolved subject is judged in any case
        return ()


def _warning(opened: OpenCall) -> str:
    """What writing a file that grants power would decide, as a line above the preview."""
    power = "" if opened.decision is None else opened.decision.power
    return f"{opened.subject} grants power: {power}.\n" if power else ""


def _hidden(
    finished: CallExamined | PreviewReady | WorkFinished, hide: Callable[[str], str]
) -> CallExamined | PreviewReady | WorkFinished:
    """The report without known secrets. A subject stays as it is: the policy must judge what would be done."""
    match finished:
        case WorkFinished(work=ToolResult() as result):
            return replace(finished, work=valid_unicode_result(result, hide))
        case WorkFinished(problem=problem):
            return replace(finished, problem=hide(problem))
        case PreviewReady(preview=preview):
            return replace(finished, preview=hide(preview))
        case CallExamined():
            return finished


def _checked(value: ValueT, *allowed: type) -> ValueT:
    if not isinstance(value, allowed):
        names = " or ".join(one.__name__ for one in allowed)
        raise TypeError(f"it returned a value of {type(value).__name__}, not of {names}")
    return value
