"""The tool runner: policy, parallel calls, time limits, cancellation; every call is answered exactly once.

The journal sends it `RunCalls`. Each call goes its own way, all at the same time:

| stage     | waits for                         | then                                                          |
| examined  | CallExamined (a worker)           | the policy's verdict: commit, ask, or denied                  |
| preview   | PreviewReady (a worker)           | ApprovalRequested                                             |
| approval  | AnswerApproval (a person)         | Commit(CallStarted) → ExecuteCall, or denied                  |
| committed | ExecuteCall (the journal)         | the tool's `execute` on a worker                              |
| working   | WorkFinished (a worker)           | the answer; or a job is started; or a question is asked       |
| job       | JobFinished (the PTY manager)     | the tool's `conclude` on a worker                             |
| question  | AnswerQuestion (a person)         | the answer                                                    |
| closing   | WorkFinished of `conclude`        | the answer                                                    |

A call is answered with Commit(CallFinished) → ReceiveAnswer to the turn loop. Whatever a tool raises is an answer too.
A worker that is still busy after its call was answered can say nothing any more; it is not listened to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from actors.calls.open_calls import OpenCall, OpenCalls
from actors.calls.self_messages import CallExamined, CallTimeExpired, PreviewReady, WorkFinished
from actors.ids import CallId, TurnId
from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    ApprovalRequested,
    CancelCalls,
    ChangePermissionMode,
    Commit,
    EndJob,
    ExecuteCall,
    JobFinished,
    NoticeRaised,
    PermissionModeChanged,
    QuestionAsked,
    ReceiveAnswer,
    RequestSettled,
    RunCalls,
    StartJob,
    TodoChanged,
)
from actors.records import ApprovalAnswered, CallFinished, CallStarted
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.signals import ActorRestarted
from actors.valid_unicode import valid_unicode_result
from config.path_rule import path_regexes
from config.policy import Judge, withheld_patterns
from tools.job import JobReport, JobRequest
from tools.linked_names import linked_names
from tools.tool import Question, ToolError, ToolResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.calls.session_permissions import SessionPermissions
    from actors.ports import Workers
    from config.policy import Decision
    from config.settings import Policy
    from config.shell_command import ShellName
    from tools.tool import Tool
    from tools.toolbox import Toolbox
    from tools.workspace import Workspace

RECEIVES = (
    RunCalls,
    CancelCalls,
    CallFinished,
    CallExamined,
    ExecuteCall,
    PreviewReady,
    WorkFinished,
    CallTimeExpired,
    AnswerApproval,
    AnswerQuestion,
    ChangePermissionMode,
    JobFinished,
    ActorRestarted,
)
JOB_BACKSTOP = 5.0
"""Seconds beyond a job's own limit after which its call is answered without its report."""


class RunnerSpec(Struct, frozen=True):
    """What the runner is built with. `remember` keeps an `always` rule for later sessions; it may block.

    `shell` is what reads commands, `home` the person's folder: the policy reads lines and rules with them.
    """

    toolbox: Toolbox
    workspace: Workspace
    policy: Policy
    rules: tuple[str, ...]
    time_limit: float
    interactive: bool
    remember: Callable[[str], None]
    shell: ShellName = "sh"
    home: str = ""


