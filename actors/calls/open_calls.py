"""The calls that are not answered yet, with their stage and their timer; and work of theirs on a worker thread.

The tool runner's memory. A call is a frozen value that is replaced as it moves on; its timer is cancelled when it moves
on to something else or is taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from actors.calls.self_messages import CallTimeExpired, WorkFinished
from actors.ids import CallId, JobId, TurnId
from actors.messages import EndJob, RequestSettled
from tools.tool import Outcome, Tool, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.calls.session_permissions import SessionPermissions
    from actors.ports import Workers
    from actors.runtime.behaviour import Context
    from actors.runtime.clock import Timer
    from actors.runtime.message import Command

CallStage: TypeAlias = Literal["examined", "preview", "approval", "committed", "working", "job", "question", "closing"]


class OpenCall(Struct, frozen=True):
    """A call that is not answered yet. `subject` is what the policy judged, `rule` what would allow it from now on.

    `ending` is set while its job is being ended.
    """

    turn: TurnId
    id: CallId
    tool: Tool[Any]
    arguments: Any
    stage: CallStage
    subject: str = ""
    rule: str = ""
    ending: Outcome | None = None
    timer: Timer | None = None

    @property
    def may_have_acted(self) -> bool:
        """Whether it may have taken effect by now."""
        return self.stage not in ("examined", "preview", "approval")

    @property
    def job(self) -> JobId:
        """A call's job has the call's own id."""
        return JobId(self.id)


class OpenCalls:
    """All of them, by id."""

    def __init__(self, context: Context, workers: Workers, permissions: SessionPermissions) -> None:
        self._context = context
        self._workers = workers
        self._calls = permissions.calls

    def at(self, call: CallId, *stages: CallStage) -> OpenCall | None:
        """The call, if it is open and at one of these stages."""
        opened = self._calls.get(call)
        return opened if opened is not None and opened.stage in stages else None

    def where(self, matching: Callable[[OpenCall], bool]) -> list[OpenCall]:
        """The open calls that match, in the order they came."""
        return [opened for opened in self._calls.values() if matching(opened)]

    def keep(self, opened: OpenCall, *, limit: float | None = None) -> None:
        """Remember the call as it is now; its earlier timer is off, and after `limit` seconds its time is up."""
        if opened.timer is not None:
            opened.timer.cancel()
        timer = None if limit is None else self._context.after(limit, CallTimeExpired(opened.turn, opened.id))
        self._calls[opened.id] = replace(opened, timer=timer)

    def take(self, call: CallId, *, expired: bool = False) -> None:
        """Forget the call: its timer is off, nobody need answer it any more, its job is ended. Harmless twice."""
        opened = self._calls.pop(call, None)
        if opened is None:
            return
        if opened.timer is not None:
            opened.timer.cancel()
        if opened.stage in ("approval", "question"):
            self._context.send(RequestSettled(opened.turn, call))
        if opened.stage == "job":
            self._context.send(EndJob(opened.job, expired))

    def work(self, opened: OpenCall, work: Callable[[], Command]) -> None:
        """Do this on a worker and send what it returns; if it raises, a `WorkFinished` that says why.

        Nothing is begun for a call that was answered while it waited for a worker.
        """
        context = self._context

        def run() -> None:
            if opened.id not in self._calls:
                return
            try:
                finished = work()
            except ToolError as error:
                finished = WorkFinished(opened.turn, opened.id, None, str(error))
            except BaseException as error:  # noqa: BLE001 - a crash of a tool is an answer
                context.log("tool failed", tool=opened.tool.name, problem=repr(error))
                problem = f"The tool {opened.tool.name} failed: {error!r}. The tool is at fault, not the call."
                finished = WorkFinished(opened.turn, opened.id, None, problem)
            context.send(finished)

        self._workers.run(run)
