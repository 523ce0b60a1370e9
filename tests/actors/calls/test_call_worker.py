"""What a worker thread does for a call, whatever the tool raises or returns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actors.calls.call_worker import CallWorker, done
from actors.calls.open_calls import NO_CALLS, OpenCall
from actors.calls.runner_memory import RunnerMemory
from actors.calls.self_messages import CallExamined, PreviewReady, WorkFinished
from actors.calls.session_permissions import SessionPermissions
from actors.calls.state import AWAITED, CallWork, WorkPhase
from actors.ids import CallId, TurnId
from actors.runtime.message import Message
from config.settings import Policy
from tests.actors.calls.serving import Untidy
from tests.actors.hand_runner import REPORT, HandWorkers, Versatile
from tests.actors.stage import AppendLineArguments
from tests.actors.staged_context import StagedContext
from tools.tool import Tool, ToolResult
from tools.workspace import Workspace

T1, C1 = TurnId("t1"), CallId("c1")


def work_of(phase: WorkPhase, line: str = "x", tool: Tool[Any] | None = None) -> CallWork:
    arguments = AppendLineArguments(line)
    opened = OpenCall(T1, C1, tool or Versatile(), arguments, waits=AWAITED[phase], report=REPORT)
    return CallWork(opened, phase)


def reports(folder: Path, work: CallWork) -> list[Message]:
    """What is sent when a worker is free, if the call still waits for this work."""
    context, workers = StagedContext(), HandWorkers()
    memory = RunnerMemory(SessionPermissions(Policy()), NO_CALLS.having(work.opened))
    CallWorker(context, workers, Workspace(folder), memory).begin(work)
    assert context.taken() == [], "nothing is done on the actor's own thread"
    workers.tasks[0]()
    return context.taken()


def test_each_phase_is_one_method_of_the_tool(tmp_path: Path) -> None:
    assert reports(tmp_path, work_of("examine")) == [CallExamined(T1, C1, "x")]
    assert reports(tmp_path, work_of("preview")) == [PreviewReady(T1, C1, "preview of x")]
    assert reports(tmp_path, work_of("execute", "todo"))[0] == done(work_of("execute", "todo"), Workspace(tmp_path))
    assert reports(tmp_path, work_of("conclude")) == [WorkFinished(T1, C1, ToolResult("ok", "hello"))]


@pytest.mark.parametrize("phase", ["examine", "preview", "execute", "conclude"])
def test_work_of_a_call_that_moved_on_is_not_begun(tmp_path: Path, phase: WorkPhase) -> None:
    context, workers = StagedContext(), HandWorkers()
    worker = CallWorker(context, workers, Workspace(tmp_path), RunnerMemory(SessionPermissions(Policy())))
    worker.begin(work_of(phase))
    workers.tasks[0]()
    assert context.taken() == []


@pytest.mark.parametrize(
    ("phase", "line", "said"),
    [
        ("preview", "doomed", "it cannot be done anyway"),
        ("execute", "refuse", "not like this"),
        ("execute", "crash", "The tool versatile failed: ZeroDivisionError('division by zero')"),
        ("conclude", "bad end", "The tool versatile failed: KeyError('no'). The tool is at fault"),
    ],
)
def test_whatever_a_tool_raises_is_reported(tmp_path: Path, phase: WorkPhase, line: str, said: str) -> None:
    (finished,) = reports(tmp_path, work_of(phase, line))
    assert isinstance(finished, WorkFinished)
    assert finished.work is None
    assert said in finished.problem


@pytest.mark.parametrize(("phase", "line"), [("examine", "subject"), ("execute", "execute")])
def test_a_tool_that_returns_what_it_must_not_is_at_fault(tmp_path: Path, phase: WorkPhase, line: str) -> None:
    """Otherwise its call would wait until its time limit, or the tool runner fail on it."""
    (finished,) = reports(tmp_path, work_of(phase, line, Untidy()))
    assert isinstance(finished, WorkFinished)
    assert "it returned a value of" in finished.problem
