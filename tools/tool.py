"""What a tool is: a name, a definition for the model, and `execute`.

A tool knows nothing of actors. The tool runner validates the model's arguments against the tool's schema, asks the
policy, and calls `execute` on a worker thread; what comes back is a result, or a request that must be fulfilled first:
a `JobRequest` (the PTY manager runs it), a `Question` (the front end asks it) or a `ServiceRequest` (another actor
answers it). The report of a job is then handed to `conclude`. A tool never spawns a process, never prints, never
touches the terminal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from tools.errors import ToolError as ToolError

if TYPE_CHECKING:
    from tools.job import JobReport, JobRequest
    from tools.schema import JsonSchema
    from tools.service import ServiceRequest
    from tools.workspace import Workspace

Outcome: TypeAlias = Literal["ok", "error", "timeout", "cancelled", "denied"]
"""How a call ended. Exactly one of the five for every call."""

Effects: TypeAlias = Literal["none", "files", "commands", "person"]
"""What a tool can change: nothing, the workspace's files, anything (it runs a program), or only a person's screen."""

ArgumentsT = TypeVar("ArgumentsT")


class TodoItem(Struct, frozen=True):
    """One entry of the model's to-do list."""

    text: str
    state: Literal["pending", "active", "done"] = "pending"


class ToolResult(Struct, frozen=True):
    """The answer to one tool call.

    `text` is what the model reads. `more` says that the text is not the whole (a range, a cut output); `spill` names
    the file that holds the whole of an output, and `lines_cut` counts the lines of it that `text` lacks. `modified`
    lists workspace-relative paths in the order they were written. `diff` is for the person's eyes only, a unified diff.
    `todo` is set by the tool that keeps the to-do list, else None.
    """

    outcome: Outcome
    text: str
    modified: tuple[str, ...] = ()
    more: bool = False
    exit_code: int | None = None
    spill: str | None = None
    diff: str = ""
    todo: tuple[TodoItem, ...] | None = None
    lines_cut: int = 0


class Question(Struct, frozen=True):
    """Something only a person can answer; `choices` may be empty for a free answer."""

    text: str
    choices: tuple[str, ...] = ()


class ToolDefinition(Struct, frozen=True):
    """What the model is told of a tool; `parameters` is a JSON schema as JSON text, so that the value stays frozen."""

    name: str
    description: str
    parameters: str


class Tool(ABC, Generic[ArgumentsT]):
    """One capability.

    `arguments` is a frozen dataclass or msgspec struct, from which the JSON schema is derived; or the schema itself as
    text, then `execute` and the others are given a dict that was checked against it.
    """

    name: str
    description: str
    effects: Effects
    arguments: type[ArgumentsT] | JsonSchema

    @abstractmethod
    def execute(
        self, arguments: ArgumentsT, workspace: Workspace
    ) -> ToolResult | JobRequest | Question | ServiceRequest:
        """Do the work, or say what must be done first.

        Raises:
            ToolError: the call cannot be carried out; the model is told why.
        """

    def conclude(self, arguments: ArgumentsT, report: JobReport) -> ToolResult:
        """Turn the report of the requested job into the result. Only tools that return a `JobRequest` need it."""
        raise NotImplementedError(f"{self.name} asked for no job: {arguments!r} {report!r}")

    @abstractmethod
    def subject(self, arguments: ArgumentsT, workspace: Workspace | None = None) -> str:
        """What a policy rule such as `run_command(git *)` is matched against: the command or the path.

        With a workspace a path is the real one, links resolved and relative to its root, so that no other spelling
        of a forbidden path gets past a rule; that looks at the disk, so it belongs on a worker thread. Without one
        a path is only tidied. Never raises.
        """

    def preview(self, arguments: ArgumentsT, workspace: Workspace) -> str:
        """What a person is shown before approving: a diff or the command. Never changes anything.

        Raises:
            ToolError: the call could not be carried out anyway; no approval is asked for.
        """
        return self.subject(arguments, workspace)
