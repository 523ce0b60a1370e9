"""One event at a time: what it adds to an answer."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.chunks import AnswerDraft, decode_chunk
from actors.llm.dialects.openai_chat.opaque_state import StateOwner
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


FUNCTION = {"name": "f", "arguments": '{"a": 1}'}


@pytest.mark.parametrize("split", [1, 3, 8])
@pytest.mark.parametrize("first", ["legacy", "modern"])
def test_a_legacy_call_beside_calls_is_the_same_call(split: int, first: str) -> None:
    """llama-cpp-python sends both in every fragment."""
    chunks = list[dict[str, object]]()
    for start in range(0, 8, split):
        function = {"name": "f", "arguments": FUNCTION["arguments"][start : start + split]}
        modern = delta(tool_calls=[{"index": 0, "id": "c", "function": function}], function_call=function)
        legacy = delta(function_call=function)
        chunks += (
            [legacy, delta(tool_calls=[{"index": 0, "id": "c", "function": function}])]
            if first == "legacy"
            else [modern]
        )
    (call,) = drafted(*chunks).finished(set()).message.calls
    assert (call.name, call.arguments) == ("f", '{"a": 1}')


def test_a_legacy_call_alone_is_a_call() -> None:
    draft = drafted(delta(function_call={"name": "f", "arguments": '{"a"'}), delta(function_call={"arguments": ": 1}"}))
    (call,) = draft.finished(set()).message.calls
    assert (call.name, call.arguments) == ("f", '{"a": 1}')


def test_a_later_zero_is_no_news() -> None:
    draft = drafted(
        {"usage": {"prompt_tokens": 7, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 3}}},
        {"usage": {"prompt_tokens": 7, "completion_tokens": 2}},
        {"usage": {"prompt_tokens": 0, "completion_tokens": 0}},
    )
    assert draft.finished(set()).usage == Usage(7, 2, cached_tokens=3)


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [], "x_groq": {"usage": {"prompt_tokens": 7, "completion_tokens": 2}}},
        {"choices": [{"index": 0, "delta": {}, "usage": {"prompt_tokens": 7, "completion_tokens": 2}}]},
    ],
)
def test_usage_is_found_where_servers_put_it(chunk: dict[str, object]) -> None:
    assert drafted(chunk).finished(set()).usage == Usage(7, 2)


def test_a_refusal_is_a_withheld_answer_with_its_words() -> None:
    draft = drafted(
        delta(refusal="I can"), delta(refusal="not."), {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    )
    message = draft.finished(set()).message
    assert (message.text, message.stop_reason, message.raw_stop_reason) == ("I cannot.", "filtered", "refusal")


def test_a_call_without_a_name_leaves_a_message_that_wanted_calls() -> None:
    draft = drafted(
        delta(content="Let me look.", tool_calls=[{"index": 0, "function": {"arguments": "{}"}}]),
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    )
    message = draft.finished(set()).message
    assert (message.calls, message.stop_reason) == ((), "tool_calls")


@pytest.mark.parametrize("reason", ["insufficient_system_resource", "network_error", "abort"])
def test_a_server_that_gave_up_is_a_cut(reason: str) -> None:
    failure = AnswerDraft().take(decode_chunk(json.dumps({"choices": [{"finish_reason": reason}]}).encode()))
    assert failure is not None
    assert (failure.kind, failure.retryable) == ("cut", True)


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "function_call_filter: MALFORMED_FUNCTION_CALL"])
def test_a_call_that_the_server_could_not_read_goes_back_to_the_model(reason: str) -> None:
    failure = AnswerDraft().take(decode_chunk(json.dumps({"choices": [{"finish_reason": reason}]}).encode()))
    assert failure is not None
    assert failure.retryable
    assert failure.told


def test_reasoning_between_tags_is_reasoning_and_the_rest_is_text() -> None:
    draft = drafted(*(delta(content=letter) for letter in "<think>hm</think>\n\nSo <think> it is."))
    pieces = draft.pieces(final=True)
    message = draft.finished(set()).message
    assert "".join(piece.reasoning for piece in pieces) == message.reasoning == "hm"
    assert "".join(piece.text for piece in pieces) == message.text == "So <think> it is."


OWNER = StateOwner("P", "m")


def kept(*chunks: dict[str, object]) -> tuple[ContentBlock, ...]:
    draft = AnswerDraft(OWNER)
    for chunk in chunks:
        assert draft.take(decode_chunk(json.dumps(chunk).encode())) is None
    return draft.finished(set()).message.blocks


def test_what_a_provider_wants_back_is_kept_on_the_reasoning() -> None:
    blocks = kept(delta(reasoning_content="h"), delta(reasoning_content="m"), delta(content="a"))
    assert blocks == (ReasoningBlock("hm", OWNER.state({"reasoning_content": "hm"})), TextBlock("a"))
    assert kept(delta(reasoning="hm"), delta(content="a")) == (ReasoningBlock("hm"), TextBlock("a"))


def test_encrypted_reasoning_has_a_block_of_its_own() -> None:
    details = [{"type": "reasoning.encrypted", "data": "E", "index": 0}]
    state, text = kept(delta(content="a", reasoning_details=details))
    assert state == ReasoningBlock("", OWNER.state({"reasoning_details": details}))
    assert text == TextBlock("a")


def test_details_that_repeat_the_reasoning_are_shown_once() -> None:
    details = [{"type": "reasoning.text", "text": "hm", "index": 0}]
    (block,) = kept(delta(reasoning="hm", reasoning_details=details))
    assert block == ReasoningBlock("hm", OWNER.state({"reasoning_details": details}))


def test_a_signature_is_kept_on_its_call_and_one_of_the_message_on_the_message() -> None:
    signature = {"google": {"thought_signature": "s=="}}
    calls = [{"index": 0, "id": "c", "function": FUNCTION, "extra_content": signature}]
    (call,) = kept(delta(tool_calls=calls))
    assert isinstance(call, ToolCall)
    assert call.state == OWNER.state({"extra_content": signature})
    assert kept(delta(content="a", extra_content=signature))[0] == ReasoningBlock(
        "", OWNER.state({"extra_content": signature})
    )


def test_each_call_of_a_provider_knows_where_it_came_from() -> None:
    (call,) = kept(delta(tool_calls=[{"index": 0, "id": "c", "function": FUNCTION}]))
    assert isinstance(call, ToolCall)
    assert call.state == OWNER.state({})
    (call,) = kept(delta(tool_calls=[{"index": 0, "function": FUNCTION}]))
    assert isinstance(call, ToolCall)
    assert call.state is None
