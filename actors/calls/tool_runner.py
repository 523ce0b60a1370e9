"""The tool runner: policy, parallel calls, time limits, cancellation; every call is answered exactly once.

Everything is decided by `step`, a pure function from a state and a message to a state and what is to be done: messages
to send, timers to start or cancel, work for a worker thread. The actor at the end of this module carries it out. All
calls go through the stages of `actors.calls.stages` at the same time, each by itself, and wait for one of these:

| a call waits for | message                       | next                                                             |
| (not open yet)   | RunCalls (the journal)        | the first stage; or answered: cancelled, or it is wrong          |
| examination      | CallExamined (a worker)       | the policy: run, ask, or denied                                  |
| preview          | PreviewReady (a worker)       | ApprovalRequested                                                |
| approval         | AnswerApproval (a person)     | Commit(CallStarted) → ExecuteCall, or denied                     |
| journal          | ExecuteCall (the journal)     | the tool's `execute` on a worker                                 |
| execution        | WorkFinished (a worker)       | answered; or StartJob, QuestionAsked, a ServiceCommand           |
| job              | JobFinished (the PTY manager) | the tool's `conclude` on a worker                                |
| question         | AnswerQuestion (a person)     | answered                                                         |
| service          | FinishService (another actor) | answered                                                         |
| conclusion       | WorkFinished (a worker)       | answered                                                         |
| any with a limit | CallTimeExpired (a timer)     | answered: timeout                                                |
| job              | CancelCalls                   | EndJob; answered as cancelled with the job's report              |
| any other        | CancelCalls                   | answered: cancelled                                              |
| any              | RunCalls once more            | nothing: no call begins twice                                    |
| any              | CallFinished (the journal)    | let go: another actor has answered it                            |
| journal, service | ActorRestarted of that actor  | answered: lost                                                   |

A call is answered with Commit(CallFinished) → ReceiveAnswer to the turn loop. Whatever a tool raises is an answer too.
A message for a call that does not wait for it changes nothing: a worker that is still busy after its call was answered
is not listened to. What a step sends to the screen and to jobs comes before its commits, which let others act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from actors.calls.call_worker import CallWorker
from actors.calls.failures import cancelled, expired, not_begun, recovered, restarted
from actors.calls.open_calls import OpenCall
from actors.calls.self_messages import CallExamined, CallTimeExpired, PreviewReady, WorkFinished
from actors.calls.session_permissions import SessionPermissions
from actors.calls.stages import STAGES, approved, examined, executed, previewed, reported, worked
from actors.calls.state import (
    CallsOutgoing,
    CallsState,
    CallsStep,
    CallStage,
    CallWork,
    CancelCallTimer,
    RuleToKeep,
    StartCallTimer,
    answer_to,
    answered,
    commits_last,
    dropped,
    finished,
    passed,
    stage_of,
)
from actors.ids import CallId, TurnId
from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    CancelCalls,
    ChangePermissionMode,
    ExecuteCall,
    FinishService,
    JobFinished,
    PermissionModeChanged,
    RequestSettled,
    RunCalls,
)
from actors.records import CallFinished
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import classes_of
from actors.runtime.signals import ActorRestarted
from config.permissions.call_subject import withheld_patterns
from config.permissions.path_rule import path_regexes
from tools.tool import ToolError, ToolResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.blocks import ToolCall
    from actors.calls.runner_memory import RunnerMemory
    from actors.ports import Workers
    from actors.runtime.clock import Timer
    from config.settings import Policy
    from config.shell.shell_command import ShellName
    from tools.provider import ToolProvider
    from tools.workspace import Workspace

Received: TypeAlias = (
    RunCalls
    | CancelCalls
    | CallFinished
    | CallExamined
    | ExecuteCall
    | PreviewReady
    | WorkFinished
    | CallTimeExpired
    | AnswerApproval
    | AnswerQuestion
    | FinishService
    | ChangePermissionMode
    | JobFinished
    | ActorRestarted
)
RECEIVES = classes_of(Received)


def step(state: CallsState, message: Received, now: float) -> CallsStep:
    """What follows from one message; `now` is in seconds of the actor's clock."""
    return commits_last(_decided(replace(state, now=now), message))


def _decided(state: CallsState, message: Received) -> CallsStep:  # noqa: C901, PLR0911, PLR0912 - the table itself
    match message:
        case RunCalls(turn=turn, calls=calls):
            return _admitted(state, turn, calls)
        case CallExamined(call=call):
            opened = state.calls.at(call, "examination")
            return (state, ()) if opened is None else examined(state, opened, message)
        case PreviewReady(call=call, preview=preview):
            opened = state.calls.at(call, "preview")
            return (state, ()) if opened is None else previewed(state, opened, preview)
        case AnswerApproval(call=call):
            opened = state.calls.at(call, "approval")
            return (state, ()) if opened is None else approved(state, opened, message)
        case ExecuteCall(call=call):
            opened = state.calls.at(call, "journal")
            return (state, ()) if opened is None else executed(state, opened)
        case WorkFinished(call=call):
            opened = state.calls.at(call, "examination", "preview", "execution", "conclusion")
            return (state, ()) if opened is None else _worked(state, opened, message)
        case JobFinished(job=job, report=report):
            opened = state.calls.at(CallId(job), "job")
            return (state, ()) if opened is None else reported(state, opened, report)
        case AnswerQuestion(call=call, text=text):
            opened = state.calls.at(call, "question")
            return (state, ()) if opened is None else _told_by_person(state, opened, text)
        case FinishService(call=call, result=result):
            opened = state.calls.at(call, "service")
            return (state, ()) if opened is None else _served(state, opened, result)
        case CallTimeExpired(call=call):
            return expired(state, call)
        case CallFinished(call=call):
            return dropped(state, call)
        case CancelCalls(turn=turn):
            return cancelled(state, turn)
        case ChangePermissionMode(mode=mode):
            permissions = state.permissions.in_mode(mode)
            return replace(state, permissions=permissions), (PermissionModeChanged(mode),)
        case ActorRestarted(actor=actor):
            return restarted(state, actor)
        case _:
            assert_never(message)


