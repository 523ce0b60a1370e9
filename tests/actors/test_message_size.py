"""What a block takes of a request."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as some

from actors.blocks import ImageBlock, ProviderState, ReasoningBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId
from actors.message_size import FRAME, block_size, blocks_size, text_size
from actors.transcript import AssistantMessage, ToolMessage, Transcript, UserMessage, message_size
from tools.tool import ToolResult

STATE = ProviderState("p", "m", '"signed"')


def test_a_text_counts_the_bytes_that_are_sent() -> None:
    assert [text_size(text) for text in ("", "abc", "é", "日本", "\ud800")] == [0, 3, 2, 6, 3]


def test_reasoning_counts_only_by_what_is_sent_back() -> None:
    assert block_size(ReasoningBlock("a long thought " * 100)) == FRAME
    assert block_size(ReasoningBlock("", STATE)) == FRAME + len(STATE.data)
    assert block_size(UnknownBlock("{}" * 100)) == 0


def test_each_block_counts_its_provider_state() -> None:
    call = ToolCall(CallId("c"), "look", '{"a": 1}')
    stateful = ToolCall(CallId("c"), "look", '{"a": 1}', state=STATE)
    assert block_size(stateful) == block_size(call) + len(STATE.data)
    assert blocks_size((TextBlock("a"), call)) == block_size(TextBlock("a")) + block_size(call)
    assert block_size(ImageBlock("image/png", path="a")) > 1_000


@given(some.lists(some.text(max_size=40), max_size=12))
def test_the_size_of_a_transcript_is_that_of_its_messages_however_it_grew(texts: list[str]) -> None:
    transcript = Transcript()
    for number, text in enumerate(texts):
        call = ToolCall(CallId(f"c{number}"), "f", json.dumps(text))
        asked = AssistantMessage.of(text, calls=(call,))
        answer = ToolMessage.of(call.id, "f", ToolResult("ok", text))
        transcript = transcript.add(UserMessage.of(text), asked).answer(answer).answer(answer)
    assert transcript.size == sum(message_size(message) for message in transcript.messages)
    assert Transcript(tuple(transcript.messages)) == transcript
