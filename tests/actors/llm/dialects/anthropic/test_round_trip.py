"""What a server sent goes back to it: whatever that was, the next request breaks none of its rules."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.dialects.anthropic.dialect import create
from actors.llm.port import Finished, ModelCall
from actors.transcript import AssistantMessage, ToolMessage, Transcript, UserMessage
from tests.actors.llm.dialects.anthropic.rules import broken_rules
from tests.actors.llm.dialects.anthropic.streams import (
    PING,
    begin,
    called,
    decoded,
    delta,
    end,
    event,
    finish,
    said,
    start,
    stop,
    thought,
)
from tests.actors.llm.dialects.anthropic.transcripts import access
from tools.tool import ToolResult

MODEL = "m-1"
HALF = b'data: {"type":"content_block_delta","index":%d,"delta":{"type":"%b","%b":"\\ud83d"}}\n\n'
SEARCH = begin(5, "server_tool_use", id="s", name="search", input={})
fragments = st.sampled_from(
    [
        PING,
        b": comment\r\n\r\n",
        start(),
        said(0, "ä"),
        said(1, "b ", "😀 "),
        thought(2, "hm", "s1", "s2"),
        thought(0, "unsigned"),
        begin(6, "redacted_thinking", data="zz") + stop(6),
        called(3, "t1", "f", '{"a"', ":1}"),
        called(3, "t1", "g", ""),
        called(4, "", "f", '{"b":2}'),
        called(4, "t2", "f", '{"half": '),
        begin(7, "tool_use", id="öä", name="sp ace", input={"a": 1}),
        SEARCH + delta(5, "input_json_delta", partial_json='{"q":1}') + stop(5),
        SEARCH + delta(5, "input_json_delta", partial_json='{"q":') + stop(5),
        begin(8, "hologram") + delta(8, "photon_delta", light=1) + stop(8),
        HALF % (0, b"text_delta", b"text"),
        HALF % (2, b"thinking_delta", b"thinking"),
        finish("max_tokens"),
        finish(None, output_tokens=3),
        end("tool_use"),
        event("error", error={"type": "api_error"}),
        b"data: [DONE]\n\n",
        b"data: {oops\n\n",
        b"event: x\ndata: [1]\n\n",
    ]
)


def joined(parts: list[bytes], reason: str) -> bytes:
    return b"".join(parts) + end(reason)


streams = st.builds(
    joined,
    st.lists(fragments, max_size=8),
    st.sampled_from(["end_turn", "tool_use", "pause_turn", "max_tokens"]),
)


@given(streams, st.lists(st.integers(0, 3_000), max_size=12))
def test_cuts_of_the_reads_change_nothing_of_any_stream(stream: bytes, cuts: list[int]) -> None:
    pieces, final = decoded(stream)
    others, other = decoded(stream, *(cut for cut in cuts if cut <= len(stream)))
    assert final == other
    assert "".join(piece.text for piece in pieces) == "".join(piece.text for piece in others)
    assert "".join(piece.reasoning for piece in pieces) == "".join(piece.reasoning for piece in others)


@given(streams)
def test_what_came_can_be_journalled_and_goes_back_within_the_rules(stream: bytes) -> None:
    final = decoded(stream)[1]
    if not isinstance(final, Finished):
        return
    message = msgspec.json.decode(msgspec.json.encode(final.message), type=AssistantMessage)
    assert message == final.message
    asked = message.numbered("t1-r1-c")
    transcript = Transcript((UserMessage.of("a"), asked))
    for call in asked.calls:
        transcript = transcript.add(ToolMessage.of(call.id, call.name, ToolResult("ok", "done")))
    if not asked.calls and asked.stop_reason != "paused":
        transcript = transcript.add(UserMessage.of("b"))
    assert broken_rules(create(access(MODEL)).request(ModelCall(MODEL, "", transcript, ())).body) == []
