"""The turn loop: a prompt becomes a turn, a turn alternates between asking the model and running its calls.

Everything is decided by `step`, a pure function from a state and a message to a state and what to send; the actor at
the end of this module only carries it out. Records go to the journal inside a `Commit`, together with the commands
that may follow once they are written.

| phase      | message                         | next       | sends                                                  |
| recovering | ReceiveConversation             | idle       | ends an open turn as failed, begins the oldest prompt  |
| idle       | SubmitPrompt                    | asking     | PromptAccepted, TurnStarted → RequestReply             |
| any other  | SubmitPrompt                    | same       | PromptAccepted, QueueChanged (or PromptRefused)        |
| asking     | ReceiveReply with calls         | running    | ReplyCompleted → RunCalls                              |
| asking     | ReceiveReply without            | idle       | ReplyCompleted, TurnFinished                           |
| asking     | ReceiveFailure                  | idle       | ReplyCompleted (what was shown), TurnFinished          |
| running    | ReceiveAnswer, some still open  | running    |                                                        |
| running    | ReceiveAnswer, the last         | asking     | → RequestReply (or TurnFinished: a limit is reached)   |
| running    | ReceiveAnswer, context is full  | asking     | ConversationCompacted → RequestReply                   |
| running    | the same, folding is too little | compacting | CompactionStarted → RequestReply for a summary         |
| compacting | ReceiveReply, ReceiveFailure    | asking     | ConversationCompacted → RequestReply                   |
| asking     | ReceiveFailure, too long        | asking     | as with a full context                                 |
| idle       | CompactConversation             | compacting | CompactionStarted → RequestReply for a summary         |
| asking     | CancelTurn, TurnTimeExpired     | cancelling | CancelReply (compacting: the same)                     |
| running    | CancelTurn, TurnTimeExpired     | cancelling | CancelCalls                                            |
| cancelling | the reply, failure, last answer | idle       | TurnFinished                                           |
| any        | ReportContext                   | same       | ContextReported                                        |
| any        | JournalFailed                   | recovering | cancels, TurnFinished (told, unwritten)                |
| any        | ActorRestarted, ActorFailed     |            | see `actors.turn.recovery`                             |

From idle the oldest waiting prompt begins at once. A message of an earlier turn or request changes nothing; a reply
whose turn is over is called void with `ReplyDiscarded`, since its text was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from actors.context.plan import ContextPlan, RequestOpening
from actors.context_messages import CompactConversation, ReportContext
from actors.conversation import apply
from actors.ids import NO_REQUEST, PromptId
from actors.messages import (
    CancelCalls,
    CancelTurn,
    ClearConversation,
    JournalFailed,
    NoticeRaised,
    PromptRefused,
    ReceiveAnswer,
    ReceiveConversation,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    RunCalls,
    ShareShell,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.phase_messages import CloseIntake, IntakeClosed, StopWork
from actors.records import (
    CallFinished,
    CallStarted,
    ConversationCleared,
    ModelChanged,
    PromptAccepted,
    PromptWithdrawn,
    Record,
    ReplyCompleted,
    SessionOpened,
    ShellShared,
    TurnFinished,
    TurnOutcome,
)
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import classes_of
from actors.runtime.signals import ActorFailed, ActorRestarted
from actors.transcript import NOTHING_USED, AssistantMessage
from actors.turn.answer_cost import answer_cost, interrupted_reply
from actors.turn.compacting import compact, context_report, next_step, refused, summary_failed, summary_received
from actors.turn.recovery import given_up, recovered, restarted, unwritten
from actors.turn.state import (
    Later,
    Outgoing,
    TurnEnding,
    TurnState,
    TurnStep,
    TurnTimeExpired,
    awaited_report,
    cancelled,
    committed,
    expected,
    finished,
    is_awaited,
    is_present,
    is_summary,
    of_model,
    open_turn,
    queue_changed,
    reporting,
    stopped,
    submitted,
)
from actors.valid_unicode import valid_unicode
from config.settings import Limits

Received: TypeAlias = (
    SubmitPrompt
    | WithdrawPrompt
    | CancelTurn
    | ClearConversation
    | CompactConversation
    | ReportContext
    | ShareShell
    | ReceiveReply
    | ReceiveFailure
    | ReceiveAnswer
    | ReceiveConversation
    | TurnTimeExpired
    | CloseIntake
    | StopWork
    | SessionOpened
    | ModelChanged
    | CallStarted
    | PromptAccepted
    | TurnFinished
    | JournalFailed
    | ActorFailed
    | ActorRestarted
)
RECEIVES = classes_of(Received)
MEASURED = (SubmitPrompt, ReceiveReply, ReceiveAnswer, CompactConversation, ReportContext)
"""Before these it is looked at what every request begins with."""

OWN_FAULTS = frozenset({"rejected", "filtered"})
"""Kinds of failures that another try does not cure."""


def step(state: TurnState, message: Received, now: float) -> TurnStep:  # noqa: C901, PLR0911, PLR0912 - the table itself
    """What follows from one message; `now` is in seconds of the actor's clock."""
    match message:
        case SubmitPrompt():
            return submitted(state, message, now)
        case WithdrawPrompt(prompt=prompt):
            return _withdrawn(state, prompt)
        case CancelTurn():
            return cancelled(state, TurnEnding("cancelled", "Cancelled."))
        case TurnTimeExpired(turn=turn) if is_present(state, turn):
            return cancelled(
                state, TurnEnding("limit", f"The turn took longer than its {state.limits.time} s.", "time")
            )
        case ReceiveReply(request=request) if is_awaited(state, request):
            return _replied(state, message, now)
        case ReceiveReply(turn=turn, request=request) if is_present(state, turn) and not is_summary(request):
            return state, (ReplyDiscarded(turn, request, "it was asked again", state.repeats + 1, 0.0),)
        case ReceiveFailure(request=request) if is_awaited(state, request):
            return _failed(state, message, now)
        case ReceiveAnswer(turn=turn) if is_present(state, turn):
            return _answered(state, message, now)
        case ReceiveAnswer():
            return replace(state, stale=True), ()
        case CallStarted(turn=turn) if is_present(state, turn):
            return replace(state, conversation=apply(state.conversation, message)), ()
        case ReceiveConversation(report=report) if report == awaited_report(state):
            return recovered(state, message.conversation, now)
        case ClearConversation() | ShareShell() | CompactConversation() | ReportContext():
            return _wished(state, message, now)
        case SessionOpened() | ModelChanged():
            return replace(state, conversation=apply(state.conversation, message)), ()
        case TurnFinished(turn=turn):
            return replace(state, unpublished=tuple(end for end in state.unpublished if end.turn != turn)), ()
        case JournalFailed(problem=problem):
            return unwritten(state, problem, now)
        case ActorFailed(actor=actor, problem=problem, will_restart=False):
            return given_up(state, actor, problem, now)
        case ActorRestarted(actor=actor):
            return restarted(state, actor, now)
        case CloseIntake():
            return replace(state, open=False), (IntakeClosed(),)
        case StopWork():
            return _stopping(state)
        case ReceiveReply() | ReceiveFailure() | ReceiveConversation() | TurnTimeExpired() | CallStarted():
            return state, ()  # of an earlier turn, request or question
        case ActorFailed() | PromptAccepted():
            return state, ()
        case _:
            assert_never(message)


