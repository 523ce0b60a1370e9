"""The messages of a conversation as bytes; see `test_dialect` for what each of them holds."""

from __future__ import annotations

import json

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.messages import EncodedMessages
from actors.llm.dialects.openai_chat.wire_ids import WireTarget
from actors.llm.wire_words import UNANSWERED
from actors.transcript import AssistantMessage, ToolMessage, UserMessage
from tools.tool import ToolResult

CALLS = (ToolCall(CallId("a"), "look", "{}"), ToolCall(CallId("b"), "look", "{}"))


def read(data: bytes | bytearray) -> list[dict[str, object]]:
    return json.loads(b"[" + bytes(data)[1:] + b"]")  # type: ignore[no-any-return]


def test_bytes_are_only_appended() -> None:
    messages = EncodedMessages(WireTarget("p", "m"), "null")
    messages.append(UserMessage.of("hi"))
    before = bytes(messages.data)
    messages.append(AssistantMessage.of("", calls=CALLS))
    assert messages.data.startswith(before)
    assert messages.call_ids == {"a", "b"}


def test_calls_without_an_answer_are_answered_for_one_request_and_for_good_when_the_talk_goes_on() -> None:
    messages = EncodedMessages(WireTarget("p", "m", "own"), "null")
    messages.append(AssistantMessage.of("", calls=CALLS))
    messages.append(ToolMessage.of(CallId("a"), "look", ToolResult("ok", "seen")))
    assert [each["tool_call_id"] for each in read(messages.unanswered())] == ["b"]
    messages.append(UserMessage.of("on"))
    assert messages.unanswered() == b""
    assert [each.get("content") for each in read(messages.data)] == [None, "seen", UNANSWERED, "on"]


def test_a_call_that_is_named_twice_is_sent_once() -> None:
    messages = EncodedMessages(WireTarget("p", "m"), "null")
    messages.append(AssistantMessage.of("", calls=(CALLS[0], CALLS[0])))
    (message,) = read(messages.data)
    assert len(message["tool_calls"]) == 1  # type: ignore[arg-type]
