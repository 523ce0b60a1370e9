"""One event at a time: what it adds to an answer."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.chunks import AnswerDraft, decode_chunk
from actors.llm.port import Failed, Piece
from actors.transcript import Usage


def drafted(*chunks: dict[str, object]) -> AnswerDraft:
    draft = AnswerDraft()
    for chunk in chunks:
        assert draft.take(decode_chunk(json.dumps(chunk).encode())) is None
    return draft


def delta(**fields: object) -> dict[str, object]:
    return {"choices": [{"delta": fields}]}


def test_neighbours_of_one_sort_are_one_piece() -> None:
    draft = drafted(
        delta(reasoning_content="hm"),
        delta(reasoning_content="m"),
        delta(content="a"),
        delta(content="b"),
        delta(reasoning="wait"),
        delta(content="c"),
    )
    assert draft.pieces() == (Piece(reasoning="hmm"), Piece("ab"), Piece(reasoning="wait"), Piece("c"))
    assert draft.pieces() == ()


def test_nulls_and_missing_fields_are_nothing() -> None:
    draft = drafted(
        {},
        {"choices": None},
        {"choices": []},
        {"choices": [{}]},
        {"choices": [{"delta": None, "finish_reason": None}]},
        delta(content=None, tool_calls=None, reasoning_content=None, role="assistant"),
        delta(content=""),
        {"usage": None},
        {"usage": {"prompt_tokens": None}},
        {"error": None},
    )
    assert draft.pieces() == ()
    assert draft.empty


def test_usage_is_what_was_said_last_and_zero_where_nothing_was() -> None:
    assert drafted(delta(content="a")).finished(set()).usage == Usage()
    draft = drafted(
        {"usage": {"prompt_tokens": 1, "completion_tokens": 1}},
        {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2.0}},
    )
    assert draft.finished(set()).usage == Usage(9, 2)


def test_only_the_first_choice_counts() -> None:
    draft = drafted({"choices": [{"index": 1, "delta": {"content": "b"}}, {"index": 0, "delta": {"content": "a"}}]})
    assert draft.finished(set()).message.text == "a"


def test_content_may_be_a_list_of_parts() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "yes"},
        {"type": "image"},
    ]
    assert drafted(delta(content=parts)).pieces() == (Piece(reasoning="hm"), Piece("yes"))


def test_a_finish_reason_may_be_an_object() -> None:
    draft = drafted({"choices": [{"delta": {"content": "a"}, "finish_reason": {"type": "length"}}]})
    assert draft.finish == "length"


def test_a_server_that_gives_up_is_a_cut() -> None:
    failure = AnswerDraft().take(decode_chunk(b'{"choices": [{"delta": {}, "finish_reason": "error"}]}'))
    assert isinstance(failure, Failed)
    assert (failure.kind, failure.retryable) == ("cut", True)


def test_old_servers_call_one_function() -> None:
    draft = drafted(
        delta(function_call={"name": "read", "arguments": ""}),
        delta(function_call={"arguments": "{}"}),
        {"choices": [{"delta": {}, "finish_reason": "function_call"}]},
    )
    message = draft.finished(set()).message
    assert [(call.name, call.arguments) for call in message.calls] == [("read", "{}")]
    assert message.stop_reason == "tool_calls"


def test_calls_make_the_stop_reason_whatever_the_server_says() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "read", "arguments": "{}"}}
    draft = drafted(delta(tool_calls=[call]), {"choices": [{"delta": {}, "finish_reason": "stop"}]})
    assert draft.finished(set()).message.stop_reason == "tool_calls"


def test_blocks_stand_in_the_order_in_which_the_server_sent_them() -> None:
    begun = {"index": 0, "id": "call_7", "function": {"name": "read", "arguments": "{"}}
    draft = drafted(
        delta(reasoning_content="First "),
        delta(reasoning_content="this."),
        delta(content="a"),
        delta(content="b"),
        delta(reasoning="Then that."),
        delta(content="c"),
        delta(tool_calls=[begun]),
        delta(content="d"),
        delta(tool_calls=[{"index": 0, "function": {"arguments": "}"}}]),
        delta(content="e"),
    )
    message = draft.finished(set()).message
    assert message.blocks == (
        ReasoningBlock("First this."),
        TextBlock("ab"),
        ReasoningBlock("Then that."),
        TextBlock("c"),
        ToolCall(CallId("call_7"), "read", "{}", "call_7"),
        TextBlock("de"),
    )
    assert (message.text, message.reasoning) == ("abcde", "First this.Then that.")


def test_a_call_keeps_the_servers_own_id_whatever_id_it_gets_here() -> None:
    call = {"id": "functions.read:0", "function": {"name": "read", "arguments": "{}"}}
    (again,) = drafted(delta(tool_calls=[call])).finished({"functions.read:0"}).message.calls
    assert again.id != "functions.read:0"
    assert again.provider_id == "functions.read:0"
    (nameless,) = drafted(delta(tool_calls=[call | {"id": None}])).finished(set()).message.calls
    assert (nameless.id, nameless.provider_id) == ("call_1", "")


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 6}}, Usage(9, 4, cached_tokens=6)),
        ({"prompt_cache_hit_tokens": 6, "prompt_cache_miss_tokens": 3}, Usage(9, 4, cached_tokens=6)),
        (
            {"cache_read_input_tokens": 6, "cache_creation_input_tokens": 2},
            Usage(9, 4, cached_tokens=6, cache_written_tokens=2),
        ),
        ({"completion_tokens_details": {"reasoning_tokens": 3}}, Usage(9, 4, reasoning_tokens=3)),
        ({"prompt_tokens_details": None, "completion_tokens_details": {"reasoning_tokens": None}}, Usage(9, 4)),
    ],
)
def test_cached_and_reasoning_tokens_are_counted_under_any_of_their_names(
    counts: dict[str, object], usage: Usage
) -> None:
    draft = drafted({"usage": {"prompt_tokens": 9, "completion_tokens": 4, **counts}})
    assert draft.finished(set()).usage == usage


@pytest.mark.parametrize("reason", ["length", "max_tokens", "model_length", "content_filter", "safety"])
def test_a_half_written_call_is_dropped_where_the_answer_was_cut_in_any_words(reason: str) -> None:
    call = {"index": 0, "id": "a", "function": {"name": "read", "arguments": '{"pa'}}
    draft = drafted(delta(content="x", tool_calls=[call]), {"choices": [{"delta": {}, "finish_reason": reason}]})
    assert draft.finished(set()).message.blocks == (TextBlock("x"),)


def test_an_answer_is_empty_until_it_says_something_or_calls() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "read", "arguments": "{}"}}
    assert drafted(delta(reasoning_content="hm"), delta(content="")).empty
    assert not drafted(delta(content="a")).empty
    assert not drafted(delta(tool_calls=[call])).empty