def _wished(
    state: TurnState, message: ClearConversation | ShareShell | CompactConversation | ReportContext, now: float
) -> TurnStep:
    """What a person wants besides an answer."""
    match message:
        case ClearConversation():
            return _cleared(state)
        case ShareShell():
            return _shared(state, message)
        case CompactConversation():
            return compact(state, message, now)
        case ReportContext():
            return state, (context_report(state),)


def _withdrawn(state: TurnState, prompt: PromptId) -> TurnStep:
    for waiting in expected(state).waiting:
        if waiting.prompt == prompt:
            state, sent = committed(state, (PromptWithdrawn(prompt, waiting.text),))
            return state, (*sent, queue_changed(state))
    return state, ()


def _replied(state: TurnState, message: ReceiveReply, now: float) -> TurnStep:
    if message.facts is not None:
        state = of_model(state, message.model, message.facts)
    if state.summary is not None:
        return summary_received(state, state.summary, message, now)
    cost = answer_cost(state, state.conversation.transcript.size, message)
    state = replace(state, usage=state.usage + message.usage, steps=state.steps + 1, request=NO_REQUEST, refusals=0)
    reply = message.message
    if state.ending is not None:
        return finished(state, state.ending, now, _completed(message, reply.interrupt(), cost))
    reply = reply.numbered(f"{message.request}-c")  # servers repeat ids, or leave them out
    completed = _completed(message, reply, cost)
    if not reply.calls:
        return finished(state, TurnEnding("done", reply.text), now, completed)
    return committed(replace(state, phase="running"), (completed,), RunCalls(message.turn, reply.calls))


def _completed(received: ReceiveReply, message: AssistantMessage, cost: float | None) -> ReplyCompleted:
    turn, request, usage = received.turn, received.request, received.usage
    return ReplyCompleted(turn, request, message, usage, cost, received.waited, received.counted)


