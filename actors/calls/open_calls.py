"""The calls that are not answered yet, as a value: each with the stage it is at and what it waits for. Pure.

Part of the tool runner's state. A call is replaced as it moves on; `OpenCalls` is replaced with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from actors.ids import CallId, JobId, TurnId
from tools.tool import Outcome, Tool, ToolResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from actors.records import ApprovalAnswered
    from config.permissions.policy import Decision
    from tools.job import JobReport

CallWait: TypeAlias = Literal[
    "nothing",
    "examination",
    "preview",
    "approval",
    "journal",
    "execution",
    "job",
    "question",
    "service",
    "conclusion",
]
"""What a call waits for. `nothing` holds only within one step, while the call goes from one stage to the next."""

FOR_A_PERSON: tuple[CallWait, ...] = ("approval", "question")
"""The waits without a deadline."""


class OpenCall(Struct, frozen=True):
    """A call that is not answered yet. Times in seconds of the actor's clock."""

    turn: TurnId
    id: CallId
    tool: Tool[Any]
    arguments: Any
    stage: str = ""
    """Name of the stage; empty before the first."""
    waits: CallWait = "nothing"
    due: float | None = None
    """When the wait has lasted too long; None: it may last."""
    subject: str = ""
    """What the policy judges; known once the call was examined."""
    also: tuple[str, ...] = ()
    """Other names of the file that is the subject."""
    decision: Decision | None = None
    approval: ApprovalAnswered | None = None
    """The person's answer, until it is committed."""
    started: bool = False
    """Whether `CallStarted` was committed: from then on the call may have taken effect."""
    ending: Outcome | None = None
    """Set while its job is being ended: the outcome of the call, whatever the tool makes of the report."""
    served_by: str = ""
    """Name of the actor that works for the call, where the tool named one."""
    report: JobReport | None = None
    result: ToolResult | None = None

    @property
    def job(self) -> JobId:
        """A call's job has the call's own id."""
        return JobId(self.id)

    @property
    def rule(self) -> str:
        """The rule that would allow the call from now on; empty if there is none to offer."""
        return "" if self.decision is None else self.decision.suggestion


class OpenCalls(Struct, frozen=True):
    """All of them by id, in the order in which they came."""

    by_id: Mapping[CallId, OpenCall]

    def at(self, call: CallId, *waits: CallWait) -> OpenCall | None:
        """The call, if it is open and waits for one of these."""
        opened = self.by_id.get(call)
        return opened if opened is not None and opened.waits in waits else None

    def where(self, matching: Callable[[OpenCall], bool]) -> tuple[OpenCall, ...]:
        """The open calls that match, in the order in which they came."""
        return tuple(opened for opened in self.by_id.values() if matching(opened))

    def having(self, opened: OpenCall) -> OpenCalls:
        """With the call as it is now."""
        return OpenCalls({**self.by_id, opened.id: opened})

    def without(self, call: CallId) -> OpenCalls:
        """Without the call."""
        return OpenCalls({other: opened for other, opened in self.by_id.items() if other != call})


NO_CALLS = OpenCalls({})
