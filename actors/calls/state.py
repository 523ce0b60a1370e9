"""What the tool runner knows, what its step may ask for, and the moves that all of its rules share.

All of it is pure; `actors.calls.tool_runner` holds the table of rules, `actors.calls.stages` the stages of a call,
`actors.calls.failures` the rules for time limits, cancels and lost actors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from actors.calls.open_calls import NO_CALLS, CallWait, OpenCall, OpenCalls
from actors.calls.service_command import ServiceAbandoned
from actors.ids import CallId, TurnId
from actors.messages import Commit, EndJob, ReceiveAnswer, RequestSettled, TodoChanged
from actors.records import CallFinished
from actors.runtime.message import Message
from actors.valid_unicode import valid_unicode_result
from tools.tool import ToolResult

if TYPE_CHECKING:
    from actors.calls.session_permissions import SessionPermissions
    from tools.provider import ToolProvider

WorkPhase: TypeAlias = Literal["examine", "preview", "execute", "conclude"]

AWAITED: dict[WorkPhase, CallWait] = {
    "examine": "examination",
    "preview": "preview",
    "execute": "execution",
    "conclude": "conclusion",
}
"""What a call waits for while a worker thread does this for it."""


class CallWork(Struct, frozen=True):
    """Work for a worker thread, which reports by itself: `CallExamined`, `PreviewReady` or `WorkFinished`."""

    opened: OpenCall
    phase: WorkPhase


class RuleToKeep(Struct, frozen=True):
    """Work for a worker thread: keep the rule for later sessions."""

    rule: str


class StartCallTimer(Struct, frozen=True):
    """Send oneself `CallTimeExpired` after so many seconds; an earlier timer of the call is cancelled."""

    turn: TurnId
    call: CallId
    seconds: float


class CancelCallTimer(Struct, frozen=True):
    """Cancel the timer of the call, if there is one."""

    call: CallId


CallsOutgoing: TypeAlias = tuple["Message | CallWork | RuleToKeep | StartCallTimer | CancelCallTimer", ...]


class CallsState(Struct, frozen=True):
    """Everything the tool runner knows. `permissions` and `calls` survive a restart, nothing else does."""

    tools: ToolProvider
    stages: tuple[CallStage, ...]
    time_limit: float
    """Seconds that a wait may last, unless it waits for a person or the tool says otherwise."""
    interactive: bool
    permissions: SessionPermissions
    calls: OpenCalls = NO_CALLS
    cancelled: TurnId | None = None
    """The turn that was cancelled last; `CancelCalls` is urgent and may overtake its `RunCalls`."""
    now: float = 0.0
    """When the message arrived that is being handled, in seconds of the actor's clock."""


CallsStep: TypeAlias = tuple[CallsState, CallsOutgoing]


def went_on(state: CallsState, opened: OpenCall, result: ToolResult) -> CallsStep:
    """What follows by default from the answer of another actor: `ok` lets the call go on, all else is its result."""
    return passed(state, opened) if result.outcome == "ok" else answered(state, opened, result)


class CallStage(Struct, frozen=True):
    """One stage of a call.

    `enter` decides what becomes of a call that arrives: `passed` to the next stage at once, `waiting` for something,
    or `answered`. `served` decides it when the answer arrives of an actor that `enter` sent a `ServiceCommand`.
    """

    name: str
    enter: Callable[[CallsState, OpenCall], CallsStep]
    served: Callable[[CallsState, OpenCall, ToolResult], CallsStep] = went_on


def stage_of(state: CallsState, opened: OpenCall) -> CallStage:
    """The stage at which the call is."""
    return next(stage for stage in state.stages if stage.name == opened.stage)


def passed(state: CallsState, opened: OpenCall) -> CallsStep:
    """The call enters its next stage; behind the last one it is answered with its result."""
    names = [stage.name for stage in state.stages]
    place = names.index(opened.stage) + 1 if opened.stage else 0
    moving = replace(opened, waits="nothing", due=None)
    state = replace(state, calls=state.calls.having(moving))
    if place < len(state.stages):
        return state.stages[place].enter(state, replace(moving, stage=names[place]))
    assert moving.result is not None  # noqa: S101 - one of the stages runs the call
    return answered(state, moving, moving.result)


def waiting(
    state: CallsState, opened: OpenCall, waits: CallWait, *sent: Message | CallWork, limit: float | None = None
) -> CallsStep:
    """The call waits for this, for `limit` seconds at the most; without a limit only a person may be waited for."""
    moved = replace(opened, waits=waits, due=None if limit is None else state.now + limit)
    timer = CancelCallTimer(opened.id) if limit is None else StartCallTimer(opened.turn, opened.id, limit)
    return replace(state, calls=state.calls.having(moved)), (timer, *sent)


def working(state: CallsState, opened: OpenCall, phase: WorkPhase) -> CallsStep:
    """A worker thread does this for the call, within the usual limit."""
    moved = replace(opened, waits=AWAITED[phase])
    return waiting(state, moved, moved.waits, CallWork(moved, phase), limit=state.time_limit)


def finished(state: CallsState, opened: OpenCall, result: ToolResult) -> CallsStep:
    """The call has its result; what stages are left may still look at it."""
    ended = result if opened.ending is None else replace(result, outcome=opened.ending)
    return passed(state, replace(opened, result=ended))


def dropped(state: CallsState, call: CallId, *, expired: bool = False) -> CallsStep:
    """The call is open no more: its timer is cancelled, and what it waited for is told so. Harmless twice."""
    opened = state.calls.by_id.get(call)
    if opened is None:
        return state, ()
    told: CallsOutgoing = ()
    if opened.waits in ("approval", "question"):
        told = (RequestSettled(opened.turn, call),)
    elif opened.waits == "job":
        told = (EndJob(opened.job, expired),)
    elif opened.waits == "service":
        told = (ServiceAbandoned(opened.turn, call),)
    return replace(state, calls=state.calls.without(call)), (CancelCallTimer(call), *told)


def answered(state: CallsState, opened: OpenCall, result: ToolResult, *, unattended: bool = False) -> CallsStep:
    """The call's one answer."""
    before = () if opened.approval is None else (Commit((opened.approval,)),)
    state, told = dropped(state, opened.id)
    answer = answer_to(opened.turn, opened.id, opened.tool.name, result, unattended=unattended)
    return state, (*told, *before, *answer)


def answer_to(
    turn: TurnId, call: CallId, name: str, result: ToolResult, *, unattended: bool = False
) -> tuple[Message, ...]:
    """The answer to a call, open or not: the journal writes it and hands it to the turn loop."""
    result = valid_unicode_result(result)
    told = () if result.todo is None else (TodoChanged(turn, result.todo),)
    answer = ReceiveAnswer(turn, call, name, result, unattended)
    return (*told, Commit((CallFinished(turn, call, name, result),), (answer,)))


def for_each(
    state: CallsState, calls: tuple[OpenCall, ...], move: Callable[[CallsState, OpenCall], CallsStep]
) -> CallsStep:
    """The same move with several calls, in order."""
    sent: CallsOutgoing = ()
    for opened in calls:
        state, more = move(state, opened)
        sent = (*sent, *more)
    return state, sent


def commits_last(decided: CallsStep) -> CallsStep:
    """The same with every commit behind everything else.

    A commit lets others act at once: the turn may end and the program with it while this step still sends. So what is
    meant for the screen or for a job must be on its way before.
    """
    state, sent = decided
    commits = tuple(item for item in sent if isinstance(item, Commit))
    return state, (*(item for item in sent if not isinstance(item, Commit)), *commits)
