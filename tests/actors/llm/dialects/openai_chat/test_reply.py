"""Whole answers, however they are cut, and everything that is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.reply import ReplyDecoder
from actors.llm.port import Failed, Finished, Piece
from actors.transcript import Usage
from tests.actors.llm.hearing import DONE, STOP, event, text_event


def decoded(stream: bytes, *cuts: int) -> tuple[list[Piece], Finished | Failed]:
    decoder, pieces, start = ReplyDecoder(set()), list[Piece](), 0
    for cut in [*sorted(cuts), len(stream)]:
        pieces += decoder.feed(stream[start:cut])
        start = cut
    return pieces, decoder.close()


def failure(stream: bytes) -> Failed:
    _, final = decoded(stream)
    assert isinstance(final, Failed)
    return final


def finished(stream: bytes) -> Finished:
    _, final = decoded(stream)
    assert isinstance(final, Finished), final
    return final


def call_event(index: int, **function: str) -> bytes:
    return event(
        {"tool_calls": [{"index": index, "id": f"c{index}" if "name" in function else None, "function": function}]}
    )


WHOLE = (
    b": keep-alive\r\n\r\n"
    + event({"role": "assistant", "content": None})
    + event({"reasoning_content": "hm"})
    + event(None)
    + text_event("Grüße, ")
    + text_event("世界").replace(b"\n", b"\r\n")
    + call_event(0, name="read_file", arguments="")
    + call_event(1, name="find", arguments='{"a"')
    + call_event(0, arguments='{"path": "ä"}')
    + call_event(1, arguments=": 1}")
    + event({}, "tool_calls")
    + event(None, usage={"prompt_tokens": 11, "completion_tokens": 7})
    + DONE
)
CALLS = (ToolCall(CallId("c0"), "read_file", '{"path": "ä"}', "c0"), ToolCall(CallId("c1"), "find", '{"a": 1}', "c1"))


def test_a_whole_stream_is_an_answer() -> None:
    pieces, final = decoded(WHOLE)
    assert pieces == [Piece(reasoning="hm"), Piece("Grüße, 世界")]
    assert isinstance(final, Finished)
    assert final.message.text == "Grüße, 世界"
    assert final.message.reasoning == "hm"
    assert final.message.calls == CALLS
    assert final.usage == Usage(11, 7)


@given(st.lists(st.integers(0, len(WHOLE)), max_size=30))
def test_cuts_of_the_reads_change_nothing(cuts: list[int]) -> None:
    pieces, final = decoded(WHOLE, *cuts)
    assert "".join(piece.text for piece in pieces) == "Grüße, 世界"
    assert final == decoded(WHOLE)[1]


@given(st.integers(0, WHOLE.index(b'"finish_reason": "tool_calls"') - 1))
def test_a_stream_that_ends_too_early_never_is_an_answer_and_shows_no_call(length: int) -> None:
    """Pain 17: a cut stream is no success."""
    pieces, final = decoded(WHOLE[:length])
    assert isinstance(final, Failed)
    assert (final.kind, final.retryable) == ("cut", True)
    assert "Grüße, 世界".startswith("".join(piece.text for piece in pieces))


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_rubbish_fails_and_nothing_worse(rubbish: bytes, cuts: list[int]) -> None:
    _, final = decoded(rubbish, *(min(cut, len(rubbish)) for cut in cuts))
    assert isinstance(final, Failed)


@given(st.binary(max_size=200))
def test_rubbish_in_the_middle_never_raises(rubbish: bytes) -> None:
    decoded(text_event("a") + b"data: " + rubbish + b"\n\n" + STOP + DONE)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("stop", "stop"),
        ("eos", "stop"),
        ("length", "length"),
        ("MAX_TOKENS", "length"),
        ("model_length", "length"),
        ("content_filter", "filtered"),
    ],
)
def test_the_finish_reason_is_normalised_and_the_servers_own_word_kept(raw: str, reason: str) -> None:
    message = finished(text_event("a") + event({}, raw) + DONE).message
    assert (message.stop_reason, message.raw_stop_reason) == (reason, raw)


def test_a_finish_reason_without_the_end_marker_is_an_end() -> None:
    assert finished(text_event("a") + STOP).message.text == "a"


def test_the_end_marker_without_a_finish_reason_is_an_end() -> None:
    assert finished(text_event("a") + DONE).message.stop_reason == "stop"


def test_the_end_marker_may_lack_its_empty_line() -> None:
    assert finished(text_event("a") + b"data: [DONE]").message.text == "a"


def test_an_end_marker_after_nothing_is_no_answer() -> None:
    assert failure(DONE).kind == "cut"


def test_nothing_at_all_is_a_cut() -> None:
    assert failure(b"").kind == "cut"
    assert failure(b"\n\n").kind == "cut"


def test_it_is_complete_with_the_finish_reason_and_done_with_the_marker() -> None:
    decoder = ReplyDecoder(set())
    states: list[tuple[bool, bool]] = []
    for data in (text_event("a"), STOP, DONE):
        decoder.feed(data)
        states.append((decoder.complete, decoder.done))
    assert states == [(False, False), (True, False), (True, True)]
    assert decoder.feed(text_event("b")) == ()


def test_an_error_in_the_stream_ends_it() -> None:
    final = failure(text_event("a") + b'data: {"error": {"message": "too many", "code": 429}}\n\n' + DONE)
    assert (final.kind, final.retryable) == ("overloaded", True)
    assert "too many" in final.text


@pytest.mark.parametrize("data", [b'{"message": "bad luck"}', b'{"error": {"message": "bad luck"}}', b"bad luck"])
def test_an_event_called_error_is_one(data: bytes) -> None:
    assert "bad luck" in failure(text_event("a") + b"event: error\ndata: " + data + b"\n\n").text


def test_an_event_of_another_kind_is_passed_over() -> None:
    assert finished(b"event: ping\ndata: x\n\n" + text_event("a") + STOP + DONE).message.text == "a"


def test_an_event_that_is_no_json_is_malformed_and_quoted() -> None:
    final = failure(text_event("a") + b"data: {oops\n\n" + STOP + DONE)
    assert final.kind == "malformed"
    assert "oops" in final.text


def test_a_web_page_is_told_from_a_stream_with_advice() -> None:
    final = failure(b"\n<!DOCTYPE html><html><head><title>Welcome</title></head><body>" + b"x" * 9_000)
    assert (final.kind, final.retryable) == ("malformed", False)
    assert "Welcome" in final.text
    assert "base_url" in final.text


def test_other_words_are_quoted_with_advice() -> None:
    final = failure(b"upstream not configured\n")
    assert final.kind == "malformed"
    assert "upstream not configured" in final.text


BODY = json.dumps(
    {
        "choices": [
            {
                "message": {
                    "role": "assistant",
                    "content": "Hello",
                    "tool_calls": [{"id": "c0", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
                },
                "finish_reason": "tool_calls",
            }
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    },
    indent=1,
).encode()


@given(st.lists(st.integers(0, len(BODY)), max_size=10))
def test_a_plain_json_body_is_an_answer_too(cuts: list[int]) -> None:
    pieces, final = decoded(b"\xef\xbb\xbf" + BODY + b"\n", *cuts)
    assert pieces == [Piece("Hello")]
    assert isinstance(final, Finished)
    assert final.message.calls == (ToolCall(CallId("c0"), "f", "{}", "c0"),)
    assert final.usage == Usage(3, 4)


def test_half_a_json_body_is_a_cut() -> None:
    final = failure(BODY[: len(BODY) // 2])
    assert (final.kind, final.retryable) == ("cut", True)


@pytest.mark.parametrize(
    "body", [b'{"error": {"message": "no"}}', b'[{"error": {"message": "no"}}]', b'{"error": "no"}']
)
def test_a_json_error_with_status_200_is_an_error(body: bytes) -> None:
    assert "no" in failure(body).text


def test_the_json_of_another_protocol_is_malformed_with_advice() -> None:
    final = failure(b'{"model": "x", "message": {"content": "hi"}, "done": false}\n{"done": true}\n')
    assert final.kind == "malformed"
    assert "/v1" in final.text


def test_json_nested_without_end_is_malformed() -> None:
    assert failure(text_event("a") + b"data: " + b"[" * 100_000 + b"\n\n").kind == "malformed"


TOO_LONG = "the request exceeds the available context size (4096 tokens), try increasing it"


@pytest.mark.parametrize(
    "body",
    [
        f'error: {{"code": 400, "message": "{TOO_LONG}"}}\n\n',
        f'data: {{"error": {{"code": 500, "message": "{TOO_LONG}"}}}}\n\n',
        f'data: {{"object": "error", "message": "{TOO_LONG}", "code": 40303}}\n\n',
        f'data: {{"text": "", "error_code": 40303, "detail": "{TOO_LONG}"}}\n\n',
        f'{{"error": {{"message": "{TOO_LONG}"}}}}',
        f'{{"object": "error", "message": "{TOO_LONG}"}}',
        f'{{"detail": "{TOO_LONG}"}}',
        TOO_LONG,
        f"event: error\ndata: {TOO_LONG}\n\n",
    ],
)
def test_a_stream_that_closes_after_it_said_that_the_request_is_too_long_is_known(body: str) -> None:
    final = failure(body.encode())
    assert (final.kind, final.retryable) == ("context_exceeded", False)


def test_progress_grows_with_the_answer_and_not_with_signs_of_life() -> None:
    decoder = ReplyDecoder(set())

    def grows(data: bytes) -> bool:
        before = decoder.progress
        decoder.feed(data)
        return decoder.progress > before

    assert not grows(b": still here\n\n")
    assert not grows(event({"content": ""}))
    assert not grows(event({"role": "assistant", "content": None}))
    assert not grows(event(None, usage={"prompt_tokens": 1}))
    assert grows(text_event("a"))
    assert grows(event({"reasoning": "a"}))
    assert grows(call_event(0, name="f", arguments=""))
    assert grows(call_event(0, arguments="{"))


@given(st.lists(st.integers(0, 200), max_size=12))
def test_reasoning_between_tags_is_the_same_for_all_cuts(cuts: list[int]) -> None:
    stream = text_event("<thi") + text_event("nk>a</thi") + text_event("nk>\n") + text_event("b") + STOP + DONE
    pieces, final = decoded(stream, *(min(cut * 3, len(stream)) for cut in cuts))
    assert isinstance(final, Finished)
    assert (final.message.reasoning, final.message.text) == ("a", "b")
    assert "".join(piece.text for piece in pieces) == "b"


def test_text_that_is_held_for_a_tag_comes_with_the_end_marker() -> None:
    pieces, _ = decoded(text_event("<thi") + DONE)
    assert pieces == [Piece("<thi")]
