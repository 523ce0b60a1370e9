"""Answers as real and as odd servers write them."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ReasoningBlock, TextBlock
from actors.transcript import Usage
from tests.actors.llm.dialects.anthropic.streams import (
    begin,
    called,
    delta,
    end,
    event,
    finish,
    finished,
    said,
    start,
    stop,
    thought,
)

LONG = json.dumps({"path": "a.py", "text": "print({'a': {}})\n" * 20})


def arguments(stream: bytes) -> list[tuple[str, str]]:
    return [(call.name, call.arguments) for call in finished(start() + stream + end("tool_use")).message.calls]


def test_one_call_in_many_blocks_of_one_id_is_one_call() -> None:
    """LiteLLM over a server for open models."""
    pieces = [LONG[place : place + 7] for place in range(0, len(LONG), 7)]
    stream = b"".join(called(place + 1, "call_x", "write_file", piece) for place, piece in enumerate(pieces))
    assert len(pieces) > 34
    assert arguments(said(0, "a") + stream) == [("write_file", LONG)]


def test_the_fragments_of_one_call_may_come_between_those_of_another() -> None:
    stream = b"".join(
        called(place, f"call_{place % 2}", f"f{place % 2}", piece) for place, piece in enumerate('{{""ab""::12}}')
    )
    assert arguments(stream) == [("f0", '{"a":1}'), ("f1", '{"b":2}')]


def test_whole_calls_of_one_id_are_calls_of_their_own() -> None:
    stream = called(0, "call_1", "f", '{"a"', ": 1}") + called(1, "call_1", "f", '{"a": 2}')
    message = finished(start() + stream + end("tool_use")).message
    assert [call.arguments for call in message.calls] == ['{"a": 1}', '{"a": 2}']
    assert message.calls[0].id != message.calls[1].id
    assert arguments(called(0, "x", "f", "") + called(1, "x", "g", '{"a": 2}')) == [("f", "{}"), ("g", '{"a": 2}')]


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        (called(0, "t", "f", a=1), '{"a": 1}'),
        (called(0, "t", "f"), "{}"),
        (called(0, "t", "f", ""), "{}"),
        (called(0, "t", "f", "{}", '{"a": 1}'), '{"a": 1}'),
        (called(0, "t", "f", '{"a": 2}', a=1), '{"a": 2}'),
        (begin(0, "tool_use", id="t", name="f", input=None) + stop(0), "{}"),
        (begin(0, "tool_use", id="t", name="f") + delta(0, "input_json_delta", partial_json={"a": 1}), '{"a": 1}'),
        (begin(0, "tool_use", id="t", name="f") + delta(9, "input_json_delta", partial_json='{"a": 1}'), '{"a": 1}'),
        (called(0, "t", "f", '{"a": '), '{"a": '),
    ],
    ids=[
        "in input",
        "none",
        "empty",
        "empty first",
        "both",
        "null",
        "object",
        "wrong index",
        "broken",
    ],
)
def test_arguments_arrive_in_every_way_that_servers_have(stream: bytes, text: str) -> None:
    assert arguments(stream) == [("f", text)]


def test_parallel_calls_may_be_interleaved_by_index() -> None:
    stream = (
        begin(0, "tool_use", id="a", name="f", input={})
        + begin("1", "tool_use", id="b", name="g", input={})  # type: ignore[arg-type]
        + delta(0, "input_json_delta", partial_json='{"x":')
        + delta(1, "input_json_delta", partial_json='{"y":')
        + delta(0, "input_json_delta", partial_json="1}")
        + delta(1, "input_json_delta", partial_json="2}")
    )
    assert arguments(stream) == [("f", '{"x":1}'), ("g", '{"y":2}')]


def test_a_call_without_a_name_or_an_id() -> None:
    assert arguments(called(0, "t", "", '{"a": 1}')) == []
    nameless = finished(start() + called(0, "", "f", "{}") + called(1, "", "f", "{}") + end("tool_use")).message
    assert len({call.id for call in nameless.calls}) == 2
    assert [call.provider_id for call in nameless.calls] == ["", ""]


def test_calls_with_another_stop_reason_are_calls() -> None:
    message = finished(start() + called(0, "t", "f", "{}") + end("end_turn")).message
    assert (message.stop_reason, message.raw_stop_reason) == ("tool_calls", "end_turn")


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "model_context_window_exceeded"])
def test_of_an_answer_that_was_cut_only_whole_calls_are_kept(reason: str) -> None:
    whole, half = called(0, "t", "f", '{"a": 1}'), called(1, "u", "g", '{"b": ')
    opened = begin(1, "tool_use", id="u", name="g", input={})
    for last in (half, opened):
        assert [call.name for call in finished(start() + whole + last + end(reason)).message.calls] == ["f"]


def test_a_thought_that_was_cut_is_not_sent_back() -> None:
    """An unsigned one would be refused."""
    cut = begin(0, "thinking", thinking="") + delta(0, "thinking_delta", thinking="half a th") + stop(0)
    assert finished(start() + cut + end("max_tokens")).message.blocks == (ReasoningBlock("half a th"),)


def test_a_thought_without_words_is_kept_for_its_signature() -> None:
    opened = begin(0, "thinking", thinking="") + delta(0, "signature_delta", signature="sig") + stop(0)
    (block,) = finished(start() + opened + end()).message.blocks
    assert isinstance(block, ReasoningBlock)
    assert block.state is not None
    assert json.loads(block.state.data) == {"type": "thinking", "thinking": "", "signature": "sig"}


def test_a_server_that_signs_nothing_gets_its_thoughts_back_as_they_came() -> None:
    opened = begin(0, "thinking", thinking="hm") + stop(0)
    (block,) = finished(start() + opened + end()).message.blocks
    assert isinstance(block, ReasoningBlock)
    assert block.state is not None
    assert json.loads(block.state.data) == {"type": "thinking", "thinking": "hm"}


def test_the_order_of_blocks_is_kept() -> None:
    stream = thought(0, "a", "s") + said(1, "b") + thought(2, "c", "t") + called(3, "t", "f", "{}") + said(4, "d")
    kinds = [type(block).__name__ for block in finished(start() + stream + end("tool_use")).message.blocks]
    assert kinds == ["ReasoningBlock", "TextBlock", "ReasoningBlock", "ToolCall", "TextBlock"]


def test_text_needs_no_block_that_was_begun() -> None:
    stream = (
        delta(0, "text_delta", text="a") + delta(0, "text_delta", text="b") + delta(1, "thinking_delta", thinking="c")
    )
    message = finished(stream + end()).message
    assert (message.text, message.reasoning, len(message.blocks)) == ("ab", "c", 2)


def test_text_may_come_with_the_beginning_of_its_block() -> None:
    assert finished(begin(0, "text", text="all of it") + stop(0) + end()).message.text == "all of it"


def test_the_work_of_the_providers_own_tools_goes_back_as_it_came() -> None:
    result = {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": [{"encrypted_content": "x/y"}]}
    stream = (
        begin(0, "server_tool_use", id="srv_1", name="web_search", input={})
        + delta(0, "input_json_delta", partial_json='{"query": "rain"}')
        + stop(0)
        + event("content_block_start", index=1, content_block=result)
        + stop(1)
    )
    blocks = finished(start() + stream + end("pause_turn")).message.blocks
    assert all(isinstance(block, TextBlock) and not block.text for block in blocks)
    data = [json.loads(block.state.data) for block in blocks if isinstance(block, TextBlock) and block.state]
    assert data == [
        {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "rain"}},
        result,
    ]


def test_a_block_that_could_not_be_read_whole_does_not_go_back() -> None:
    stream = begin(0, "server_tool_use", id="s", name="n", input={}) + delta(0, "strange_delta", bits=1) + stop(0)
    assert finished(start() + said(1, "a") + stream + end("pause_turn")).message.blocks == (TextBlock("a"),)


@pytest.mark.parametrize(
    ("stream", "usage"),
    [
        (start(input_tokens=10, output_tokens=1) + finish("end_turn", output_tokens=7), Usage(10, 7)),
        (start(input_tokens=10) + finish("end_turn", input_tokens=0, output_tokens=0), Usage(10, 0)),
        (start(input_tokens=0, output_tokens=0) + finish("end_turn", input_tokens=9, output_tokens=7), Usage(9, 7)),
        (
            start(input_tokens=1, cache_read_input_tokens=20, cache_creation_input_tokens=300)
            + finish("end_turn", cache_read_input_tokens=0, output_tokens=7),
            Usage(321, 7, cached_tokens=20, cache_written_tokens=300),
        ),
        (event("message_start", message=None) + finish("end_turn"), Usage()),
        (
            event("message_start", message={"usage": "lots"})
            + event("message_delta", delta={"stop_reason": "end_turn"}, usage=[1]),
            Usage(),
        ),
        (start(input_tokens=-5) + finish("end_turn", output_tokens=2), Usage(0, 2)),
    ],
    ids=["usual", "later zero", "only at the end", "cache", "none", "of another sort", "negative"],
)
def test_tokens_are_those_of_the_whole(stream: bytes, usage: Usage) -> None:
    assert finished(stream + said(0, "a")).usage == usage
