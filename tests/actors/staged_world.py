"""A world for a company on stage: a model of the test's own, a tool that leaves traces, jobs without processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.port import Failed, Finished, Listener, ModelCall, ModelPort, ModelSignal, Piece
from actors.ports import TerminalPort
from actors.transcript import AssistantMessage, Usage, UserMessage
from tools.job import JobEnd, JobEnded, JobEvent, JobOutput, JobReport, JobRequest, JobStarted, OutputSlice
from tools.tool import Tool, ToolResult
from tools.workspace import Workspace

BOUND = 20.0
"""Seconds after which a test has failed; nothing here takes a tenth of it."""

USED = Usage(3, 4)
Reply = Callable[[ModelCall], Iterable[ModelSignal]]


def answered(text: str, *calls: ToolCall) -> Finished:
    """The end of a stream."""
    return Finished(AssistantMessage.of(text, calls=calls), USED)


def call(name: str, **arguments: object) -> ToolCall:
    """A call as a model writes it; the turn loop gives it its id."""
    return ToolCall(CallId(""), name, msgspec.json.encode(arguments).decode())


def one_answer(model_call: ModelCall) -> Iterable[ModelSignal]:
    """Says that it is done."""
    del model_call
    yield Piece("do")
    yield Piece("ne")
    yield answered("done")


def two_calls(model_call: ModelCall) -> Iterable[ModelSignal]:
    """To a person's word two parallel calls, each with an effect; to their results that it is done."""
    asked = model_call.transcript.messages[-1]
    if not isinstance(asked, UserMessage):
        yield from one_answer(model_call)
        return
    yield Piece("work")
    yield answered("work", call("append_line", line=asked.text), call("run_command", command=f"echo job {asked.text}"))


class StagedModel(ModelPort):
    """Answers each request on a thread of its own with the signals that a function gives."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._lock = threading.Lock()
        self._open: dict[str, Listener] = {}
        self.calls: list[ModelCall] = []

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """See `ModelPort`."""
        with self._lock:
            self._open[request] = listener
            self.calls.append(call)
        threading.Thread(target=self._answer, args=(request, call), daemon=True).start()

    def cancel(self, request: str) -> None:
        """See `ModelPort`."""
        with self._lock:
            listener = self._open.pop(request, None)
        if listener is not None:
            listener(Failed("cancelled", "cancelled"))

    def close(self) -> None:
        """See `ModelPort`."""
        for request in list(self._open):
            self.cancel(request)

    def _answer(self, request: str, call: ModelCall) -> None:
        for signal in self._reply(call):
            with self._lock:
                last = not isinstance(signal, Piece)
                listener = self._open.pop(request, None) if last else self._open.get(request)
            if listener is None:
                return
            listener(signal)


@dataclass(frozen=True, slots=True)
class AppendLineArguments:
    """What append_line is asked."""

    line: Annotated[str, msgspec.Meta(description="The line.")]


class AppendLine(Tool[AppendLineArguments]):
    """Leaves a trace each time it is run."""

    name = "append_line"
    description = "Append a line to the file lines."
    effects = "files"
    arguments = AppendLineArguments

    def execute(self, arguments: AppendLineArguments, workspace: Workspace) -> ToolResult:
        with (workspace.root / "lines").open("a") as file:
            file.write(f"tool {arguments.line}\n")
        return ToolResult("ok", f"appended {arguments.line}")

    def subject(self, arguments: AppendLineArguments, workspace: Workspace | None = None) -> str:
        del workspace
        return arguments.line


class StagedTerminals(TerminalPort):
    """Jobs without processes: each says what `echo` would, and leaves a trace each time it is run.

    A command that is `hold` goes on until it is ended.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._listener: Callable[[JobEvent], None] = lambda _: None
        self._ends: dict[str, threading.Event] = {}
        self.started: list[str] = []

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """See `TerminalPort`."""
        self._listener = listener

    def start(self, job: str, request: JobRequest) -> None:
        """See `TerminalPort`."""
        ended = threading.Event()
        with self._lock:
            self._ends[job] = ended
            self.started.append(job)
        threading.Thread(target=self._run, args=(job, request, ended), daemon=True).start()

    def write(self, job: str, text: str) -> None:
        """See `TerminalPort`."""
        self._listener(JobOutput(job, "output", text))

    def resize(self, rows: int, columns: int) -> None:
        """See `TerminalPort`."""

    def end(self, job: str, *, expired: bool = False) -> None:
        """See `TerminalPort`."""
        del expired
        if (ended := self._ends.get(job)) is not None:
            ended.set()

    def jobs(self) -> tuple[str, ...]:
        """See `TerminalPort`."""
        return tuple(self._ends)

    def _run(self, job: str, request: JobRequest, ended: threading.Event) -> None:
        command = request.argv[-1]
        self._listener(JobStarted(job, 1))
        end: JobEnd = "exited"
        if command == "hold":
            ended.wait(BOUND)
            end = "cancelled"
        else:
            with (self._folder / "lines").open("a") as file:
                file.write(command.removeprefix("echo ") + "\n")
        said = command.removeprefix("echo ")
        self._listener(JobOutput(job, "output", said))
        with self._lock:
            self._ends.pop(job, None)
        self._listener(JobEnded(job, JobReport(end, 0, OutputSlice(said, "", len(said)), OutputSlice(), 0.0)))
