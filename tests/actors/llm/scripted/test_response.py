"""Steps on the wire: what the real decoder makes of them."""

from __future__ import annotations

import json

import pytest

from actors.llm.dialects.openai_chat.reply import ReplyDecoder
from actors.llm.port import Failed, Finished
from actors.llm.scripted.endpoints.chat_completions import ChatCompletionsWriter
from actors.llm.scripted.response import Disconnect, ResponseData, ResponseHead, ResponsePart, Silence, response_parts
from actors.llm.scripted.script import CallStep, ScriptedStep, UsageStep
from actors.transcript import Usage


def parts(*steps: ScriptedStep) -> list[ResponsePart]:
    return list(response_parts(steps, ChatCompletionsWriter("m")))


def read(*steps: ScriptedStep) -> Finished | Failed:
    decoder = ReplyDecoder(set())
    for part in parts(*steps):
        if isinstance(part, ResponseData):
            decoder.feed(part.data)
    return decoder.close()


def test_text_thoughts_calls_and_usage_arrive() -> None:
    final = read(
        ScriptedStep(reasoning="hm"),
        ScriptedStep(delta="Hello "),
        ScriptedStep(delta="again ", repeat=2),
        ScriptedStep(call=CallStep("f", {"path": "ä" * 20}, "c1", 7)),
        ScriptedStep(call=CallStep("g", "not json")),
        ScriptedStep(usage=UsageStep(5, 6)),
    )
    assert isinstance(final, Finished)
    assert (final.message.text, final.message.reasoning) == ("Hello again again ", "hm")
    assert [call.name for call in final.message.calls] == ["f", "g"]
    assert final.message.calls[0].id == "c1"
    assert json.loads(final.message.calls[0].arguments) == {"path": "ä" * 20}
    assert final.message.calls[1].arguments == "not json"
    assert final.message.stop_reason == "tool_calls"
    assert final.usage == Usage(5, 6)


def test_arguments_come_in_fragments() -> None:
    one = len(parts(ScriptedStep(call=CallStep("f", "123456", fragments=1))))
    assert len(parts(ScriptedStep(call=CallStep("f", "123456", fragments=3)))) == one + 2


@pytest.mark.parametrize("reason", ["stop", "length", "content_filter"])
def test_the_finish_reason_is_the_scripts(reason: str) -> None:
    final = read(ScriptedStep(delta="a"), ScriptedStep(finish=reason))
    assert isinstance(final, Finished)
    assert final.message.raw_stop_reason == reason


def test_a_stream_may_lack_its_end() -> None:
    final = read(ScriptedStep(delta="a"), ScriptedStep(finish="none"))
    assert isinstance(final, Failed)
    assert final.kind == "cut"


def test_bytes_by_hand_get_no_end_of_their_own() -> None:
    body = b"".join(part.data for part in parts(ScriptedStep(raw="data: x\n\n")) if isinstance(part, ResponseData))
    assert body == b"data: x\n\n"


def test_a_cut_is_the_last_thing_that_happens() -> None:
    assert parts(ScriptedStep(delta="a"), ScriptedStep(cut="reset"), ScriptedStep(delta="b"))[-1] == Disconnect(
        reset=True
    )
    assert parts(ScriptedStep(cut="end"))[-1] == Disconnect(reset=False)


def test_silence_is_passed_on() -> None:
    assert Silence(2.0) in parts(ScriptedStep(stall=2.0))
    silences = [part for part in parts(ScriptedStep(delta="a", repeat=3, every=0.5)) if isinstance(part, Silence)]
    assert silences == [Silence(0.5)] * 2


def test_a_status_has_its_own_headers_and_body() -> None:
    head, body = parts(ScriptedStep(status=429, headers={"Retry-After": "1"}, body="slow"))
    assert isinstance(head, ResponseHead)
    assert (head.status, head.headers["Retry-After"], body) == (429, "1", ResponseData(b"slow"))


def test_a_web_page_can_be_played() -> None:
    head, body = parts(ScriptedStep(status=200, headers={"Content-Type": "text/html"}, body="<html></html>"))
    assert isinstance(head, ResponseHead)
    assert (head.headers["Content-Type"], body) == ("text/html", ResponseData(b"<html></html>"))
