"""Requests as their receiver reads them."""

from __future__ import annotations

import pytest

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.dialect import create
from actors.llm.scripted.chat_request import ChatRequest, read_request
from actors.transcript import AssistantMessage, ToolMessage, Transcript, TranscriptMessage, UserMessage
from config.providers import SCRIPTED
from tests.actors.llm.hearing import TOOL_NAMES, call
from tools.tool import ToolResult

ASKED = AssistantMessage.of("", calls=(ToolCall(CallId("a"), "f", "{}"), ToolCall(CallId("b"), "g", "{}")))
ANSWERS = (
    ToolMessage.of(CallId("a"), "f", ToolResult("ok", "one")),
    ToolMessage.of(CallId("b"), "g", ToolResult("denied", "two")),
)


def asked(*messages: TranscriptMessage) -> ChatRequest:
    return read_request(create(SCRIPTED).request(call(transcript=Transcript(messages))).body)


def test_what_a_dialect_writes_is_read() -> None:
    ours = asked(UserMessage.of("first"), AssistantMessage.of("x"), UserMessage.of("do it"), ASKED, *ANSWERS)
    assert ours.model == "some-model"
    assert tuple(tool.function.name for tool in ours.tools) == TOOL_NAMES
    assert ours.prompt() == "do it"
    assert [message.role for message in ours.since_prompt()] == ["assistant", "tool", "tool"]
    assert ours.results() == ("one", "[denied] two")
    assert not ours.is_first()


def test_results_are_those_since_the_model_spoke_last() -> None:
    assert asked(UserMessage.of("do it"), ASKED, *ANSWERS, AssistantMessage.of("done")).results() == ()


def test_the_first_request_is_one() -> None:
    assert asked(UserMessage.of("do it")).is_first()
    assert ChatRequest().prompt() == ""
    assert ChatRequest().since_prompt() == ()


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(ValueError, match="role"):
        read_request(b'{"messages": [{}]}')


def test_content_may_be_a_list_of_parts_and_lists_may_be_null() -> None:
    """As gateways write it."""
    body = (
        b'{"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},'
        b' {"role": "assistant", "content": null, "tool_calls": null}], "tools": null}'
    )
    read = read_request(body)
    assert (read.prompt(), read.tools, read.messages[1].tool_calls) == ("ab", (), ())
