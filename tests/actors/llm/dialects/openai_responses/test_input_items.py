"""One message at a time, as items of a request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.blocks import ContentBlock, ProviderState, ReasoningBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId
from actors.llm.dialects.openai_responses.input_items import assistant_items, call_item
from actors.llm.wire_words import encoded
from actors.transcript import AssistantMessage
from tests.actors.llm.dialects.openai_responses.streams import CALL, MESSAGE, REASONING, completed, finished


def state(data: str) -> ProviderState:
    return ProviderState("provider", "model", data)


def items(*blocks: ContentBlock, owned: bool = True) -> list[dict[str, Any]]:
    message = AssistantMessage(blocks)
    wire_ids = {call.id: call.provider_id or call.id for call in message.calls}
    return [json.loads(item) for item in assistant_items(message, lambda _: owned, wire_ids)]


THOUGHT = ReasoningBlock("hm", state(json.dumps(REASONING)))
ASKED = ToolCall(CallId("t1-c1"), "read_file", CALL["arguments"], "call_a", state('{"id":"fc_1","status":"completed"}'))


def test_an_answer_goes_back_as_it_came() -> None:
    written = items(*finished(completed(REASONING, MESSAGE, CALL)).message.blocks)
    assert written == [REASONING, MESSAGE, CALL]


def test_an_encrypted_item_goes_back_in_the_servers_own_bytes() -> None:
    odd = '{ "type":"reasoning" ,"id":"rs_1","encrypted_content":"g\\u00e4", "summary":[]}'
    block = ReasoningBlock("", state(odd))
    first, _ = assistant_items(AssistantMessage((block, ASKED)), lambda _: True, {ASKED.id: "c"})
    assert first == odd.encode()


def test_nothing_of_another_provider_goes_back() -> None:
    written = items(*finished(completed(REASONING, MESSAGE, CALL)).message.blocks, owned=False)
    assert [item["type"] for item in written] == ["message", "function_call"]
    assert "fc_1" not in json.dumps(written)
    assert "msg_1" not in json.dumps(written)


def test_a_reasoning_is_left_out_where_nothing_follows_it() -> None:
    """A provider refuses a reasoning item without the item that it belongs to."""
    assert items(THOUGHT) == []
    assert [item["type"] for item in items(TextBlock("a"), THOUGHT)] == ["message"]
    assert items(THOUGHT, TextBlock("")) == []
    assert [item["type"] for item in items(THOUGHT, THOUGHT, TextBlock("a"))] == ["reasoning", "reasoning", "message"]


def test_an_interrupted_answer_sends_no_state_back() -> None:
    """Its calls are gone, so what belonged to them would be refused."""
    message = AssistantMessage((THOUGHT, TextBlock("Half", state(json.dumps({"id": "msg_1"}))), ASKED)).interrupt()
    (item,) = [json.loads(item) for item in assistant_items(message, lambda _: True, {})]
    assert item["content"] == [{"type": "output_text", "text": "Half\n\n[interrupted]"}]
    assert "id" not in item


@pytest.mark.parametrize("damaged", ["", "{", "[]", "nonsense", '{"a": NaN}', '{"a": "\ud800"}'])
def test_damaged_state_is_left_out(damaged: str) -> None:
    assert items(ReasoningBlock("", state(damaged)), TextBlock("a", state(damaged))) == items(TextBlock("a"))


@pytest.mark.parametrize(
    ("name", "sent"),
    [("read_file", "read_file"), ("a b/c.d", "a_b_c_d"), ("ä" * 70, "_" * 64), ("", "unknown"), ("x\n", "x_")],
)
def test_a_name_that_a_provider_refuses_is_never_sent(name: str, sent: str) -> None:
    """Sent back as it came, it would make every later request fail."""
    assert json.loads(call_item(ToolCall(CallId("c"), name, "{}"), "c"))["name"] == sent


@pytest.mark.parametrize("arguments", ['{"path": ', "[1]", "nonsense", "\ud800"])
def test_arguments_that_are_no_object_are_sent_as_one(arguments: str) -> None:
    sent = json.loads(call_item(ToolCall(CallId("c"), "f", arguments), "c"))["arguments"]
    assert "invalid_json" in json.loads(sent)


def test_a_call_twice_in_one_answer_is_written_once() -> None:
    assert len(items(ASKED, ASKED)) == 1


def test_blocks_of_a_newer_version_and_empty_texts_are_left_out() -> None:
    assert items(UnknownBlock("{}"), TextBlock("")) == []


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    assert json.loads(encoded({"a": "b\udc80"})) == {"a": "b?"}