def _failed(state: TurnState, message: ReceiveFailure, now: float) -> TurnStep:
    if state.summary is not None:
        return summary_failed(state, state.summary, message, now)
    state = replace(state, request=NO_REQUEST, usage=state.usage + message.usage)
    if message.kind == "context_exceeded" and state.ending is None:
        return refused(state, message, now)
    shown: tuple[Record, ...] = ()
    if message.partial or message.usage != NOTHING_USED:  # what bought no answer was paid for, too
        shown = (interrupted_reply(state, message, message.partial),)
    ending = state.ending
    if ending is None:
        outcome: TurnOutcome = "failed" if message.kind in OWN_FAULTS else "unavailable"
        ending = TurnEnding(outcome, message.text)
    return finished(state, ending, now, *shown)


def _answered(state: TurnState, message: ReceiveAnswer, now: float) -> TurnStep:
    answer = CallFinished(message.turn, message.call, message.name, message.result)
    state = replace(state, conversation=apply(state.conversation, answer))
    if open_turn(state) is None:
        return state, ()
    sent: Outgoing = ()
    if message.unattended and state.ending is None:
        state = replace(state, ending=TurnEnding("denied", message.result.text), phase="cancelling")
        sent = (CancelCalls(message.turn),)
    if state.conversation.unanswered() or state.phase not in ("running", "cancelling"):
        return state, sent
    if state.ending is not None:
        state, more = finished(state, state.ending, now)
        return state, (*sent, *more)
    return next_step(state, now)


def _cleared(state: TurnState) -> TurnStep:
    if state.phase != "idle":
        return state, (NoticeRaised("warning", "A turn is running; interrupt it first, then /clear."),)
    return committed(state, (ConversationCleared(),))


def _shared(state: TurnState, message: ShareShell) -> TurnStep:
    return committed(
        state, (ShellShared(valid_unicode(message.command), valid_unicode(message.output), message.exit_code),)
    )


def _stopping(state: TurnState) -> TurnStep:
    state = replace(state, stopping=True, open=False)
    if state.phase == "idle":
        return stopped(state)
    return cancelled(state, TurnEnding("cancelled", "Callboard was stopped."))


class OpenPrompts(Struct):
    """What a turn loop that failed leaves to the next.

    `incarnations` counts the behaviours of this actor: what was meant for an earlier one is told apart by it. `prompts`
    are those of which no outcome and no acceptance was published yet.
    """

    incarnations: int = 0
    prompts: dict[PromptId, SubmitPrompt] = field(default_factory=dict[PromptId, SubmitPrompt])


class TurnSpec(Struct, frozen=True):
    """What a turn loop is made from. `opening` says what every request begins with; it must not block."""

    limits: Limits
    context: ContextPlan = ContextPlan()
    opening: Callable[[], RequestOpening] = RequestOpening


class TurnLoop(Behaviour[Received]):
    """The actor: it carries out what `step` decides."""

    def __init__(self, context: Context, spec: TurnSpec, left: OpenPrompts) -> None:
        left.incarnations += 1
        self._context = context
        self._prompts = left.prompts
        self._opening = spec.opening
        self._state = TurnState(
            spec.limits,
            incarnation=left.incarnations,
            unconfirmed=tuple(left.prompts.values()),
            context=spec.context,
        )

    def started(self) -> None:
        """Ask the journal where the session stands; until it answers, prompts wait."""
        self._carry_out(reporting(self._state))

    def failed_on(self, message: Received) -> None:
        """Keep the prompt, to publish its outcome once the journal has said whether it was accepted."""
        if isinstance(message, SubmitPrompt):
            self._prompts[message.prompt] = message
            self._state = replace(self._state, unconfirmed=tuple(self._prompts.values()))

    def handle(self, message: Received) -> None:
        """Note the prompt, then do what `step` decides."""
        match message:
            case SubmitPrompt(prompt=prompt):
                self._prompts[prompt] = message
            case PromptAccepted(prompt=prompt) | TurnFinished(prompt=prompt):
                self._prompts.pop(prompt, None)
            case _:
                pass
        if isinstance(message, MEASURED):
            self._measure()
        self._carry_out(step(self._state, message, self._context.now()))

    def _measure(self) -> None:
        """Which tools there are may have changed."""
        plan, opening = self._state.context, self._opening()
        if opening != plan.opening:
            self._state = replace(self._state, context=replace(plan, opening=opening))

    def _carry_out(self, decided: TurnStep) -> None:
        self._state, sent = decided
        for item in sent:
            if isinstance(item, Later):
                self._context.after(item.seconds, item.command)
                continue
            self._context.send(item)
            if isinstance(item, PromptRefused):
                self._prompts.pop(item.prompt, None)
