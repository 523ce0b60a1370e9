"""Responses as the scripted model reads and writes them: what it sends is what the dialect understands, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from actors.llm.dialects.openai_responses.dialect import OpenAIResponses, create
from actors.llm.port import Failed, Finished
from actors.llm.scripted.endpoints.responses import read_request, stream_writer
from actors.llm.scripted.response import ResponseData, response_parts
from actors.llm.scripted.script import CallStep, ScriptedStep, UsageStep
from actors.transcript import Transcript, Usage, UserMessage
from config.providers import ProviderAccess
from tests.actors.llm.dialects.openai_responses.test_dialect import answer
from tests.actors.llm.hearing import call

STEPS = (
    ScriptedStep(reasoning="hm"),
    ScriptedStep(delta="I look. ", repeat=2),
    ScriptedStep(call=CallStep("read_file", {"path": "a"})),
    ScriptedStep(usage=UsageStep(12, 3)),
)


def dialect() -> OpenAIResponses:
    return create(ProviderAccess("p", "http://host/v1", "m", "openai_responses"))


def played(speaker: OpenAIResponses, transcript: Transcript, steps: Sequence[ScriptedStep]) -> Finished | Failed:
    asked = read_request(speaker.request(call(transcript=transcript)).body)
    decoder = speaker.decoder()
    for part in response_parts(steps, stream_writer(asked)):
        if isinstance(part, ResponseData):
            decoder.feed(part.data)
    return decoder.close()


def test_what_it_writes_is_an_answer_and_goes_back_whole() -> None:
    speaker, transcript = dialect(), Transcript((UserMessage.of("hi"),))
    final = played(speaker, transcript, STEPS)
    assert isinstance(final, Finished)
    assert (final.message.text, final.message.reasoning, final.usage) == ("I look. I look. ", "hm", Usage(12, 3))
    transcript = transcript.add(final.message.numbered("r1-c"), answer(1, "content"))
    body = speaker.request(call(transcript=transcript)).body
    assert [item["type"] for item in json.loads(body)["input"]] == [
        "message", "reasoning", "message", "function_call", "function_call_output",
    ]  # fmt: skip
    assert b"encrypted-rs_0_0" in body
    asked = read_request(body)
    assert [message.role for message in asked.messages] == ["system", "user", "assistant", "tool"]
    assert (asked.prompt(), asked.results()) == ("hi", ("content",))
    assert [(each.id, each.function.name) for each in asked.messages[2].tool_calls] == [("call_1", "read_file")]
    assert "read_file" in {tool.function.name for tool in asked.tools}


def test_every_call_of_a_session_has_another_id() -> None:
    speaker, transcript = dialect(), Transcript((UserMessage.of("hi"),))
    for turn in (1, 2):
        final = played(speaker, transcript, STEPS)
        assert isinstance(final, Finished)
        assert [each.provider_id for each in final.message.calls] == [f"call_{turn}"]
        transcript = transcript.add(final.message.numbered(f"r{turn}-c"), answer(turn, "content"))


@pytest.mark.parametrize(
    ("finish", "reason"), [("length", "length"), ("content_filter", "filtered"), ("stop", "stop"), ("odd", "stop")]
)
def test_a_finish_reason_is_said_in_openais_words(finish: str, reason: str) -> None:
    final = played(dialect(), Transcript(), (ScriptedStep(delta="a"), ScriptedStep(finish=finish)))
    assert isinstance(final, Finished)
    assert final.message.stop_reason == reason


def test_it_may_fail_or_break_off() -> None:
    for finish, kind in (("failed", "overloaded"), ("none", "cut")):
        final = played(dialect(), Transcript(), (ScriptedStep(delta="a"), ScriptedStep(finish=finish)))
        assert isinstance(final, Failed)
        assert final.kind == kind


def test_a_text_may_be_the_whole_input() -> None:
    asked = read_request(b'{"input": "hi", "model": "m"}')
    assert (asked.prompt(), asked.model, asked.is_first()) == ("hi", "m", True)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": []}', b'{"input": 3}'])
def test_what_is_no_request_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_request(body)
