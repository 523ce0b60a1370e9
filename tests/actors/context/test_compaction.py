"""What a compaction decides, whatever the conversation is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from actors.blocks import ToolCall
from actors.context.accounting import estimate, limit
from actors.context.compaction import ENOUGH, CompactionOrder, Stuck, SummaryPlan, decide, without_the_model
from actors.context.plan import ContextPlan
from actors.conversation import Conversation, apply, fold
from actors.drill.judging.invariants import unbalanced
from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.records import CallFinished, ConversationCompacted, PromptAccepted, Record, ReplyCompleted, TurnStarted
from actors.transcript import NOTHING_USED, AssistantMessage, Usage
from config.settings import ContextSettings
from tests.actors.context.long_talk import plan
from tools.tool import ToolResult

PLAN = plan(4_000, system=500, tools=500)
TURN = TurnId("t1")
SIZES = some.integers(0, 12_000)
STEPS = some.lists(some.lists(SIZES, max_size=4), max_size=12)


def talk(task: str, steps: list[list[int]], counted: int = 0) -> Conversation:
    """A turn of these steps: each is the sizes of the results of its calls."""
    records: list[Record] = [PromptAccepted(PromptId("p"), task), TurnStarted(TURN, PromptId("p"), task)]
    for number, sizes in enumerate(steps):
        calls = tuple(
            ToolCall(CallId(f"{number}-{place}"), "look", f'{{"path": "{place}"}}') for place in range(len(sizes))
        )
        message = AssistantMessage.of(f"step {number}", calls=calls)
        records.append(ReplyCompleted(TURN, RequestId(f"r{number}"), message, Usage(counted)))
        records += [
            CallFinished(TURN, call.id, "look", ToolResult("ok", "x" * size))
            for call, size in zip(calls, sizes, strict=True)
        ]
    return fold(records)


@settings(max_examples=150, deadline=None)
@given(task=some.text(max_size=400), steps=STEPS, asked=some.booleans())
def test_whatever_was_said_a_compaction_frees_enough_keeps_the_pairs_and_the_task(
    task: str, steps: list[list[int]], *, asked: bool
) -> None:
    conversation = talk(task, steps)
    order = CompactionOrder("asked") if asked else None
    decision = decide(conversation, PLAN, order, ask=True)
    used = estimate(conversation, PLAN)
    if decision is None:
        assert used <= limit(conversation, PLAN)
        return
    if isinstance(decision, SummaryPlan):
        assert not unbalanced(decision.transcript)
        assert not unbalanced(type(decision.transcript)(conversation.transcript.messages[decision.replaced :]))
        paid = ConversationCompacted(TURN, "threshold", "mechanical")
        decision = without_the_model(conversation, PLAN, decision.order, paid)
    if isinstance(decision, Stuck):
        assert "does not free a fifth" in decision.reason
        return
    after = apply(conversation, decision)
    assert decision.after == estimate(after, PLAN) <= ENOUGH * used
    assert asked or decision.after <= limit(conversation, PLAN)
    assert not unbalanced(after.transcript)
    assert any(task in getattr(message, "text", "") for message in after.transcript.messages)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_compacting_again_and_again_comes_to_an_end(steps: list[list[int]]) -> None:
    """Each one is shorter, and the last one says that there is no more to be had."""
    conversation = talk("the task", steps)
    for _ in range(40):
        decision = decide(conversation, PLAN, CompactionOrder("asked"), ask=False)
        if not isinstance(decision, ConversationCompacted):
            assert isinstance(decision, Stuck)
            return
        before, conversation = conversation, apply(conversation, decision)
        assert conversation.transcript.size < before.transcript.size
    raise AssertionError("it goes on for ever")


def test_a_compaction_on_a_damaged_journal_makes_a_legal_state() -> None:
    """Lines before it are lost: it cuts somewhere else, and no result is left without its call."""
    whole = talk("the task", [[3_000, 10], [3_000], [3_000, 10, 10], [2_000], [2_000]])
    record = decide(whole, PLAN, CompactionOrder("asked"), ask=False)
    assert isinstance(record, ConversationCompacted)
    messages = whole.transcript.messages
    for count in range(len(messages) + 2):
        cut = ConversationCompacted(TURN, "asked", "mechanical", record.folds, count, "what was said", record.facts)
        after = apply(whole, cut)
        assert not unbalanced(after.transcript) or count > len(messages)
        assert after.transcript.size == type(after.transcript)(tuple(after.transcript.messages)).size


def test_open_calls_of_a_damaged_journal_are_answered_before_a_compaction() -> None:
    conversation = talk("the task", [[10], [10]])
    call = ToolCall(CallId("open"), "look", "{}")
    asked = ReplyCompleted(TURN, RequestId("r9"), AssistantMessage.of("", calls=(call,)), NOTHING_USED)
    after = apply(apply(conversation, asked), ConversationCompacted(TURN, "asked", "mechanical", (), 2, "before"))
    assert not unbalanced(after.transcript)


def test_compaction_by_itself_can_be_turned_off() -> None:
    off = ContextPlan("m", 4_000, settings=ContextSettings(compact=False))
    conversation = talk("the task", [[8_000], [8_000], [8_000]])
    assert decide(conversation, off, None, ask=True) is None
    assert decide(conversation, off, CompactionOrder("refused"), ask=True) is not None


def test_a_refusal_that_no_compaction_cures_says_what_the_provider_said_and_not_that_the_window_is_full() -> None:
    decision = decide(talk("one", []), PLAN, CompactionOrder("refused", problem="Too long: 9 > 8."), ask=True)
    assert isinstance(decision, Stuck)
    assert decision.reason.startswith("Too long: 9 > 8: the request has about")
    assert "is full" not in decision.reason
