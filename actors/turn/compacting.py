"""The turn loop's rules for compaction: a summary that comes or does not, a person who asks, a provider that refuses.

Pure, like `actors.turn.turn_loop`, whose table names them; how a conversation is compacted is decided in
`actors.context.compaction`. Whatever became of the summary, the turn goes on, with one made without the model if need
be; a turn that was cancelled meanwhile ends.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.context.accounting import shares
from actors.context.compaction import (
    FITTING,
    CompactionOrder,
    Stuck,
    SummaryPlan,
    decide,
    paid_for,
    summarised,
    without_the_model,
)
from actors.context.cost import cost_of
from actors.context.repeats import ADVICE, REASON, STOPPED_AT, most_repeated, seen_after, told_of
from actors.context_messages import CompactConversation, ContextReported
from actors.ids import NO_REQUEST
from actors.messages import (
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
)
from actors.records import ConversationCompacted, ModelAdvised, Record
from actors.transcript import NOTHING_USED
from actors.turn.answer_cost import answer_cost, interrupted_reply
from actors.turn.state import (
    PendingSummary,
    TurnEnding,
    TurnState,
    TurnStep,
    committed,
    expected,
    finished,
    fitted,
    requested,
    rested,
    summary_requested,
)

REFUSALS = 2
"""How often a request that was refused as too long is made again, shorter each time."""
NOTHING_TO_GAIN = "There is nothing to gain by compacting now: it would free less than a fifth of the conversation."


def compact(state: TurnState, message: CompactConversation, now: float) -> TurnStep:
    """The person wants it: now between two turns, before the next request while one runs."""
    order = CompactionOrder("asked", message.focus.strip())
    if state.phase != "idle":
        text = "The conversation will be compacted before the next request."
        return replace(state, order=order), (NoticeRaised("info", text),)
    state = fitted(state)
    decision = decide(state.conversation, state.context, order, ask=True)
    match decision:
        case SummaryPlan():
            return summary_requested(state, decision)
        case ConversationCompacted():
            state, sent = committed(state, (decision,), sync=True)
            state, more = rested(state, now)
            return state, (*sent, *more)
        case _:
            return state, (NoticeRaised("info", NOTHING_TO_GAIN),)


def summary_received(state: TurnState, pending: PendingSummary, message: ReceiveReply, now: float) -> TurnStep:
    """The model's summary, if it is one; it was paid for, so it is used also where the turn is being cancelled."""
    cost = answer_cost(state, pending.plan.transcript.size, message)
    state = replace(state, usage=state.usage + message.usage)
    made = summarised(state.conversation, state.context, pending.plan, message.message)
    if isinstance(made, str):
        paid = replace(paid_for(message.request, message.usage, cost, made), turn=pending.turn)
        return _mechanical(state, pending, paid, now)
    made = replace(made, turn=pending.turn, request=message.request, usage=message.usage, cost=cost)
    return _go_on(state, made, now)


def summary_failed(state: TurnState, pending: PendingSummary, message: ReceiveFailure, now: float) -> TurnStep:
    """No summary: one made without the model, unless nothing is wanted any more."""
    state = replace(state, usage=state.usage + message.usage)
    if state.ending is not None or pending.unwanted:
        return _go_on(state, None, now)
    cost = cost_of(message.usage, state.context.prices) if message.usage != NOTHING_USED else None
    return _mechanical(state, pending, paid_for(message.request, message.usage, cost, message.text), now)


def summary_lost(state: TurnState, pending: PendingSummary, now: float) -> TurnStep:
    """The streamer failed while it asked: as if the request had failed."""
    text = "the streamer failed"
    return summary_failed(state, pending, ReceiveFailure(pending.turn, state.request, "malformed", text, ""), now)


def refused(state: TurnState, message: ReceiveFailure, now: float) -> TurnStep:
    """The provider says that the request is too long: what was shown is void, make it shorter and ask again."""
    if state.refusals >= REFUSALS:
        text = f"{message.text.rstrip('.')}. It was compacted twice, and does not fit. {FITTING}"
        return finished(state, TurnEnding("limit", text, "context"), now)
    attempt = state.repeats + state.refusals + 2
    discarded = ReplyDiscarded(message.turn, message.request, "the request was too long", attempt, 0.0)
    order = CompactionOrder("refused", problem=message.text)
    paid = (interrupted_reply(state, message, ""),) if message.usage != NOTHING_USED else ()
    state, sent = requested(replace(state, refusals=state.refusals + 1, order=order), now, paid)
    return state, (discarded, *sent)


def next_step(state: TurnState, now: float) -> TurnStep:
    """All calls of a step are answered: ask again, unless the model goes round in a circle."""
    seen = seen_after(state.seen, state.conversation.transcript.messages)
    state = replace(state, seen=seen)
    repeated = most_repeated(seen)
    turn = state.conversation.turn
    if repeated is None or turn is None:
        return requested(state, now)
    if repeated.told and repeated.times >= STOPPED_AT:
        return finished(state, TurnEnding("failed", REASON.format(name=repeated.name, times=repeated.times)), now)
    advice = ADVICE.format(name=repeated.name, times=repeated.times)
    told: tuple[Record, ...] = () if repeated.told else (ModelAdvised(turn.turn, advice),)
    return requested(replace(state, seen=told_of(seen)), now, told)


def context_report(state: TurnState) -> ContextReported:
    """How full the context is, and what was used."""
    conversation = expected(state)
    context = state.context if state.phase != "idle" else fitted(state).context
    return ContextReported(
        shares(conversation, context),
        conversation.usage,
        conversation.cost,
        conversation.unpriced,
        conversation.compactions,
        state.limits.max_budget_usd,
    )


def _mechanical(state: TurnState, pending: PendingSummary, paid: ConversationCompacted, now: float) -> TurnStep:
    order = pending.plan.order
    made = without_the_model(state.conversation, state.context, order, replace(paid, reason=order.reason))
    if not isinstance(made, Stuck):
        return _go_on(state, replace(made, turn=pending.turn), now)
    if pending.unwanted or order.reason == "asked":
        return _go_on(state, None, now)
    return finished(replace(state, summary=None, request=NO_REQUEST), TurnEnding("limit", made.reason, "context"), now)


def _go_on(state: TurnState, made: ConversationCompacted | None, now: float) -> TurnStep:
    state = replace(state, summary=None, request=NO_REQUEST)
    records: tuple[Record, ...] = () if made is None else (made,)
    if state.ending is not None:
        return finished(state, state.ending, now, *records)
    if state.conversation.turn is not None:
        return requested(state, now, records)
    state = replace(state, phase="idle")
    state, sent = committed(state, records, sync=True) if records else (state, ())
    note = () if records else (NoticeRaised("info", "The conversation was not compacted; nothing has changed."),)
    state, more = rested(state, now)
    return state, (*sent, *note, *more)
