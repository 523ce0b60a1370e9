"""A tool that has another actor work for its calls, the actor's command, and stages of a call that a test adds."""

from __future__ import annotations

from typing import Any

from actors.calls.service_command import ServiceAbandoned, ServiceCommand
from actors.messages import FinishService
from actors.runtime.behaviour import Behaviour, Context
from tests.actors.stage import AppendLineArguments
from tools.service import RequestedCommand, ServiceRequest
from tools.tool import Effects, Tool, ToolResult
from tools.workspace import Workspace


class LookUp(ServiceCommand, frozen=True):
    """Look this word up."""

    word: str


class NoCommand(RequestedCommand, frozen=True):
    """Nothing that an actor receives."""


class Dictionary(Tool[AppendLineArguments]):
    """Has the clerk look words up."""

    name = "look_up"
    description = "Look a word up."
    effects: Effects = "none"
    arguments = AppendLineArguments

    def execute(self, arguments: AppendLineArguments, workspace: Workspace) -> ServiceRequest:
        del workspace
        command = NoCommand() if arguments.line == "nonsense" else LookUp(word=arguments.line)
        return ServiceRequest(command, "clerk", time_limit=7.0 if arguments.line == "quick" else None)

    def subject(self, arguments: AppendLineArguments, workspace: Workspace | None = None) -> str:
        del workspace
        return arguments.line


class Untidy(Tool[AppendLineArguments]):
    """Returns what it must not, where its argument says so."""

    name = "untidy"
    description = "Anything but a result."
    effects: Effects = "none"
    arguments = AppendLineArguments

    def execute(self, arguments: AppendLineArguments, workspace: Workspace) -> ToolResult:
        del workspace
        nothing: Any = None
        return nothing if arguments.line == "execute" else ToolResult("ok", "fine")

    def subject(self, arguments: AppendLineArguments, workspace: Workspace | None = None) -> str:
        del workspace
        number: Any = 7
        return number if arguments.line == "subject" else arguments.line


class Clerk(Behaviour[LookUp | ServiceAbandoned]):
    """Answers when it likes: each word when the next one comes, "now" at once; ends what was abandoned."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: list[LookUp] = []
        self.abandoned: list[str] = []

    def handle(self, message: LookUp | ServiceAbandoned) -> None:
        if isinstance(message, ServiceAbandoned):
            self._open = [asked for asked in self._open if asked.call != message.call]
            return
        for asked in self._open:
            self._answer(asked)
        self._open = [] if message.word == "now" else [message]
        if message.word == "now":
            self._answer(message)

    def _answer(self, asked: LookUp) -> None:
        self._context.send(FinishService(asked.turn, asked.call, ToolResult("ok", f"{asked.word}: a word")))
