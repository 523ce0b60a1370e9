"""Whole answers, however they are cut, and everything that is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_responses.reply import ResponsesDecoder
from actors.llm.port import Failed, Finished, Piece
from actors.transcript import Usage
from tests.actors.llm.dialects.openai_responses.streams import (
    CALL,
    MESSAGE,
    OTHER_CALL,
    REASONING,
    USAGE,
    WHOLE,
    Event,
    completed,
    decoded,
    delta,
    done,
    event,
    failure,
    finished,
    sse,
)

STREAM = sse(*WHOLE, named=True)
TEXT = delta("output_text", 0, "msg_1", "a")


def test_a_whole_stream_is_an_answer() -> None:
    pieces, final = decoded(STREAM)
    assert pieces == [Piece(reasoning="hm\n\nwell"), Piece("Grüße, 世界")]
    assert isinstance(final, Finished)
    assert (final.message.text, final.message.reasoning) == ("Grüße, 世界", "hm\n\nwell")
    calls = [(call.id, call.name, call.arguments, call.provider_id) for call in final.message.calls]
    assert calls == [("call_a", "read_file", '{"path": "ä"}', "call_a"), ("call_b", "find", '{"a": 1}', "call_b")]
    assert (final.message.stop_reason, final.message.raw_stop_reason) == ("tool_calls", "completed")
    assert final.usage == Usage(11, 7, cached_tokens=5, reasoning_tokens=3)


@pytest.mark.parametrize(
    "stream",
    [
        sse(*WHOLE),
        STREAM.replace(b"\n", b"\r\n"),
        STREAM.replace(b"data: ", b"data:"),
        b"\xef\xbb\xbf: comment\n\n" + STREAM,
        STREAM + b"data: [DONE]\n\n",
        STREAM.replace(b"event: response.completed", b"data: [DONE]\n\nevent: response.completed"),
        STREAM.removesuffix(b"\n"),
        sse(*({"sequence_number": number, **each} for number, each in enumerate(WHOLE))),
        sse(*({**each, "output_index": str(each["output_index"])} if "output_index" in each else each for each in WHOLE)),
        b"".join(sse({**each, "type": None}, named=False).replace(b"data", f"event: {each['type']}\ndata".encode(), 1)
                 for each in WHOLE),
    ],
    ids=["unnamed", "CRLF", "no blank", "mark", "end marker", "early marker", "no empty line", "numbered", "text index",
         "no type"],
)  # fmt: skip
def test_the_framing_does_not_matter(stream: bytes) -> None:
    assert decoded(stream) == decoded(STREAM)


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_cuts_of_the_reads_change_nothing(cuts: list[int]) -> None:
    pieces, final = decoded(STREAM, *cuts)
    assert "".join(piece.text for piece in pieces) == "Grüße, 世界"
    assert final == decoded(STREAM)[1]


@given(st.integers(len("event:"), STREAM.index(b'"type": "response.completed"') - 1), st.booleans())
def test_a_stream_that_ends_too_early_never_is_an_answer_and_shows_no_call(length: int, marker: bool) -> None:  # noqa: FBT001
    pieces, final = decoded(STREAM[:length] + b"\n\ndata: [DONE]\n\n" * marker)
    assert isinstance(final, Failed)
    assert final.retryable
    assert "Grüße, 世界".startswith("".join(piece.text for piece in pieces))


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_rubbish_fails_and_nothing_worse(rubbish: bytes, cuts: list[int]) -> None:
    _, final = decoded(rubbish, *(min(cut, len(rubbish)) for cut in cuts))
    assert isinstance(final, Failed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "text", "content", "summary", "arguments", "status"]), inner)
    ),
    max_leaves=6,
)
FIELDS = (
    "item", "response", "delta", "text", "arguments", "item_id", "output_index", "summary_index", "content_index",
    "error", "message", "code", "part", "name",
)  # fmt: skip
KINDS = sorted({each["type"] for each in WHOLE}) + ["error", "response.failed", "response.incomplete", "response.new"]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON).flatmap(
    lambda fields: st.sampled_from(KINDS).map(lambda kind: {**fields, "type": kind})), max_size=6))  # fmt: skip
def test_fields_of_any_sort_never_raise(events: list[Event]) -> None:
    _, final = decoded(sse(*events))
    assert isinstance(final, (Finished, Failed))


def test_it_is_done_with_the_last_event_and_hears_nothing_more() -> None:
    decoder = ResponsesDecoder(set(), "p", "m")
    decoder.feed(sse(TEXT))
    assert not (decoder.complete or decoder.done)
    decoder.feed(sse(completed()))
    assert decoder.complete
    assert decoder.done
    assert decoder.feed(sse(TEXT)) == ()


@pytest.mark.parametrize("nothing", [b"", b"\n\n", b": waiting\n\n", b"data: [DONE]\n\n"])
def test_nothing_at_all_is_a_cut(nothing: bytes) -> None:
    final = failure(nothing)
    assert (final.kind, final.retryable) == ("cut", True)


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (event("failed", response={"status": "failed", "error": {"code": "server_error", "message": "oh"}}), "overloaded"),
        (event("failed", response={"error": {"code": "rate_limit_exceeded", "message": "oh"}}), "overloaded"),
        (event("failed", response={"error": {"code": "invalid_prompt", "message": "oh"}}), "rejected"),
        (event("failed", response={"error": {"code": "context_length_exceeded", "message": "oh"}}), "context_exceeded"),
        (event("failed"), "overloaded"),
        (event("failed", response=None), "overloaded"),
        (completed(CALL, status="failed"), "overloaded"),
        (completed(CALL, error={"message": "oh"}), "overloaded"),
        (event("cancelled", response={"status": "cancelled"}), "cut"),
        ({"type": "error", "code": "server_error", "message": "oh"}, "overloaded"),
        ({"type": "error", "error": {"type": "invalid_request_error", "message": "oh"}}, "rejected"),
        ({"error": {"message": "oh", "code": 429}}, "overloaded"),
        ({"error": "oh"}, "overloaded"),
    ],
)  # fmt: skip
def test_a_failure_ends_the_answer_and_complete_calls_never_run(last: Event, kind: str) -> None:
    """A tool stream whose arguments were complete may still end in a failure."""
    assert failure(sse(*WHOLE[:-1], last, completed(CALL))).kind == kind


def test_an_event_called_error_is_one() -> None:
    assert "bad luck" in failure(sse(TEXT) + b"event: error\ndata: bad luck\n\n").text
    assert "bad luck" in failure(sse(TEXT) + b'event: error\ndata: {"message": "bad luck"}\n\n').text


@pytest.mark.parametrize(
    ("details", "reason", "raw"),
    [
        ({"reason": "max_output_tokens"}, "length", "max_output_tokens"),
        ({"reason": "content_filter"}, "filtered", "content_filter"),
        ({"reason": "max_tokens"}, "length", "max_tokens"),
        ({"reason": "something_new"}, "length", "something_new"),
        ({}, "length", "incomplete"),
        (None, "length", "incomplete"),
        ("max_output_tokens", "length", "max_output_tokens"),
    ],
)
@pytest.mark.parametrize("kind", ["incomplete", "completed"])
def test_an_incomplete_answer_says_why_and_loses_its_half_written_call(
    kind: str, details: object, reason: str, raw: str
) -> None:
    half = CALL | {"arguments": '{"pa', "status": "incomplete"}
    last = event(kind, response={"status": "incomplete", "incomplete_details": details, "output": [MESSAGE, half]})
    message = finished(delta("output_text", 0, "msg_1", "Grü"), last).message
    assert (message.stop_reason, message.raw_stop_reason, message.calls) == (reason, raw, ())
    assert message.text == "Grüße, 世界"


def test_a_refusal_is_shown_and_is_no_whole_answer() -> None:
    refused = MESSAGE | {"content": [{"type": "refusal", "refusal": "I cannot."}]}
    for events in (
        [delta("refusal", 0, "msg_1", "I cannot."), completed()],
        [completed(refused)],
        [done(0, refused), completed()],
    ):
        message = finished(*events).message
        assert (message.text, message.stop_reason, message.raw_stop_reason) == ("I cannot.", "filtered", "refusal")


@given(st.lists(st.integers(0, 2_000), max_size=10))
def test_a_json_body_is_an_answer_although_a_stream_was_asked(cuts: list[int]) -> None:
    output = [REASONING, MESSAGE, CALL, OTHER_CALL]
    body = json.dumps({"id": "resp_1", "object": "response", "status": "completed", "output": output, "usage": USAGE})
    pieces, final = decoded(b"\xef\xbb\xbf" + body.encode() + b"\n", *cuts)
    assert final == decoded(STREAM)[1]
    assert pieces == [Piece(reasoning="hm\n\nwell"), Piece("Grüße, 世界")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error": {"message": "no"}}', "overloaded"),
        (b'[{"error": {"message": "no"}}]', "overloaded"),
        (b'{"status": "failed", "error": {"message": "no", "code": "invalid_prompt"}, "output": []}', "rejected"),
        (b'{"type": "error", "message": "no"}', "overloaded"),
        (b'{"status": "in_progress", "output": []}', "cut"),
        (b'{"status": "completed", "output": [', "cut"),
        (b'{"choices": [{"message": {"content": "hi"}}]}', "malformed"),
        (b"<!DOCTYPE html><html><head><title>no</title></head>", "malformed"),
        (b"upstream not configured\n", "malformed"),
        (b'data: {"choices": [{"delta": {"content": "hi"}}]}\n\ndata: [DONE]\n\n', "malformed"),
    ],
)
def test_a_body_that_is_no_answer_is_named(body: bytes, kind: str) -> None:
    final = failure(body)
    assert final.kind == kind
    assert kind != "malformed" or "base_url" in final.text


def test_an_event_that_is_no_json_is_malformed_and_quoted() -> None:
    for name in (b"", b"event: response.output_text.delta\n"):
        final = failure(sse(TEXT) + name + b"data: {oops\n\n" + sse(completed()))
        assert final.kind == "malformed"
        assert "oops" in final.text


def test_events_of_unknown_types_are_passed_over() -> None:
    new = [{"type": "response.new.delta", "delta": [1], "item": 3}, {"type": "keepalive"}, event("queued")]
    stream = b"event: ping\ndata: x\n\n" + sse(*(part for each in WHOLE for part in (each, *new)))
    assert decoded(stream) == decoded(STREAM)


def test_json_nested_without_end_is_malformed() -> None:
    assert failure(sse(TEXT) + b"data: " + b"[" * 100_000 + b"\n\n").kind == "malformed"


def test_items_without_end_are_malformed() -> None:
    final = failure(
        sse(*(done(number, CALL | {"call_id": f"c{number}", "id": ""}) for number in range(1_100)), completed())
    )
    assert final.kind == "malformed"
    final = failure(sse(completed(*(CALL | {"call_id": f"c{n}", "id": "", "name": f"n{n}"} for n in range(1_100)))))
    assert final.kind == "malformed"


def test_no_call_gets_an_id_that_was_used() -> None:
    decoder = ResponsesDecoder({"call_a"}, "p", "m")
    decoder.feed(sse(completed(CALL)))
    final = decoder.close()
    assert isinstance(final, Finished)
    (call,) = final.message.calls
    assert call.id != "call_a"
    assert call.provider_id == "call_a"
    assert isinstance(call, ToolCall)
    assert call.id == CallId("call_2")
