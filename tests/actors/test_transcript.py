"""The transcript: a value that is never out of balance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from actors.transcript import EMPTY, AssistantMessage, ToolCall, ToolMessage, Transcript, Usage, UserMessage
from tests.actors.stage import is_balanced
from tools.tool import ToolResult

CALLS = tuple(ToolCall(name, "tool", "{}") for name in ("a", "b", "c"))
ASKED = EMPTY.add(UserMessage("go"), AssistantMessage("", calls=CALLS))


def answer(call: str, text: str = "") -> ToolMessage:
    return ToolMessage(call, "tool", ToolResult("ok", text))


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
    said = EMPTY.add(UserMessage("go"))
    assert said.answer(answer("a")) == said
    later = ASKED.add(UserMessage("never mind"))
    assert later.answer(answer("a")) == later


def test_unanswered_are_the_calls_of_the_last_answer_only() -> None:
    assert EMPTY.unanswered() == ()
    assert ASKED.unanswered() == CALLS
    assert ASKED.answer(answer("b")).unanswered() == (CALLS[0], CALLS[2])
    assert ASKED.add(UserMessage("never mind")).unanswered() == ()


def test_a_longer_transcript_shares_what_came_before() -> None:
    """What a dialect has written down once it need not write down again."""
    longer = ASKED.add(UserMessage("more"))
    assert all(first is second for first, second in zip(ASKED.messages, longer.messages, strict=False))
    assert Transcript() == EMPTY


def test_usage_adds_up() -> None:
    assert Usage(1, 2) + Usage(3, 4) == Usage(4, 6)