def _admitted(state: CallsState, turn: TurnId, calls: tuple[ToolCall, ...]) -> CallsStep:
    sent: CallsOutgoing = ()
    for call in calls:
        state, more = _one_admitted(state, turn, call)
        sent = (*sent, *more)
    return state, sent


def _one_admitted(state: CallsState, turn: TurnId, call: ToolCall) -> CallsStep:
    identifier, name = CallId(call.id), call.name
    if identifier in state.calls.by_id:
        return state, ()
    if turn == state.cancelled:
        return state, answer_to(turn, identifier, name, ToolResult("cancelled", "Cancelled before it began."))
    try:
        tool, arguments = state.tools.decode(name, call.arguments)
    except ToolError as error:
        return state, answer_to(turn, identifier, name, ToolResult("error", str(error)))
    except Exception as error:  # noqa: BLE001 - a provider that fails is an answer, not a failed actor
        text = f"The arguments of {name} could not be checked: {error!r}. The tool is at fault, not the call."
        return state, answer_to(turn, identifier, name, ToolResult("error", text))
    return passed(state, OpenCall(turn, identifier, tool, arguments))


def _worked(state: CallsState, opened: OpenCall, message: WorkFinished) -> CallsStep:
    if message.work is None:
        return answered(state, opened, ToolResult("error", message.problem))
    return worked(state, opened, message.work)


def _served(state: CallsState, opened: OpenCall, result: ToolResult) -> CallsStep:
    """The stage that had another actor work for the call decides what follows from the answer."""
    moving = replace(opened, waits="nothing", due=None, served_by="")
    return stage_of(state, moving).served(replace(state, calls=state.calls.having(moving)), moving, result)


def _told_by_person(state: CallsState, opened: OpenCall, text: str) -> CallsStep:
    state, more = finished(state, opened, ToolResult("ok", text))
    return state, (RequestSettled(opened.turn, opened.id), *more)


class RunnerSpec(Struct, frozen=True):
    """What the runner is built with. `remember` keeps an `always` rule for later sessions; it may block.

    `time_limit` is in seconds and holds for each wait of a call that a tool gives no limit of its own. `shell` is what
    reads commands, `home` the person's folder: the policy reads lines and rules with them. `hide` takes known
    secrets out of what a tool returned.
    """

    toolbox: ToolProvider
    workspace: Workspace
    policy: Policy
    rules: tuple[str, ...]
    time_limit: float
    interactive: bool
    remember: Callable[[str], None]
    shell: ShellName = "sh"
    home: str = ""
    hide: Callable[[str], str] = str
    stages: tuple[CallStage, ...] = STAGES


def permissions_of(spec: RunnerSpec) -> SessionPermissions:
    """What calls may do when the session begins."""
    return SessionPermissions(spec.policy, spec.rules, spec.shell, str(spec.workspace.root), spec.home)


class ToolRunner(Behaviour[Received]):
    """The actor: it carries out what `step` decides."""

    def __init__(self, context: Context, workers: Workers, spec: RunnerSpec, memory: RunnerMemory) -> None:
        self._context = context
        self._remember = spec.remember
        root = str(spec.workspace.root)
        spec.workspace.withheld = path_regexes(withheld_patterns(spec.policy), root, spec.home)
        self._worker = CallWorker(context, workers, spec.workspace, memory, spec.hide)
        self._timers: dict[CallId, Timer] = {}
        self._memory = memory
        self._holder = memory.take()
        self._state = CallsState(
            spec.toolbox, spec.stages, spec.time_limit, spec.interactive, memory.permissions, memory.calls
        )

    def started(self) -> None:
        """Answer what a failed predecessor left."""
        self._carry_out(commits_last(recovered(self._state)))

    def failed_on(self, message: Received) -> None:
        """Answer calls that were not even looked at."""
        if isinstance(message, RunCalls):
            self._carry_out(commits_last((self._state, not_begun(message))))

    def handle(self, message: Received) -> None:
        """Decide by `step`, and carry it out."""
        self._carry_out(step(self._state, message, self._context.now()))

    def _carry_out(self, decided: CallsStep) -> None:
        self._state, sent = decided
        self._memory.keep(self._holder, self._state.permissions, self._state.calls)
        for item in sent:
            match item:
                case CallWork():
                    self._worker.begin(item)
                case RuleToKeep(rule=rule):
                    self._worker.keep(rule, self._remember)
                case StartCallTimer(turn=turn, call=call, seconds=seconds):
                    self._cancel_timer(call)
                    self._timers[call] = self._context.after(seconds, CallTimeExpired(turn, call))
                case CancelCallTimer(call=call):
                    self._cancel_timer(call)
                case _:
                    self._context.send(item)

    def _cancel_timer(self, call: CallId) -> None:
        if (timer := self._timers.pop(call, None)) is not None:
            timer.cancel()
