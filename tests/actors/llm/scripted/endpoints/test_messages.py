"""Messages as the scripted server reads and writes them: what the real dialect writes and reads."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ReasoningBlock
from actors.llm.dialects.anthropic.dialect import create
from actors.llm.dialects.anthropic.reply import MessagesDecoder
from actors.llm.port import Failed, Finished
from actors.llm.scripted.chat_request import ChatRequest, RequestCall, RequestMessage
from actors.llm.scripted.endpoint import endpoint_at
from actors.llm.scripted.endpoints.messages import PATH, read_request, stream_writer
from actors.llm.scripted.response import ResponseData, response_parts
from actors.llm.scripted.script import CallStep, ScriptedStep, UsageStep
from actors.transcript import Transcript, TranscriptMessage, Usage, UserMessage
from tests.actors.llm.dialects.anthropic.transcripts import access, answer, asking
from tests.actors.llm.hearing import TOOL_NAMES, call


def asked(*messages: TranscriptMessage) -> ChatRequest:
    return read_request(create(access()).request(call(transcript=Transcript(messages))).body)


def stream(*steps: ScriptedStep, request: ChatRequest | None = None) -> bytes:
    parts = response_parts(steps, stream_writer(request or ChatRequest(model="m")))
    return b"".join(part.data for part in parts if isinstance(part, ResponseData))


def read(*steps: ScriptedStep, request: ChatRequest | None = None) -> Finished | Failed:
    decoder = MessagesDecoder(set(), "p", "m")
    decoder.feed(stream(*steps, request=request))
    return decoder.close()


def test_its_path_leads_to_it() -> None:
    found = endpoint_at(PATH)
    assert found is not None
    assert found.read_request is read_request


def test_what_the_dialect_writes_is_read() -> None:
    ours = asked(
        UserMessage.of("first"), asking("a", "b"), answer("a", "one"), answer("b", "two"), UserMessage.of("and")
    )
    assert ours.model == "some-model"
    assert tuple(tool.function.name for tool in ours.tools) == TOOL_NAMES
    assert [message.role for message in ours.messages] == ["system", "user", "assistant", "tool", "tool", "user"]
    assert ours.prompt() == "and"
    assert [found.function.name for found in ours.messages[2].tool_calls] == ["read_file"] * 2
    assert asked(UserMessage.of("first"), asking("a"), answer("a", "one")).results() == ("one",)
    assert asked(UserMessage.of("first")).is_first()


def test_plain_texts_are_read_as_blocks_are() -> None:
    body = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "system": "c"}
    assert [message.content for message in read_request(json.dumps(body).encode()).messages] == ["c", "a", "b"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"messages": [{}]}', b'{"messages": [{"role": "user", "content": [1]}]}']
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_request(body)


def test_text_thoughts_calls_and_usage_arrive() -> None:
    final = read(
        ScriptedStep(reasoning="hm"),
        ScriptedStep(reasoning=", hm"),
        ScriptedStep(delta="Hello "),
        ScriptedStep(delta="again ", repeat=2),
        ScriptedStep(call=CallStep("f", {"path": "ä" * 20}, "c1", 7)),
        ScriptedStep(call=CallStep("g", "not json")),
        ScriptedStep(usage=UsageStep(50, 6, 40)),
    )
    assert isinstance(final, Finished)
    assert (final.message.text, final.message.reasoning) == ("Hello again again ", "hm, hm")
    assert [found.name for found in final.message.calls] == ["f", "g"]
    assert json.loads(final.message.calls[0].arguments) == {"path": "ä" * 20}
    assert final.message.calls[1].arguments == "not json"
    assert (final.message.stop_reason, final.message.raw_stop_reason) == ("tool_calls", "tool_use")
    assert final.usage == Usage(50, 6, cached_tokens=40)


def test_thoughts_are_signed_and_each_signature_and_id_is_given_once() -> None:
    earlier = RequestMessage("assistant", "", (RequestCall("toolu_1"),))
    steps = (ScriptedStep(reasoning="hm"), ScriptedStep(call=CallStep("f")))
    found: set[str] = set()
    for request in (ChatRequest(), ChatRequest((earlier,))):
        final = read(*steps, request=request)
        assert isinstance(final, Finished)
        thought = final.message.blocks[0]
        assert isinstance(thought, ReasoningBlock)
        assert thought.state is not None
        found |= {json.loads(thought.state.data)["signature"], final.message.calls[0].provider_id}
    assert len(found) == 4
    assert "" not in found


@pytest.mark.parametrize(
    ("finish", "word"),
    [("stop", "end_turn"), ("length", "max_tokens"), ("content_filter", "refusal"), ("pause_turn", "pause_turn")],
)
def test_the_finish_reason_is_the_scripts_in_anthropics_words(finish: str, word: str) -> None:
    final = read(ScriptedStep(delta="a"), ScriptedStep(finish=finish))
    assert isinstance(final, Finished)
    assert final.message.raw_stop_reason == word


def test_a_stream_may_lack_its_end() -> None:
    final = read(ScriptedStep(delta="a"), ScriptedStep(finish="none"))
    assert isinstance(final, Failed)
    assert final.kind == "cut"


def test_bytes_by_hand_stand_alone() -> None:
    assert stream(ScriptedStep(raw="data: x\n\n")) == b"data: x\n\n"


def test_an_answer_of_nothing_has_a_beginning_and_an_end() -> None:
    kinds = [line.split()[1] for line in stream().decode().splitlines() if line.startswith("event:")]
    assert kinds == ["message_start", "ping", "message_delta", "message_stop"]
