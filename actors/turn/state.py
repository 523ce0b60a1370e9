"""What the turn loop knows, and the moves that several of its rules share: commit, begin, request, cancel, finish.

All of it is pure; `actors.turn.turn_loop` holds the table of rules, `actors.turn.recovery` those for failures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from actors.context.compaction import CompactionDecision, CompactionOrder, Stuck, SummaryPlan, decide
from actors.context.plan import ContextPlan
from actors.context.repeats import SeenCalls
from actors.conversation import NEW, Conversation, Waiting, apply
from actors.ids import NO_REQUEST, PromptId, RequestId, TurnId
from actors.messages import (
    CancelCalls,
    CancelReply,
    Commit,
    PromptRefused,
    QueueChanged,
    ReportConversation,
    RequestReply,
    SubmitPrompt,
)
from actors.phase_messages import WorkStopped
from actors.records import (
    CompactionStarted,
    ConversationCompacted,
    LimitKind,
    PromptAccepted,
    PromptWithdrawn,
    Record,
    ReplyCompleted,
    TurnFinished,
    TurnOutcome,
    TurnStarted,
)
from actors.runtime.message import Command, Message
from actors.transcript import NOTHING_USED, Usage
from actors.turn.limits import limit_reached
from actors.valid_unicode import valid_unicode

if TYPE_CHECKING:
    from config.model_facts import ModelFacts
    from config.settings import Limits

TurnPhase: TypeAlias = Literal["recovering", "idle", "asking", "running", "compacting", "cancelling"]


class TurnTimeExpired(Command, frozen=True):
    """The turn's own time limit has come."""

    turn: TurnId


class TurnEnding(Struct, frozen=True):
    """Why the turn is being cancelled."""

    outcome: TurnOutcome
    text: str
    limit: LimitKind = ""


class PendingSummary(Struct, frozen=True):
    """A summary that the model is asked for. `unwanted`: it was cancelled between two turns, nothing shall follow."""

    turn: TurnId
    plan: SummaryPlan
    unwanted: bool = False


class TurnState(Struct, frozen=True):
    """Everything the loop knows. `conversation` is what the journal holds; the rest is lost with the actor."""

    limits: Limits
    conversation: Conversation = NEW
    phase: TurnPhase = "recovering"
    request: RequestId = NO_REQUEST
    steps: int = 0
    begun: float = 0.0
    usage: Usage = NOTHING_USED
    ending: TurnEnding | None = None
    repeats: int = 0
    """How often the turn went on after a failure of another actor; each request gets another id."""
    open: bool = True
    stopping: bool = False
    numbered: int = 0
    """Number of the last turn that was begun, written or not."""
    incarnation: int = 0
    """Which behaviour of the actor this is."""
    reports: int = 0
    """How many reports this one asked the journal for; only the last one counts."""
    stash: tuple[Record, ...] = ()
    """What was committed since the report was asked for; it is not in it."""
    unconfirmed: tuple[SubmitPrompt, ...] = ()
    """Prompts that an earlier behaviour left; the journal's report tells whether they were accepted."""
    unpublished: tuple[ReplyCompleted | TurnFinished, ...] = ()
    """Ends of turns that were committed and that the journal has not published yet."""
    stale: bool = False
    """An answer came too late for its turn: the journal knows more of that turn than the conversation here."""
    resubmitted: tuple[PromptId, ...] = ()
    """Prompts that were lost once and accepted once more."""
    announced: tuple[PromptId, ...] = ()
    """Prompts whose end was told although it may not be written; they are never begun again."""
    context: ContextPlan = ContextPlan()
    """Of the model that answered last in the turn, a fallback perhaps."""
    usual: ContextPlan | None = None
    """Of the model that the session began with, where `context` is another's."""
    summary: PendingSummary | None = None
    """What the phase `compacting` waits for."""
    summaries: int = 0
    """How many were asked for by this behaviour; each request gets another id."""
    order: CompactionOrder | None = None
    """The conversation is to be compacted before the next request, whatever its size."""
    refusals: int = 0
    """How often the provider has refused the present request as too long."""
    seen: SeenCalls = ()
    """Calls of this turn, for the guard against circles."""


class Later(Struct, frozen=True):
    """Send the command to oneself after so many seconds."""

    seconds: float
    command: Command


SUMMARY_ID = "-s"
"""A part of the ids of requests for a summary."""
Outgoing: TypeAlias = tuple["Message | Later", ...]
TurnStep: TypeAlias = tuple[TurnState, Outgoing]


def is_present(state: TurnState, turn: TurnId) -> bool:
    """Whether this is the turn that runs."""
    present = state.conversation.turn
    return present is not None and present.turn == turn


def open_turn(state: TurnState) -> TurnStarted | None:
    """The turn that has not ended. One whose end was told, not written, stays in the conversation until the next."""
    turn = state.conversation.turn
    return None if turn is None or turn.prompt in state.announced else turn