class ToolRunner(Behaviour[object]):
    """The actor around the toolbox."""

    def __init__(self, context: Context, workers: Workers, spec: RunnerSpec, permissions: SessionPermissions) -> None:
        self._context = context
        self._workers = workers
        self._spec = spec
        self._permissions = permissions
        self._open = OpenCalls(context, workers, permissions)
        self._cancelled: TurnId | None = None
        """The turn that was cancelled last; `CancelCalls` is urgent and may overtake its `RunCalls`."""
        root = str(spec.workspace.root)
        spec.workspace.withheld = path_regexes(withheld_patterns(spec.policy), root, spec.home)

    def started(self) -> None:
        """Answer what a failed predecessor left."""
        for opened in self._open.where(lambda _: True):
            self._fail(opened, "tool runner")

    def failed_on(self, message: object) -> None:
        """Whoever waits for calls that were not even looked at is told."""
        if isinstance(message, RunCalls):
            for call in message.calls:
                result = ToolResult("error", "The tool runner failed before the call began. It had no effect.")
                self._answer(message.turn, CallId(call.id), call.name, result)

    def handle(self, message: object) -> None:  # noqa: C901, PLR0912 - the table of the module
        """See the module."""
        match message:
            case RunCalls(turn=turn, calls=calls):
                for call in calls:
                    self._admit(turn, CallId(call.id), call.name, call.arguments)
            case CallExamined():
                self._judge(message)
            case PreviewReady(turn=turn, call=call, preview=preview):
                if (opened := self._open.at(call, "preview")) is not None:
                    self._open.keep(replace(opened, stage="approval"))
                    name, subject = opened.tool.name, opened.subject
                    self._context.send(ApprovalRequested(turn, call, name, subject, preview, opened.rule))
            case AnswerApproval():
                self._approved(message)
            case ExecuteCall(call=call):
                self._execute(call)
            case WorkFinished(call=call):
                self._worked(call, message)
            case JobFinished(job=job, report=report):
                self._conclude(CallId(job), report)
            case AnswerQuestion(call=call, text=text):
                if (opened := self._open.at(call, "question")) is not None:
                    self._answer(opened.turn, opened.id, opened.tool.name, ToolResult("ok", text))
            case CallTimeExpired(call=call):
                self._expire(call)
            case CallFinished(call=call):
                self._open.take(call)  # somebody else may have answered it: the turn loop, in case nobody would
            case CancelCalls(turn=turn):
                self._cancelled = turn
                for opened in self._open.where(lambda opened: opened.turn == turn):
                    self._cancel(opened)
            case ChangePermissionMode(mode=mode):
                self._permissions.change(mode)
                self._context.send(PermissionModeChanged(mode))
            case ActorRestarted(actor=actor):
                lost = self._open.where(lambda opened: actor == "journal" and opened.stage == "committed")
                for opened in lost:
                    self._fail(opened, actor)
            case _:
                self._context.log("unknown message", message=repr(message))

    def _admit(self, turn: TurnId, call: CallId, name: str, arguments: str) -> None:
        if turn == self._cancelled:
            self._answer(turn, call, name, ToolResult("cancelled", "Cancelled before it began."))
            return
        try:
            tool, decoded = self._spec.toolbox.decode(name, arguments)
        except ToolError as error:
            self._answer(turn, call, name, ToolResult("error", str(error)))
            return
        opened = OpenCall(turn, call, tool, decoded, "examined")
        self._open.keep(opened, limit=self._spec.time_limit)
        workspace = self._spec.workspace
        self._open.work(opened, lambda: _examined(opened, workspace))

    def _judge(self, found: CallExamined) -> None:
        call, subject = found.call, found.subject
        examined = self._open.at(call, "examined")
        if examined is None:
            return
        turn, tool, workspace = examined.turn, examined.tool, self._spec.workspace
        spec, permissions = self._spec, self._permissions
        judge = Judge(permissions.policy, permissions.rules, spec.shell, str(workspace.root), spec.home)
        decision = judge.decide(tool.name, tool.effects, subject, found.also)
        opened = replace(examined, subject=subject, rule=decision.suggestion)
        if decision.verdict == "allow":
            self._commit(opened)
        elif decision.verdict == "deny":
            self._answer(turn, call, tool.name, _denied(decision))
        elif not self._spec.interactive:
            self._answer(turn, call, tool.name, _unattended(tool.name, subject, decision), unattended=True)
        else:
            self._open.keep(replace(opened, stage="preview"), limit=self._spec.time_limit)
            self._open.work(opened, lambda: _previewed(opened, workspace, decision.power))

    def _approved(self, answer: AnswerApproval) -> None:
        opened = self._open.at(answer.call, "approval")
        if opened is None:
            return
        record = ApprovalAnswered(opened.turn, opened.id, answer.answer, opened.rule)
        if answer.answer == "no":
            self._context.send(Commit((record,)))
            text = "Denied by the person." + (f" They said: {answer.feedback}" if answer.feedback else "")
            self._answer(opened.turn, opened.id, opened.tool.name, ToolResult("denied", text))
            return
        self._context.send(RequestSettled(opened.turn, opened.id))
        rule = opened.rule
        if rule and answer.answer in ("session", "always"):
            self._permissions.allow(rule)
        if rule and answer.answer == "always":
            self._workers.run(lambda: _keep(rule, self._spec.remember, self._context))
        self._commit(opened, record)

    def _commit(self, opened: OpenCall, *before: ApprovalAnswered) -> None:
        self._open.keep(replace(opened, stage="committed"))
        tool = opened.tool
        started = CallStarted(opened.turn, opened.id, tool.name, opened.subject, tool.effects)
        sync = tool.effects in ("files", "commands")
        self._context.send(Commit((*before, started), (ExecuteCall(opened.turn, opened.id),), sync))

    def _execute(self, call: CallId) -> None:
        opened = self._open.at(call, "committed")
        if opened is not None:
            self._open.keep(replace(opened, stage="working"), limit=self._spec.time_limit)
            turn, tool, workspace = opened.turn, opened.tool, self._spec.workspace
            self._open.work(opened, lambda: WorkFinished(turn, call, tool.execute(opened.arguments, workspace)))

    def _worked(self, call: CallId, finished: WorkFinished) -> None:
        opened = self._open.at(call, "examined", "preview", "working", "closing")
        if opened is None:
            return
        match finished.work:
            case ToolResult() as result:
                ended = result if opened.ending is None else replace(result, outcome=opened.ending)
                self._answer(opened.turn, call, opened.tool.name, ended)
            case JobRequest() as request:
                limit = request.time_limit if request.time_limit is not None else self._spec.time_limit
                self._open.keep(replace(opened, stage="job"), limit=limit + JOB_BACKSTOP)
                self._context.send(StartJob(opened.turn, opened.job, replace(request, time_limit=limit)))
            case Question() as question if self._spec.interactive:
                self._open.keep(replace(opened, stage="question"))
                self._context.send(QuestionAsked(opened.turn, opened.id, question))
            case Question():
                text = "Nobody is there to answer. Decide yourself, and say what you assumed."
                self._answer(opened.turn, call, opened.tool.name, ToolResult("denied", text))
            case None:
                self._answer(opened.turn, call, opened.tool.name, ToolResult("error", finished.problem))

    def _conclude(self, call: CallId, report: JobReport) -> None:
        opened = self._open.at(call, "job")
        if opened is not None:
            self._open.keep(replace(opened, stage="closing"), limit=self._spec.time_limit)
            turn, tool = opened.turn, opened.tool
            self._open.work(opened, lambda: WorkFinished(turn, call, tool.conclude(opened.arguments, report)))

    def _expire(self, call: CallId) -> None:
        opened = self._open.at(call, "examined", "preview", "working", "job", "closing")
        if opened is None:
            return
        self._open.take(call, expired=True)
        text = "Ran out of time; it may have taken effect, in part or in whole. Look before you do it again."
        self._answer(opened.turn, call, opened.tool.name, ToolResult(opened.ending or "timeout", text))

    def _cancel(self, opened: OpenCall) -> None:
        if opened.stage == "job":
            self._open.keep(replace(opened, ending="cancelled"), limit=JOB_BACKSTOP)
            self._context.send(EndJob(opened.job))
            return
        acted = opened.may_have_acted and opened.stage != "committed"
        text = "Cancelled while it ran; it may have taken effect." if acted else "Cancelled before it began."
        self._answer(opened.turn, opened.id, opened.tool.name, ToolResult("cancelled", text))

    def _fail(self, opened: OpenCall, actor: str) -> None:
        """Answer a call that was lost with an actor."""
        effect = "may have taken effect; look before you do it again" if opened.may_have_acted else "had no effect"
        text = f"The {actor} failed while the call was with it; it {effect}."
        self._answer(opened.turn, opened.id, opened.tool.name, ToolResult("error", text))

    def _answer(self, turn: TurnId, call: CallId, name: str, result: ToolResult, *, unattended: bool = False) -> None:
        result = valid_unicode_result(result)
        answer = ReceiveAnswer(turn, call, name, result, unattended)
        self._context.send(Commit((CallFinished(turn, call, name, result),), (answer,)))
        self._open.take(call)
        if result.todo is not None:
            self._context.send(TodoChanged(turn, result.todo))


