"""Decides whether the conversation must be compacted before the next request, and how.

First what is free: old results folded, superseded reads dropped. Where that does not free enough, the messages before
the last ones are replaced by a summary: the model's if it may be asked, else one made without it, so that a full
session always goes on. A step is never cut in two: calls stand with their results. What would free less than a fifth
is no compaction: then the request cannot be made, and the decision says why. Pure; used by `actors.turn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from actors.context.accounting import bytes_of, estimate, limit, tokens_of
from actors.context.facts import SessionFacts, gathered
from actors.context.folding import SHORT, FoldingRule, folds
from actors.context.plan import ContextPlan
from actors.context.summary import SpokenWords, question, summary_text, without_model
from actors.conversation import Conversation, apply
from actors.ids import NO_REQUEST, NO_TURN, RequestId, TurnId
from actors.message_size import text_size
from actors.records import CompactionMethod, CompactionReason, ConversationCompacted, FoldedResult
from actors.transcript import (
    NOTHING_USED,
    AssistantMessage,
    ToolMessage,
    Transcript,
    TranscriptMessage,
    Usage,
    UserMessage,
    message_size,
)

ENOUGH = 0.8
"""A compaction leaves at most so much of what there was: at least a fifth is freed."""
ROOMY = 0.7
"""Folding alone is enough if it leaves at most this part of the limit: else the next compaction comes too soon."""
TAILS = (0.3, 0.1, 0.0)
"""The last steps that stay verbatim, as parts of the limit, as long as that frees enough; the last one always stays."""
LAST_RESULTS = (None, 4_000, 500)
"""Characters that results in these last steps keep; None: all."""
SUMMARY_PART = 0.12
"""A summary may have so much of the limit."""
ROOM_TO_SUM_UP = 1.15
"""The request for a summary may have so much of the limit: its answer is shorter than what is reserved."""
SHORTER = 3
"""A summary is reckoned to have at most this part of what it replaces (a third)."""
PROMPTS_PART = 0.08
TOKENS_A_WORD = 1.4
LONGEST_PROBLEM = 200
FITTING = "Use a model with a larger window, give the task in smaller parts, or begin anew with /clear."
"""What a person can do where nothing else helps."""


class CompactionOrder(Struct, frozen=True):
    """Why to compact although the estimate fits: the provider refused the request, or the person wants it."""

    reason: CompactionReason
    focus: str = ""
    turn: TurnId = NO_TURN
    problem: str = ""
    """What the provider said of the request that it refused."""


class SummaryPlan(Struct, frozen=True):
    """A summary to be asked of the model: what it takes the place of, and the request's own transcript."""

    order: CompactionOrder
    before: int
    replaced: int
    folds: tuple[FoldedResult, ...]
    transcript: Transcript


class Stuck(Struct, frozen=True):
    """Nothing frees enough."""

    reason: str


CompactionDecision: TypeAlias = ConversationCompacted | SummaryPlan | Stuck | None
"""A compaction that needs no model; one that does; none is possible; none is needed."""


def decide(
    conversation: Conversation, plan: ContextPlan, order: CompactionOrder | None, *, ask: bool
) -> CompactionDecision:
    """What to do before the next request. `order`: compact in any case; `ask`: the model may be asked."""
    used = estimate(conversation, plan)
    if order is None and (used <= limit(conversation, plan) or not plan.settings.compact):
        return None
    attempt = _Attempt(conversation, plan, order or CompactionOrder("threshold"), used)
    if attempt.order.reason != "asked" and (light := attempt.light()) is not None:
        return light
    if ask and may_summarise(conversation, plan, attempt.order) and (summary := attempt.summary()) is not None:
        return summary
    return attempt.mechanical() or Stuck(_why(attempt))


def without_the_model(
    conversation: Conversation, plan: ContextPlan, order: CompactionOrder, record: ConversationCompacted
) -> ConversationCompacted | Stuck:
    """A summary made without the model, after `record` (its request, cost and problem) could not be had."""
    used = estimate(conversation, plan)
    attempt = _Attempt(conversation, plan, order, used)
    made = attempt.mechanical()
    if made is None:
        return Stuck(_why(attempt))
    return replace(
        made, request=record.request, usage=record.usage, cost=record.cost, problem=record.problem[:LONGEST_PROBLEM]
    )


