"""The transcript: a value that is never out of balance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from actors.blocks import (
    ContentBlock,
    ImageBlock,
    ProviderState,
    ReasoningBlock,
    ResultBlock,
    TextBlock,
    ToolCall,
    UnknownBlock,
)
from actors.ids import CallId
from actors.transcript import EMPTY, AssistantMessage, ToolMessage, Transcript, Usage, UserMessage
from tests.actors.stage import is_balanced
from tools.tool import ToolResult

CALLS = tuple(ToolCall(CallId(name), "tool", "{}") for name in ("a", "b", "c"))
ASKED = EMPTY.add(UserMessage.of("go"), AssistantMessage.of("", calls=CALLS))


def answer(call: str, text: str = "") -> ToolMessage:
    return ToolMessage.of(CallId(call), "tool", ToolResult("ok", text))


@given(some.permutations(["a", "b", "c"]))
def test_answers_stand_in_the_order_of_their_calls_however_they_come(order: list[str]) -> None:
    """S0-12."""
    transcript = ASKED
    for call in order:
        transcript = transcript.answer(answer(call))
    assert [message.call for message in transcript.messages if isinstance(message, ToolMessage)] == ["a", "b", "c"]
    assert is_balanced(transcript)


@given(some.lists(some.sampled_from(["a", "b", "c", "never asked"])))
def test_a_call_has_one_answer_the_first(order: list[str]) -> None:
    transcript = ASKED
    for number, call in enumerate(order):
        transcript = transcript.answer(answer(call, str(number)))
    for message in transcript.messages:
        if isinstance(message, ToolMessage):
            assert message.result.text == str(order.index(message.call))
    assert {call.id for call in transcript.unanswered()} == {"a", "b", "c"} - set(order)


def test_an_answer_to_nothing_changes_nothing() -> None:
    assert EMPTY.answer(answer("a")) == EMPTY
    said = EMPTY.add(UserMessage.of("go"))
    assert said.answer(answer("a")) == said
    later = ASKED.add(UserMessage.of("never mind"))
    assert later.answer(answer("a")) == later


def test_unanswered_are_the_calls_of_the_last_answer_only() -> None:
    assert EMPTY.unanswered() == ()
    assert ASKED.unanswered() == CALLS
    assert ASKED.answer(answer("b")).unanswered() == (CALLS[0], CALLS[2])
    assert ASKED.add(UserMessage.of("never mind")).unanswered() == ()


def test_a_longer_transcript_shares_what_came_before() -> None:
    """What a dialect has written down once it need not write down again."""
    longer = ASKED.add(UserMessage.of("more"))
    assert all(first is second for first, second in zip(ASKED.messages, longer.messages, strict=False))
    assert Transcript() == EMPTY


def test_usage_adds_up() -> None:
    assert Usage(1, 2) + Usage(3, 4) == Usage(4, 6)


def test_a_message_gives_its_text_reasoning_and_calls_wherever_they_stand() -> None:
    message = AssistantMessage((ReasoningBlock("a"), TextBlock("b"), CALLS[0], TextBlock("c"), ReasoningBlock("d")))
    assert (message.text, message.reasoning, message.calls) == ("bc", "ad", CALLS[:1])
    assert UserMessage((TextBlock("look: "), ImageBlock("image/png", path="a.png"), TextBlock("this"))).text == (
        "look: this"
    )


def test_calls_are_numbered_in_order_and_all_else_is_kept() -> None:
    signed = replace(CALLS[1], provider_id="call_7", state=ProviderState("p", "m", "{}"))
    message = AssistantMessage((TextBlock("a"), CALLS[0], TextBlock("b"), signed), "tool_calls", "tool_use")
    numbered = message.numbered("t1-r1-c")
    assert numbered.blocks == (
        TextBlock("a"),
        replace(CALLS[0], id=CallId("t1-r1-c1")),
        TextBlock("b"),
        replace(signed, id=CallId("t1-r1-c2")),
    )
    assert (numbered.stop_reason, numbered.raw_stop_reason) == ("tool_calls", "tool_use")


def test_an_interrupted_message_has_no_calls_and_says_why() -> None:
    message = AssistantMessage((TextBlock("a"), CALLS[0], ReasoningBlock("b")), "tool_calls", "tool_use")
    assert message.interrupt() == AssistantMessage((TextBlock("a"), ReasoningBlock("b")), "interrupted", "tool_use")
    assert message.interrupt("cut").raw_stop_reason == "cut"
    assert message.interrupt().interrupted
    assert not message.interrupted


@pytest.mark.parametrize(
    ("blocks", "void"),
    [
        ((), True),
        ((TextBlock(""), ReasoningBlock("hm"), UnknownBlock("{}")), True),
        ((TextBlock("a"),), False),
        (CALLS[:1], False),
        ((ReasoningBlock("", ProviderState("p", "m", "{}")),), False),
        ((TextBlock("", ProviderState("p", "m", "{}")),), False),
        ((ImageBlock("image/png", sha256="00"),), False),
    ],
)
def test_a_message_is_void_where_a_later_request_need_not_repeat_it(
    blocks: tuple[ContentBlock, ...], *, void: bool
) -> None:
    assert AssistantMessage(blocks).void is void


def test_every_count_of_tokens_is_added_up() -> None:
    one = Usage(1, 2, 3, 4, 5)
    assert one + one + Usage() == Usage(2, 4, 6, 8, 10)


def test_the_answer_to_a_call_may_bring_images() -> None:
    image = ImageBlock("image/png", sha256="00")
    message = replace(answer("a", "seen"), images=(image,))
    assert message.blocks == (ResultBlock(CallId("a"), "tool", ToolResult("ok", "seen")), image)


def test_results_with_other_texts_leave_the_calls_and_the_order_alone() -> None:
    whole = ASKED.answer(answer("a")).answer(answer("b")).answer(answer("c"))
    folded = whole.with_texts({CallId("b"): "short", CallId("none"): "nothing"})
    results = [message.result for message in folded.messages if isinstance(message, ToolMessage)]
    assert [result.text for result in results] == [answer("a").result.text, "short", answer("c").result.text]
    assert results[1].more
    assert is_balanced(folded)
    assert folded.size == Transcript(tuple(folded.messages)).size


@pytest.mark.parametrize("count", range(6))
def test_a_summary_takes_the_place_of_the_first_messages_and_leaves_no_answer_alone(count: int) -> None:
    whole = ASKED.answer(answer("a")).answer(answer("b")).answer(answer("c"))
    shorter = whole.behind(count, UserMessage.of("so far"))
    assert shorter.messages[0] == UserMessage.of("so far")
    assert is_balanced(shorter)
    assert shorter.size == Transcript(tuple(shorter.messages)).size


def test_after_a_compaction_all_messages_are_other_objects() -> None:
    """By its last message a dialect sees that what it has encoded is of no use any more."""
    whole = ASKED.answer(answer("a")).answer(answer("b")).answer(answer("c"))
    for changed in (whole.with_texts({}), whole.behind(1, UserMessage.of("so far"))):
        assert not {id(message) for message in whole.messages} & {id(message) for message in changed.messages}
    assert whole.with_texts({}) == whole