def is_awaited(state: TurnState, request: RequestId) -> bool:
    """Whether the answer to this request is what the turn waits for."""
    return request == state.request and state.phase in ("asking", "compacting", "cancelling")


def awaited_report(state: TurnState) -> str:
    """The name of the report that was asked for last."""
    return f"{state.incarnation}-{state.reports}"


def reporting(state: TurnState) -> TurnStep:
    """Ask the journal where the session stands, and do nothing else until it answers."""
    state = replace(state, phase="recovering", reports=state.reports + 1, conversation=expected(state), stash=())
    return state, (ReportConversation(awaited_report(state)),)


def expected(state: TurnState) -> Conversation:
    """What the session is if nothing that was committed gets lost."""
    conversation = state.conversation
    for record in state.stash:
        conversation = apply(conversation, record)
    return conversation


def committed(state: TurnState, records: tuple[Record, ...], *then: Command, sync: bool = False) -> TurnStep:
    """The state with the records applied, now or with the report that is awaited, and the commit that writes them."""
    if state.phase == "recovering":
        return replace(state, stash=(*state.stash, *records)), (Commit(records, then, sync),)
    conversation = state.conversation
    for record in records:
        conversation = apply(conversation, record)
    return replace(state, conversation=conversation), (Commit(records, then, sync),)


def waiting(state: TurnState, conversation: Conversation) -> tuple[Waiting, ...]:
    """The prompts that may still begin, oldest first."""
    return tuple(prompt for prompt in conversation.waiting if prompt.prompt not in state.announced)


def queue_changed(state: TurnState) -> QueueChanged:
    """Who waits now."""
    return QueueChanged(tuple(prompt.prompt for prompt in waiting(state, state.conversation)))


def fitted(state: TurnState) -> TurnState:
    """The state with the window and the prices of the model that the next turn is asked of."""
    switched = state.conversation.switched
    if switched is not None:
        return of_model(state, switched.model, switched.facts)
    usual = state.usual or state.context
    return replace(state, context=replace(usual, opening=state.context.opening), usual=None)


def of_model(state: TurnState, model: str, facts: ModelFacts) -> TurnState:
    """The state with the window and the prices of this model, until the turn ends."""
    context = state.context.of_model(model, facts)
    return state if context == state.context else replace(state, context=context, usual=state.usual or state.context)


def begun(state: TurnState, now: float, *before: Record) -> TurnStep:
    """Start the turn of the oldest prompt, in one commit with the records that lead to it."""
    conversation = state.conversation
    for record in before:
        conversation = apply(conversation, record)
    state = fitted(state)
    given_up = tuple(
        PromptWithdrawn(prompt.prompt, prompt.text)
        for prompt in conversation.waiting
        if prompt.prompt in state.announced
    )
    oldest = waiting(state, conversation)[0]
    number = max(conversation.turns, state.numbered) + 1
    started = TurnStarted(TurnId(f"t{number}"), oldest.prompt, oldest.text)
    fresh = replace(state, usage=NOTHING_USED, steps=0, begun=now, ending=None, repeats=0, numbered=number)
    fresh = replace(fresh, refusals=0, seen=())
    state, sent = requested(fresh, now, (*before, started), given_up)
    timer = () if state.limits.time is None else (Later(state.limits.time, TurnTimeExpired(started.turn)),)
    return state, (*sent, queue_changed(state), *timer)


def requested(
    state: TurnState, now: float, before: tuple[Record, ...] = (), silent: tuple[Record, ...] = ()
) -> TurnStep:
    """Ask the model, unless a limit forbids it or the conversation must be compacted first.

    Every request goes through the journal, so that they reach the streamer in order.
    """
    conversation = state.conversation
    for record in (*silent, *before):
        conversation = apply(conversation, record)
    reached = limit_reached(state.limits, state.context, conversation, state.steps)
    decision = None if reached is not None else _decision(state, conversation)
    if isinstance(decision, Stuck):
        reached = decision.reason, "context"
    if reached is not None:
        ending = TurnEnding("limit", *reached)
        state = replace(state, conversation=conversation, order=None)
        state, sent = finished(state, ending, now)
        return state, (Commit(before, (), silent=silent), *sent) if before or silent else sent
    match decision:
        case SummaryPlan():
            return summary_requested(state, decision, before, silent)
        case ConversationCompacted():
            before, conversation = (*before, decision), apply(conversation, decision)
        case _:
            pass
    return _asked(replace(state, conversation=conversation, order=None), before, silent)


def _decision(state: TurnState, conversation: Conversation) -> CompactionDecision:
    turn = conversation.turn
    assert turn is not None  # noqa: S101 - only a turn makes requests
    order = None if state.order is None else replace(state.order, turn=turn.turn)
    decision = decide(conversation, state.context, order, ask=state.refusals <= 1)
    if isinstance(decision, Stuck) and order is not None and order.reason == "asked":
        return None
    return replace(decision, turn=turn.turn) if isinstance(decision, ConversationCompacted) else decision