def may_summarise(conversation: Conversation, plan: ContextPlan, order: CompactionOrder) -> bool:
    """Whether the model was not asked too lately; a person who asks for it gets it."""
    last = conversation.summarised
    return order.reason == "asked" or last is None or conversation.requests - last >= plan.settings.summary_steps


def summarised(
    conversation: Conversation, plan: ContextPlan, summary: SummaryPlan, reply: AssistantMessage
) -> ConversationCompacted | str:
    """The compaction with the model's summary; a text says why it cannot be used."""
    text = reply.text.strip()
    if reply.stop_reason not in ("stop", "tool_calls"):
        return f"the summary was cut ({reply.raw_stop_reason or reply.stop_reason})"
    if not text:
        return "the summary was empty"
    attempt = _Attempt(conversation, plan, summary.order, summary.before)
    made = attempt.replaced("summary", summary.replaced, summary.folds, text)
    if attempt.enough(made):
        return made
    longer = text_size(text) >= attempt.size_before(summary.replaced)
    return f"the summary was {'longer than what it was to replace' if longer else 'too long'}"


class _Attempt:
    """One conversation that must get shorter, in every way that there is."""

    def __init__(self, conversation: Conversation, plan: ContextPlan, order: CompactionOrder, before: int) -> None:
        self.conversation = conversation
        self.plan = plan
        self.order = order
        self.before = before
        self.messages: Sequence[TranscriptMessage] = conversation.transcript.messages
        self.limit = limit(conversation, plan)
        if order.reason == "refused":
            self.limit = min(self.limit, int(before * plan.settings.threshold))

    def light(self) -> ConversationCompacted | None:
        """Folding alone, where that frees enough for a while."""
        folded = self._folds(self._start(TAILS[0]))
        made = self._finished(self._record("folded", folds=folded))
        return made if folded and self.enough(made) and made.after <= self.limit * ROOMY else None

    def summary(self) -> SummaryPlan | None:
        """What to ask the model, with as many last steps left as is worth it; None if nothing is."""
        return next(filter(None, map(self._summary_before, TAILS)), None)

    def _summary_before(self, tail: float) -> SummaryPlan | None:
        start = self._start(tail)
        opening = self.plan.opening.size
        everything = opening + self.conversation.transcript.size
        room = min(self._bytes(self.limit * SUMMARY_PART), self.size_before(start) // SHORTER)
        if not start or self.size_before(start) - room < everything * (1 - ENOUGH):
            return None
        folded = self._folds(start)
        asked = self.conversation.transcript.with_texts({fold.call: fold.text for fold in folded}).messages[:start]
        words = max(100, int(self.limit * SUMMARY_PART / TOKENS_A_WORD))
        asking = UserMessage.of(question(words, self.order.focus))
        most = self._bytes(self.limit * ROOM_TO_SUM_UP) - opening
        transcript = Transcript((*_newest(asked, most - message_size(asking)), asking))
        if transcript.size > most:
            return None  # one message alone is too long for the model
        return SummaryPlan(self.order, self.before, start, folded, transcript)

    def mechanical(self) -> ConversationCompacted | None:
        """The first of ever shorter ones that frees enough."""
        return next((made for made in self._shorter() if self.enough(made)), None)

    def replaced(
        self, method: CompactionMethod, start: int, folded: tuple[FoldedResult, ...], notes: str
    ) -> ConversationCompacted:
        """The compaction that puts a summary before the message at `start`."""
        facts = replace(gathered(self.conversation.facts, self.messages[:start]), notes=notes)
        text = summary_text(self._spoken(start), facts, self._bytes(self.limit * PROMPTS_PART))
        kept = {message.call for message in self.messages[start:] if isinstance(message, ToolMessage)}
        folded = tuple(fold for fold in folded if fold.call in kept)
        record = self._record(method, folds=folded, start=start, text=text)
        return self._finished(replace(record, facts=facts))

    def enough(self, made: ConversationCompacted) -> bool:
        """Whether a fifth is freed, and the request fits unless the person wanted the compaction anyway."""
        return made.after <= self.before * ENOUGH and (made.after <= self.limit or self.order.reason == "asked")

    def size_before(self, start: int) -> int:
        """Bytes of the messages before this one."""
        return sum(message_size(message) for message in self.messages[:start])

    def _shorter(self) -> Iterator[ConversationCompacted]:
        most = self._bytes(self.limit * SUMMARY_PART)
        for tail, later in zip(TAILS, LAST_RESULTS, strict=True):
            start = self._start(tail)
            folded = self._folds(start, later)
            notes = without_model(self.messages[:start], self.conversation.facts.notes, most)
            if start:
                yield self.replaced("mechanical", start, folded, notes)
            if folded:
                yield self._finished(self._record("folded", folds=folded))
            most //= 2

    def _folds(self, start: int, later: int | None = None) -> tuple[FoldedResult, ...]:
        return folds(self.messages, FoldingRule(start, SHORT // 2, later, self.plan.journal))

    def _start(self, tail: float) -> int:
        """Where the steps begin that stay: as many of the last ones as fit, at least one."""
        room = self._bytes(self.limit * tail)
        start = len(self.messages)
        for place in range(len(self.messages) - 1, -1, -1):
            room -= message_size(self.messages[place])
            if room < 0 and start < len(self.messages):
                break
            if not isinstance(self.messages[place], ToolMessage):
                start = place
        return start

    def _spoken(self, start: int) -> SpokenWords:
        """The person's words that are not in what stays."""
        stays = [message.text for message in self.messages[start:] if isinstance(message, UserMessage)]
        prompts = list(self.conversation.prompts)
        for text in reversed(stays):
            if prompts and text.endswith(prompts[-1]):
                prompts.pop()
        whole = len(prompts) == len(self.conversation.prompts)
        task = prompts.pop() if prompts and whole else ""
        return SpokenWords(task, tuple(prompts))

    def _record(
        self, method: CompactionMethod, *, folds: tuple[FoldedResult, ...], start: int = 0, text: str = ""
    ) -> ConversationCompacted:
        facts = self.conversation.facts
        order = self.order
        return ConversationCompacted(order.turn, order.reason, method, folds, start, text, facts, self.before)

    def _finished(self, record: ConversationCompacted) -> ConversationCompacted:
        return replace(record, after=estimate(apply(self.conversation, record), self.plan))

    def _bytes(self, tokens: float) -> int:
        return bytes_of(tokens, self.conversation, self.plan)


def paid_for(
    request: RequestId, usage: Usage = NOTHING_USED, cost: float | None = None, problem: str = ""
) -> ConversationCompacted:
    """What a request for a summary left behind: a record without a compaction, for `without_the_model`."""
    return ConversationCompacted(
        NO_TURN, "asked", "mechanical", request=request or NO_REQUEST, usage=usage, cost=cost, problem=problem
    )


def facts_of(conversation: Conversation) -> SessionFacts:
    """What the session's calls tell so far."""
    return gathered(conversation.facts, conversation.transcript.messages)


def _newest(messages: Sequence[TranscriptMessage], most: int) -> tuple[TranscriptMessage, ...]:
    """The last messages that fit, from the beginning of a step; an earlier summary, which is the first, stays."""
    if sum(message_size(message) for message in messages) <= most:
        return tuple(messages)
    first = tuple(messages[:1]) if isinstance(messages[0], UserMessage) else ()
    room = most - sum(message_size(message) for message in first)
    start = len(messages)
    for place in range(len(messages) - 1, len(first) - 1, -1):
        room -= message_size(messages[place])
        if room < 0:
            break
        if not isinstance(messages[place], ToolMessage):
            start = place
    return (*first, *messages[start:])


def _why(attempt: _Attempt) -> str:
    """Why nothing more can be done: in the provider's words where it has refused a request, else in ours."""
    plan, problem, used = attempt.plan, attempt.order.problem, attempt.before
    opening = tokens_of(plan.opening.size, attempt.conversation, plan)
    full = f"The context window ({plan.window} tokens{', assumed' if plan.assumed else ''}) is full"
    return (
        f"{problem.rstrip('.') or full}: the request has about {used} tokens, of which system prompt and tools are "
        f"{opening}, and compacting the conversation does not free a fifth of it. {FITTING}"
    )