def _keep(rule: str, remember: Callable[[str], None], context: Context) -> None:
    try:
        remember(rule)
    except OSError as error:
        context.log("rule not kept", rule=rule, problem=repr(error))
        context.send(NoticeRaised("warning", f"The rule {rule} holds for this session only: {error}"))


def _examined(opened: OpenCall, workspace: Workspace) -> CallExamined:
    """What the call is about. Looks at the disk."""
    tool: Tool[Any] = opened.tool
    subject = tool.subject(opened.arguments, workspace)
    also: tuple[str, ...] = ()
    if tool.effects in ("none", "files"):
        also = (tool.subject(opened.arguments),)
    if tool.effects == "files":
        also = (*also, *linked_names(workspace.root, subject))
    return CallExamined(opened.turn, opened.id, subject, tuple(name for name in also if name != subject))


def _previewed(opened: OpenCall, workspace: Workspace, power: str) -> PreviewReady:
    """What a person is shown; what a file that grants power would decide comes first."""
    preview = opened.tool.preview(opened.arguments, workspace)
    warning = f"{opened.subject} grants power: {power}.\n" if power else ""
    return PreviewReady(opened.turn, opened.id, warning + preview)


def _denied(decision: Decision) -> ToolResult:
    advice = f" {decision.advice}" if decision.advice else ""
    return ToolResult("denied", f"Denied by policy ({decision.rule}).{advice}")


def _unattended(tool: str, subject: str, decision: Decision) -> ToolResult:
    if decision.power:
        text = f"{tool}({subject}) needs an approval and nobody is there to give it ({decision.rule})."
        return ToolResult("denied", f"{text} No rule allows it, only --yolo does.")
    rule = decision.suggestion or tool
    return ToolResult(
        "denied",
        f"{tool}({subject}) needs an approval and nobody is there to give it ({decision.rule}). "
        f"Allow it with --allowed-tools '{rule}' or a policy.allow rule, or everything with --yolo.",
    )
