"""The stages of a call, in their order. To add one, write its functions and put it into `STAGES`.

| stage     | entered                                      | waits for         | then                                |
| validated | the tool's `subject` on a worker             | examination       | next                                |
| policy    | the policy judges the subject                |                   | next, or denied                     |
| approval  | allowed: next; else `preview` on a worker    | preview, approval | next, or denied                     |
| run       | `CallStarted` is committed                   | journal           | `execute` on a worker               |
|           |                                              | execution         | next, or one of the three below     |
|           |                                              | job               | next, with the report               |
|           |                                              | question, service | next                                |
| conclude  | no report: next; else `conclude` on a worker | conclusion        | next                                |

A call comes here once its name and its arguments are valid; behind the last stage it is answered with its result. Each
wait but those for a person (`approval`, `question`) has a deadline. Pure.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.calls.open_calls import OpenCall
from actors.calls.self_messages import CallExamined
from actors.calls.service_command import ServiceCommand
from actors.calls.state import (
    CallsOutgoing,
    CallsState,
    CallsStep,
    CallStage,
    RuleToKeep,
    answered,
    finished,
    passed,
    waiting,
    working,
)
from actors.messages import (
    AnswerApproval,
    ApprovalRequested,
    Commit,
    ExecuteCall,
    QuestionAsked,
    RequestSettled,
    StartJob,
)
from actors.records import ApprovalAnswered, CallStarted
from config.permissions.policy import Decision
from tools.job import JobReport, JobRequest
from tools.service import ServiceRequest
from tools.tool import Question, ToolResult

JOB_BACKSTOP = 5.0
"""Seconds beyond a job's own limit after which its call is answered without its report."""


# ── validated ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _validated(state: CallsState, opened: OpenCall) -> CallsStep:
    return working(state, opened, "examine")


def examined(state: CallsState, opened: OpenCall, found: CallExamined) -> CallsStep:
    """What the call is about is known."""
    return passed(state, replace(opened, subject=found.subject, also=found.also))


# ── policy ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _judged(state: CallsState, opened: OpenCall) -> CallsStep:
    tool = opened.tool
    decision = state.permissions.judge().decide(tool.name, tool.effects, opened.subject, opened.also)
    if decision.verdict == "deny":
        advice = f" {decision.advice}" if decision.advice else ""
        return answered(state, opened, ToolResult("denied", f"Denied by policy ({decision.rule}).{advice}"))
    return passed(state, replace(opened, decision=decision))


# ── approval ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(state: CallsState, opened: OpenCall) -> CallsStep:
    decision = opened.decision
    assert decision is not None  # noqa: S101 - the policy comes before
    if decision.verdict == "allow":
        return passed(state, opened)
    if not state.interactive:
        return answered(state, opened, _unattended(opened, decision), unattended=True)
    return working(state, opened, "preview")


def previewed(state: CallsState, opened: OpenCall, preview: str) -> CallsStep:
    """Show it to the person and let them decide."""
    tool = opened.tool
    request = ApprovalRequested(opened.turn, opened.id, tool.name, opened.subject, preview, opened.rule, tool.effects)
    return waiting(state, opened, "approval", request)


def approved(state: CallsState, opened: OpenCall, answer: AnswerApproval) -> CallsStep:
    """The person has decided about the call, and perhaps about others like it."""
    rule = opened.rule
    opened = replace(opened, approval=ApprovalAnswered(opened.turn, opened.id, answer.answer, rule))
    if answer.answer == "no":
        text = "Denied by the person." + (f" They said: {answer.feedback}" if answer.feedback else "")
        return answered(state, opened, ToolResult("denied", text))
    sent: CallsOutgoing = (RequestSettled(opened.turn, opened.id),)
    if rule and answer.answer in ("session", "always"):
        state = replace(state, permissions=state.permissions.allowing(rule))
    if rule and answer.answer == "always":
        sent = (*sent, RuleToKeep(rule))
    state, more = passed(state, opened)
    return state, (*sent, *more)


def _unattended(opened: OpenCall, decision: Decision) -> ToolResult:
    tool = opened.tool.name
    needs = f"{tool}({opened.subject}) needs an approval and no person can give it here ({decision.rule})."
    if decision.power:
        return ToolResult("denied", f"{needs} No rule allows it, only --yolo does.")
    rule = decision.suggestion or tool
    return ToolResult(
        "denied",
        f"{needs} Allow it with --allowed-tools '{rule}' or a policy.allow rule, or everything with --yolo.",
    )


# ── run ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _started(state: CallsState, opened: OpenCall) -> CallsStep:
    tool = opened.tool
    before = () if opened.approval is None else (opened.approval,)
    started = CallStarted(opened.turn, opened.id, tool.name, opened.subject, tool.effects)
    sync = tool.effects in ("files", "commands")
    commit = Commit((*before, started), (ExecuteCall(opened.turn, opened.id),), sync)
    opened = replace(opened, started=True, approval=None)
    return waiting(state, opened, "journal", commit, limit=state.time_limit)


def executed(state: CallsState, opened: OpenCall) -> CallsStep:
    """It is written; the call may act."""
    return working(state, opened, "execute")


def worked(state: CallsState, opened: OpenCall, work: ToolResult | JobRequest | Question | ServiceRequest) -> CallsStep:
    """`execute` or `conclude` came back with a result, or with what must be done first."""
    match work:
        case ToolResult():
            return finished(state, opened, work)
        case JobRequest(time_limit=asked):
            limit = asked if asked is not None else state.time_limit
            start = StartJob(opened.turn, opened.job, replace(work, time_limit=limit))
            return waiting(state, opened, "job", start, limit=limit + JOB_BACKSTOP)
        case Question() if state.interactive:
            return waiting(state, opened, "question", QuestionAsked(opened.turn, opened.id, work))
        case Question():
            text = "No person can answer here. Decide yourself, and say what you assumed."
            return answered(state, opened, ToolResult("denied", text))
        case ServiceRequest():
            return awaiting_service(state, opened, work)


def awaiting_service(state: CallsState, opened: OpenCall, request: ServiceRequest) -> CallsStep:
    """Another actor works for the call; any stage may have it so, see `CallStage`."""
    command = request.command
    if not isinstance(command, ServiceCommand):
        text = f"The tool {opened.tool.name} requested a {type(command).__name__}, which is no ServiceCommand."
        return answered(state, opened, ToolResult("error", f"{text} The tool is at fault, not the call."))
    limit = request.time_limit if request.time_limit is not None else state.time_limit
    served = replace(opened, served_by=request.actor)
    return waiting(state, served, "service", replace(command, turn=opened.turn, call=opened.id), limit=limit)


# ── conclude ──────────────────────────────────────────────────────────────────────────────────────────────────────


def reported(state: CallsState, opened: OpenCall, report: JobReport) -> CallsStep:
    """The job of the call has ended."""
    return passed(state, replace(opened, report=report))


def _concluded(state: CallsState, opened: OpenCall) -> CallsStep:
    return passed(state, opened) if opened.report is None else working(state, opened, "conclude")


STAGES: tuple[CallStage, ...] = (
    CallStage("validated", _validated),
    CallStage("policy", _judged),
    CallStage("approval", _asked),
    CallStage("run", _started, finished),
    CallStage("conclude", _concluded),
)
