"""What is an answer and what is none."""

from __future__ import annotations

import pytest

from actors.blocks import TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.port import Failed
from actors.llm.retries.answer_check import checked
from actors.transcript import AssistantMessage, StopReason
from tools.tool import ToolDefinition

TOOLS = (ToolDefinition("look", "1.", "{}"),)
CALL = ToolCall(CallId("c"), "look", "{}")


@pytest.mark.parametrize(
    "message",
    [
        AssistantMessage.of("text"),
        AssistantMessage.of("", calls=(CALL,), stop_reason="tool_calls"),
        AssistantMessage.of("", stop_reason="length"),
        AssistantMessage.of("text", stop_reason="length"),
    ],
)
def test_what_says_or_calls_something_is_an_answer_and_stays_as_it_is(message: AssistantMessage) -> None:
    assert checked(message, TOOLS) is message


@pytest.mark.parametrize(
    ("text", "reason", "kind", "retryable"),
    [
        ("", "stop", "empty", True),
        ("\n", "stop", "empty", True),
        ("Let me look.", "tool_calls", "empty", True),
        ("text", "filtered", "filtered", False),
        ("", "filtered", "filtered", False),
    ],
)
def test_what_holds_nothing_or_was_withheld_is_none(
    text: str, reason: StopReason, kind: str, *, retryable: bool
) -> None:
    failure = checked(AssistantMessage.of(text, reasoning="hm", stop_reason=reason), TOOLS)
    assert isinstance(failure, Failed)
    assert (failure.kind, failure.retryable) == (kind, retryable)


def test_the_words_of_a_refusal_are_quoted_on_one_line() -> None:
    failure = checked(AssistantMessage((TextBlock("I\ncannot."),), "filtered", "refusal"), TOOLS)
    assert isinstance(failure, Failed)
    assert "(refusal): I cannot. Ask" in failure.text


def test_calls_of_a_cut_answer_are_put_right_too() -> None:
    call = ToolCall(CallId("c"), "functions.look", "{}")
    message = checked(AssistantMessage.of("", calls=(call,), stop_reason="length"), TOOLS)
    assert isinstance(message, AssistantMessage)
    assert message.calls[0].name == "look"
