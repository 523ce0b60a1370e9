"""Whole answers, however they are cut, and everything that is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.anthropic.reply import MessagesDecoder
from actors.llm.port import Failed, Finished, Piece
from actors.transcript import Usage
from tests.actors.llm.dialects.anthropic.streams import (
    END,
    PING,
    begin,
    called,
    decoded,
    delta,
    end,
    event,
    failed,
    finish,
    finished,
    said,
    start,
    stop,
    thought,
)

WHOLE = (
    b": keep-alive\r\n\r\n"
    + start(input_tokens=20, cache_read_input_tokens=300, cache_creation_input_tokens=4, output_tokens=1)
    + PING
    + thought(0, "hm, 世界", "EqQB", "CgIY")
    + begin(1, "redacted_thinking", data="EmwKAhgB/+\u2028")
    + stop(1)
    + said(2, "Grüße, ", "世界").replace(b"\n", b"\r\n")
    + called(3, "toolu_01", "read_file", "", '{"path"', ': "ä"}')
    + PING
    + called(4, "toolu_02", "find", '{"a": 1}')
    + event("content_block_start", index=5, content_block={"type": "hologram", "light": [1]})
    + delta(5, "photon_delta", colour="red")
    + stop(5)
    + event("weather", rain=True)
    + end("tool_use", output_tokens=89)
)
CALLS = (
    ToolCall(CallId("toolu_01"), "read_file", '{"path": "ä"}', "toolu_01"),
    ToolCall(CallId("toolu_02"), "find", '{"a": 1}', "toolu_02"),
)


def test_a_whole_stream_is_an_answer() -> None:
    pieces, final = decoded(WHOLE)
    assert pieces == [Piece(reasoning="hm, 世界"), Piece("Grüße, 世界")]
    assert isinstance(final, Finished)
    thinking, redacted, text, *calls = final.message.blocks
    assert isinstance(thinking, ReasoningBlock)
    assert isinstance(redacted, ReasoningBlock)
    assert thinking.state is not None
    assert redacted.state is not None
    assert (thinking.state.provider, thinking.state.model) == ("anthropic", "m-1")
    assert json.loads(thinking.state.data) == {"type": "thinking", "thinking": "hm, 世界", "signature": "EqQBCgIY"}
    assert json.loads(redacted.state.data) == {"type": "redacted_thinking", "data": "EmwKAhgB/+\u2028"}
    assert text == TextBlock("Grüße, 世界")
    assert tuple(calls) == CALLS
    assert (final.message.stop_reason, final.message.raw_stop_reason) == ("tool_calls", "tool_use")
    assert final.usage == Usage(324, 89, cached_tokens=300, cache_written_tokens=4)


@given(st.lists(st.integers(0, len(WHOLE)), max_size=30))
def test_cuts_of_the_reads_change_nothing(cuts: list[int]) -> None:
    pieces, final = decoded(WHOLE, *cuts)
    assert "".join(piece.text for piece in pieces) == "Grüße, 世界"
    assert "".join(piece.reasoning for piece in pieces) == "hm, 世界"
    assert final == decoded(WHOLE)[1]


def test_reads_of_one_byte_change_nothing() -> None:
    assert decoded(WHOLE, *range(len(WHOLE)))[1] == decoded(WHOLE)[1]


@given(st.integers(0, WHOLE.index(b'"stop_reason": "tool_use"') - 1))
def test_a_stream_that_ends_too_early_never_is_an_answer_and_shows_no_call(length: int) -> None:
    """Pain 17: a cut stream is no success."""
    pieces, final = decoded(WHOLE[:length])
    assert isinstance(final, Failed)
    assert (final.kind, final.retryable) == ("cut", True)
    assert "Grüße, 世界".startswith("".join(piece.text for piece in pieces))


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_rubbish_fails_and_nothing_worse(rubbish: bytes, cuts: list[int]) -> None:
    assert isinstance(decoded(rubbish, *(min(cut, len(rubbish)) for cut in cuts))[1], Failed)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("index", "delta", "content_block", "message", "usage", "error", "stop_reason", "content")
KINDS = (
    "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
    "message_stop", "ping", "error", "", None, 7,
)  # fmt: skip
BLOCK_FIELDS = (
    "type", "id", "name", "input", "text", "thinking", "signature", "partial_json", "stop_reason", "usage", "data",
)  # fmt: skip
BLOCK_TYPES = ("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "x", "text_delta")
parts = st.dictionaries(st.sampled_from(BLOCK_FIELDS), json_values | st.sampled_from(BLOCK_TYPES), max_size=4)
odd_events = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional=dict.fromkeys(FIELDS, json_values | parts),
)


@given(st.lists(odd_events, max_size=8))
def test_events_of_any_shape_never_raise(events: list[dict[str, object]]) -> None:
    """Whatever stands in a field: the answer is one, or fails with a reason."""
    stream = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in events)
    final = decoded(said(0, "a") + stream + end())[1]
    assert isinstance(final, Finished) or final.text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "filtered"),
        ("pause_turn", "paused"),
        ("something_new", "stop"),
    ],
)
def test_the_stop_reason_is_normalised_and_the_servers_own_word_kept(raw: str, reason: str) -> None:
    message = finished(start() + said(0, "a") + end(raw)).message
    assert (message.stop_reason, message.raw_stop_reason) == (reason, raw)


def test_a_stop_reason_without_the_end_of_the_message_is_an_end() -> None:
    assert finished(start() + said(0, "a") + finish("end_turn")).message.text == "a"


def test_the_end_of_the_message_without_a_stop_reason_is_an_end_if_anything_was_said() -> None:
    assert finished(start() + said(0, "a") + END).message.stop_reason == "stop"
    assert finished(start() + said(0, "a") + b"data: [DONE]\n\n").message.stop_reason == "stop"
    assert failed(start() + END).kind == "cut"


def test_it_is_complete_with_the_stop_reason_and_done_with_the_end() -> None:
    decoder = MessagesDecoder(set(), "p", "m")
    states: list[tuple[bool, bool]] = []
    for data in (start() + said(0, "a"), finish("end_turn"), END):
        decoder.feed(data)
        states.append((decoder.complete, decoder.done))
    assert states == [(False, False), (True, False), (True, True)]
    assert decoder.feed(said(1, "b")) == ()


@pytest.mark.parametrize(
    ("kind", "failure", "again"),
    [
        ("overloaded_error", "overloaded", True),
        ("api_error", "overloaded", True),
        ("rate_limit_error", "overloaded", True),
        ("timeout_error", "overloaded", True),
        ("invalid_request_error", "rejected", False),
        ("authentication_error", "rejected", False),
        ("billing_error", "rejected", False),
        ("request_too_large", "context_exceeded", False),
    ],
)
def test_an_error_in_the_stream_ends_it_with_its_kind(kind: str, failure: str, again: bool) -> None:  # noqa: FBT001 - a column of the table
    stream = start() + said(0, "a") + event("error", error={"type": kind, "message": "so it is"})
    final = failed(stream)
    assert (final.kind, final.retryable) == (failure, again)
    assert "so it is" in final.text


def test_pings_and_empty_deltas_are_no_progress() -> None:
    decoder = MessagesDecoder(set(), "p", "m")
    opened = begin(0, "tool_use", id="t", name="f", input={})
    rounds = [
        (PING, False),
        (b": keep-alive\n\n", False),
        (start(), False),
        (opened, True),
        (delta(0, "input_json_delta", partial_json=""), False),
        (delta(0, "input_json_delta", partial_json="{"), True),
        (delta(1, "text_delta", text=""), False),
        (delta(1, "text_delta", text="a"), True),
        (begin(2, "hologram"), False),
        (begin(3, "thinking", thinking="") + delta(3, "signature_delta", signature="s"), True),
    ]
    for data, grows in rounds:
        before = decoder.progress
        decoder.feed(data)
        assert (decoder.progress > before) is grows, data


def test_an_error_after_the_stop_reason_is_one_too() -> None:
    stream = said(0, "a") + finish("end_turn") + event("error", error={"type": "api_error", "message": "x"})
    assert failed(stream).kind == "overloaded"


def test_a_prompt_that_is_too_long_is_known_by_its_words() -> None:
    error = {"type": "invalid_request_error", "message": "prompt is too long: 215000 tokens > 200000 maximum"}
    assert failed(event("error", error=error)).kind == "context_exceeded"


@pytest.mark.parametrize(
    "data",
    [
        b'{"message": "bad luck"}',
        b'{"error": {"message": "bad luck"}}',
        b"bad luck",
        b'{"type":"error","detail":"bad luck"}',
    ],
)
def test_an_event_called_error_is_one(data: bytes) -> None:
    assert "bad luck" in failed(said(0, "a") + b"event: error\ndata: " + data + b"\n\n").text


def test_an_error_that_says_nothing_is_one() -> None:
    assert failed(said(0, "a") + b'event: error\ndata: {"type": "error", "error": null}\n\n').retryable


def test_streams_without_event_lines_are_read_by_the_type_within() -> None:
    bare = b"".join(line + b"\n" for line in WHOLE.split(b"\n") if not line.startswith(b"event:"))
    assert decoded(bare)[1] == decoded(WHOLE)[1]


def test_streams_without_types_within_are_read_by_their_event_lines() -> None:
    untyped = start().replace(b'"type": "message_start", ', b"") + said(0, "a") + end()
    assert decoded(untyped)[1] == decoded(start() + said(0, "a") + end())[1]


def test_an_event_that_is_no_json_is_malformed_and_quoted() -> None:
    final = failed(start() + b"data: {oops\n\n" + end())
    assert (final.kind, final.retryable) == ("malformed", True)
    assert "oops" in final.text


def test_a_web_page_is_told_from_a_stream_with_advice() -> None:
    final = failed(b"\n<!DOCTYPE html><html><head><title>Welcome</title></head><body>" + b"x" * 9_000)
    assert (final.kind, final.retryable) == ("malformed", False)
    assert "Welcome" in final.text
    assert "base_url" in final.text


@pytest.mark.parametrize(
    "body",
    [
        b'data: {"id": "c", "choices": [{"delta": {"content": "hi"}}]}\n\ndata: [DONE]\n\n'.replace(
            b"data: [DONE]\n\n", b""
        ),
        b'{"id": "c", "choices": [{"message": {"content": "hi"}}]}',
    ],
)
def test_another_dialect_is_named_as_what_it_is(body: bytes) -> None:
    final = failed(body)
    assert final.kind == "malformed"
    assert "another dialect" in final.text


BODY = json.dumps(
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "sig"},
            {"type": "text", "text": "Hello"},
            {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1.50}},
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 2, "output_tokens": 4},
    },
    indent=1,
).encode()


@given(st.lists(st.integers(0, len(BODY)), max_size=10))
def test_a_plain_json_body_is_an_answer_too(cuts: list[int]) -> None:
    pieces, final = decoded(b"\xef\xbb\xbf" + BODY + b"\n", *cuts)
    assert pieces == [Piece(reasoning="hm"), Piece("Hello")]
    assert isinstance(final, Finished)
    assert [(call.name, json.loads(call.arguments)) for call in final.message.calls] == [("f", {"a": 1.5})]
    assert final.message.blocks[0] == ReasoningBlock(
        "hm", ProviderState("anthropic", "m-1", '{"type":"thinking","thinking":"hm","signature":"sig"}')
    )
    assert final.usage == Usage(5, 4, cached_tokens=2)


def test_half_a_json_body_is_a_cut() -> None:
    final = failed(BODY[: len(BODY) // 2])
    assert (final.kind, final.retryable) == ("cut", True)


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "error", "error": {"type": "api_error", "message": "no"}}',
        b'{"error": {"message": "no"}}',
        b'[{"error": {"message": "no"}}]',
        b'{"error": "no"}',
    ],
)
def test_a_json_error_with_status_200_is_an_error(body: bytes) -> None:
    assert "no" in failed(body).text


def test_json_nested_without_end_is_malformed() -> None:
    assert failed(start() + b"data: " + b"[" * 100_000 + b"\n\n").kind == "malformed"


def test_blocks_without_end_are_malformed() -> None:
    final = failed(b"".join(begin(0, "text", text="") for _ in range(20_001)))
    assert final.kind == "malformed"
    assert "blocks" in final.text


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_character_cut_between_two_events_is_joined_wherever_it_stands(cut: int) -> None:
    """Issue 8: half a surrogate pair in one event."""
    halves = ['"\\ud83d"', '"\\ude00"']
    kinds = (("text_delta", "text"), ("thinking_delta", "thinking"), ("input_json_delta", "partial_json"))
    kind, field = kinds[cut]
    opening = (
        begin(0, "text", text=""), begin(0, "thinking", thinking=""), begin(0, "tool_use", id="t", name="f", input={}),
    )[cut]  # fmt: skip
    texts = ['"{\\"a\\": \\"\\ud83d"', '"\\ude00\\"}"'] if cut == 2 else halves
    deltas = "".join(
        f'data: {{"type":"content_block_delta","index":0,"delta":{{"type":"{kind}","{field}":{text}}}}}\n\n'
        for text in texts
    )
    message = finished(start() + opening + deltas.encode() + stop(0) + end()).message
    shown = (message.text, message.reasoning, message.calls[0].arguments if message.calls else "")[cut]
    assert shown == ('{"a": "😀"}' if cut == 2 else "😀")


def test_a_lone_half_becomes_a_mark_and_is_shown_as_one() -> None:
    lone = b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\\ud83d"}}\n\n'
    pieces, final = decoded(start() + begin(0, "text", text="") + lone + stop(0) + end())
    assert isinstance(final, Finished)
    assert final.message.text == "a\ufffd"
    assert "".join(piece.text for piece in pieces) == "a\ufffd"
    broken = b'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"a\\ud83d"}}\n\n'
    assert "a\ufffd" in failed(broken).text
