"""One event at a time: what it adds to an answer."""

from __future__ import annotations

import json

from actors.llm.dialects.openai_chat.chunks import AnswerDraft, decode_chunk
from actors.llm.port import Failed, Piece
from actors.transcript import Usage


def drafted(*chunks: dict[str, object]) -> AnswerDraft:
    draft = AnswerDraft()
    for chunk in chunks:
        assert draft.take(decode_chunk(json.dumps(chunk))) is None
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
    failure = AnswerDraft().take(decode_chunk('{"choices": [{"delta": {}, "finish_reason": "error"}]}'))
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