def _asked(state: TurnState, before: tuple[Record, ...], silent: tuple[Record, ...]) -> TurnStep:
    turn = state.conversation.turn
    assert turn is not None  # noqa: S101 - only a turn makes requests
    resubmitted = "x" * (state.repeats + state.refusals)
    request = RequestId(f"{turn.turn}-r{state.steps + 1}{resubmitted}")
    command = RequestReply(turn.turn, request, state.conversation.transcript)
    return replace(state, phase="asking", request=request), (Commit(before, (command,), silent=silent),)


def is_summary(request: RequestId) -> bool:
    """Whether this request asks for a summary: no person sees what comes of it."""
    return SUMMARY_ID in request


def summary_requested(
    state: TurnState, plan: SummaryPlan, before: tuple[Record, ...] = (), silent: tuple[Record, ...] = ()
) -> TurnStep:
    """Ask the model for a summary; between two turns under a turn id of its own."""
    number = state.summaries + 1
    conversation = state.conversation
    for record in (*silent, *before):
        conversation = apply(conversation, record)
    turn = conversation.turn
    owner = TurnId(f"s{state.incarnation}x{number}") if turn is None else turn.turn
    request = RequestId(f"{owner}{SUMMARY_ID}{state.incarnation}-{number}")
    order = replace(plan.order, turn=owner)
    started = CompactionStarted(owner, request, order.reason, plan.before, order.focus)
    pending = PendingSummary(owner, replace(plan, order=order))
    asking = replace(state, conversation=apply(conversation, started), phase="compacting", request=request)
    asking = replace(asking, summary=pending, summaries=number, order=None)
    command = RequestReply(owner, request, plan.transcript, "summary")
    return asking, (Commit((*before, started), (command,), silent=silent),)


def cancelled(state: TurnState, ending: TurnEnding) -> TurnStep:
    """End what the turn is waiting for; it finishes when that has let go."""
    turn, summary = state.conversation.turn, state.summary
    if turn is None and summary is not None and state.phase == "compacting":
        return replace(state, summary=replace(summary, unwanted=True)), (CancelReply(summary.turn),)
    if turn is None or state.phase not in ("asking", "running", "compacting"):
        return state, ()
    command = CancelCalls(turn.turn) if state.phase == "running" else CancelReply(turn.turn)
    return replace(state, phase="cancelling", ending=ending), (command,)


def finished(state: TurnState, ending: TurnEnding, now: float, *before: Record) -> TurnStep:
    """End the turn and begin the next one that waits."""
    turn = state.conversation.turn
    assert turn is not None  # noqa: S101 - only a turn ends
    end = TurnFinished(
        turn.turn,
        turn.prompt,
        ending.outcome,
        ending.text,
        state.usage,
        state.steps,
        max(0.0, now - state.begun),
        ending.limit,
    )
    replies = tuple(record for record in before if isinstance(record, ReplyCompleted))
    idle = replace(state, phase="idle", ending=None, summary=None, unpublished=(*state.unpublished, *replies, end))
    state, sent = committed(idle, (*before, end), sync=True)
    if state.stale:
        state, report = reporting(replace(state, stale=False))
        return state, (*sent, *report)
    state, more = rested(state, now)
    return state, (*sent, *more)


def stopped(state: TurnState) -> TurnStep:
    """Tell the shutdown that nothing is worked on, behind all that was committed.

    The journal sends it on. If it lost a commit, and a prompt with it, it does not, and `recovered` comes here again.
    """
    return state, (Commit((), (WorkStopped(),)),)


def rested(state: TurnState, now: float) -> TurnStep:
    """Nothing runs: say so to a shutdown, or begin the next prompt."""
    if state.stopping:
        return stopped(state)
    if state.open and waiting(state, state.conversation):
        return begun(state, now)
    return state, ()


def submitted(state: TurnState, message: SubmitPrompt, now: float) -> TurnStep:
    """A prompt begins, waits, or is refused."""
    if not state.open:
        return state, (PromptRefused(message.prompt, message.text, "Callboard is stopping."),)
    before = len(waiting(state, expected(state)))
    if state.phase != "idle" and before >= state.limits.queued_prompts:
        reason = f"{before} prompts are waiting already; wait for one to finish, or take one back with the up key."
        return state, (PromptRefused(message.prompt, message.text, reason),)
    accepted = PromptAccepted(message.prompt, valid_unicode(message.text))
    if state.phase == "idle":
        return begun(state, now, accepted)
    state, sent = committed(state, (accepted,))
    return state, sent if state.phase == "recovering" else (*sent, queue_changed(state))
