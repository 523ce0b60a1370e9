"""Requests: what is written down, what goes back to its provider, and what it costs."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import pytest
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialect import dialect_named
from actors.llm.dialects.openai_responses.dialect import OpenAIResponses, create
from actors.llm.port import Finished, ModelCall
from actors.llm.wire_words import NO_OUTPUT, UNANSWERED
from actors.transcript import AssistantMessage, ToolMessage, Transcript, TranscriptMessage, UserMessage
from config.providers import ProviderAccess
from config.quirks import CallIds, Quirks
from tests.actors.llm.dialects.openai_responses.streams import CALL, MESSAGE, OTHER_CALL, REASONING, completed, sse
from tests.actors.llm.hearing import call
from tools.tool import Outcome, ToolResult

ACCESS = ProviderAccess("provider", "https://host/v1", "some-model", "openai_responses")
HI = UserMessage.of("hi")


def made(**quirks: Any) -> OpenAIResponses:  # noqa: ANN401 - as in Quirks
    return create(replace(ACCESS, quirks=Quirks(**quirks)))


def body(dialect: OpenAIResponses, *messages: TranscriptMessage, model: str = "some-model") -> dict[str, Any]:
    asked = replace(call(transcript=Transcript(messages)), model=model)
    return json.loads(dialect.request(asked).body)  # type: ignore[no-any-return]


def written(*messages: TranscriptMessage, dialect: OpenAIResponses | None = None) -> list[dict[str, Any]]:
    return body(dialect or made(), *messages)["input"]  # type: ignore[no-any-return]


def asking(number: int = 1, theirs: str = "", arguments: str = "{}") -> AssistantMessage:
    asked = ToolCall(CallId(f"r{number}-c1"), "read_file", arguments, theirs)
    return AssistantMessage.of("", calls=(asked,), stop_reason="tool_calls")


def answer(number: int = 1, text: str = "content", outcome: Outcome = "ok") -> ToolMessage:
    return ToolMessage.of(CallId(f"r{number}-c1"), "read_file", ToolResult(outcome, text))


def replied(dialect: OpenAIResponses, *output: dict[str, Any], turn: int = 1) -> AssistantMessage:
    """The answer to the last request, with the ids of calls that the turn loop gives."""
    decoder = dialect.decoder()
    decoder.feed(sse(completed(*output)))
    final = decoder.close()
    assert isinstance(final, Finished)
    return final.message.numbered(f"r{turn}-c")


def test_it_is_found_by_its_name() -> None:
    assert isinstance(dialect_named(ACCESS), OpenAIResponses)


def test_a_request_asks_for_a_stream_and_leaves_nothing_at_the_provider() -> None:
    request = made().request(call("hi"))
    sent = json.loads(request.body)
    assert request.path == "/responses"
    assert (sent["model"], sent["instructions"], sent["stream"], sent["store"]) == (
        "some-model",
        "Be kind.",
        True,
        False,
    )
    assert sent["include"] == ["reasoning.encrypted_content"]
    assert sent["input"] == [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}]
    assert sent["tools"][0] == {
        "type": "function", "name": "list_files", "description": "The tool list_files.",
        "parameters": {"type": "object"}, "strict": False,
    }  # fmt: skip
    assert {"max_output_tokens", "temperature", "reasoning", "previous_response_id"}.isdisjoint(sent)


def test_without_tools_and_system_none_are_named() -> None:
    sent = json.loads(made().request(ModelCall("m", "", Transcript((HI,)), ())).body)
    assert {"tools", "instructions"}.isdisjoint(sent)


def test_limits_and_quirks_are_written() -> None:
    extra: dict[str, object] = {"service_tier": "flex", "store": True, "include": None, "input": []}
    dialect = made(
        path="/openai/v1/responses", temperature=0.5, reasoning_effort="high", auth_header="api-key", extra_body=extra
    )
    request = dialect.request(replace(call("hi"), max_tokens=99))
    sent = json.loads(request.body)
    assert request.path == "/openai/v1/responses"
    assert (sent["max_output_tokens"], sent["temperature"], sent["reasoning"]) == (99, 0.5, {"effort": "high"})
    assert (sent["service_tier"], sent["store"]) == ("flex", True)
    assert "include" not in sent
    assert len(sent["input"]) == 1
    assert dialect.authorization("k") == (("api-key", "k"),)
    assert made().authorization("k") == (("Authorization", "Bearer k"),)


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("gpt-5", True),
        ("o4-mini", True),
        ("qwen3", True),
        ("gpt-4.1", False),
        ("openai/gpt-4o-mini", False),
        ("gpt-5-chat-latest", False),
    ],
)
def test_encrypted_reasoning_is_not_asked_of_models_that_refuse_the_question(model: str, asked: bool) -> None:  # noqa: FBT001
    assert ("include" in body(made(), HI, model=model)) is asked


def test_reasoning_messages_and_calls_go_back_as_they_came() -> None:
    dialect = made()
    body(dialect, HI)
    reply = replied(dialect, REASONING, MESSAGE, CALL)
    items = written(HI, reply, answer(), dialect=dialect)
    assert items[1:] == [
        REASONING, MESSAGE, CALL, {"type": "function_call_output", "call_id": "call_a", "output": "content"},
    ]  # fmt: skip
    assert written(HI, reply, answer()) == items


def test_state_stays_with_its_provider_and_model() -> None:
    dialect = made()
    body(dialect, HI)
    messages = (HI, replied(dialect, REASONING, MESSAGE, CALL), answer())
    other = create(replace(ACCESS, name="other"))
    for items in (body(dialect, *messages, model="another")["input"], body(other, *messages)["input"]):
        assert [item["type"] for item in items] == ["message", "message", "function_call", "function_call_output"]
        assert "gAAAAB" not in json.dumps(items)
        assert "fc_1" not in json.dumps(items)
    assert body(dialect, *messages)["input"][1] == REASONING


def test_the_providers_own_call_id_is_used_once() -> None:
    """Some servers count the calls of each answer from zero."""
    items = written(HI, asking(1, "call_0"), answer(1), asking(2, "call_0"), answer(2))
    assert [item["call_id"] for item in items[1:]] == ["call_0", "call_0", "r2-c1", "r2-c1"]


@pytest.mark.parametrize(("theirs", "quirk"), [("", "provider"), ("x" * 65, "provider"), ("call_0", "own")])
def test_our_id_stands_in_where_theirs_cannot(theirs: str, quirk: CallIds) -> None:
    items = written(HI, asking(1, theirs), answer(1), dialect=made(call_ids=quirk))
    assert [item["call_id"] for item in items[1:]] == ["r1-c1", "r1-c1"]


def test_parallel_calls_keep_their_answers() -> None:
    dialect = made()
    body(dialect, HI)
    reply = replied(dialect, CALL, OTHER_CALL)
    late = ToolMessage.of(CallId("r1-c2"), "find", ToolResult("ok", "two"))
    items = written(HI, reply, answer(1, "one"), late)
    assert [(item.get("call_id"), item.get("output")) for item in items[3:]] == [("call_a", "one"), ("call_b", "two")]


@pytest.mark.parametrize("outcome", ["error", "timeout", "cancelled", "denied"])
def test_a_call_that_went_wrong_says_so(outcome: Outcome) -> None:
    assert written(HI, asking(), answer(1, "why", outcome))[2]["output"] == f"[{outcome}] why"


def test_an_answer_without_text_says_so() -> None:
    assert written(HI, asking(), answer(1, ""))[2]["output"] == NO_OUTPUT


def test_a_call_without_an_answer_is_answered_before_anything_else_is_said() -> None:
    """Pain 19: a session is never bricked by an unpaired call."""
    unanswered = {"type": "function_call_output", "call_id": "r1-c1", "output": UNANSWERED}
    assert written(HI, asking(), UserMessage.of("b"))[2] == unanswered
    assert written(HI, asking())[2] == unanswered
    dialect = made()
    written(HI, asking(), dialect=dialect)


def test_a_late_answer_is_no_longer_made_up() -> None:
    dialect, transcript = made(), Transcript((HI, asking()))
    assert UNANSWERED.encode() in dialect.request(call(transcript=transcript)).body
    assert UNANSWERED.encode() not in dialect.request(call(transcript=transcript.add(answer()))).body


def test_an_answer_to_no_call_becomes_a_message() -> None:
    assert written(HI, answer(9, "late"))[1]["content"] == [{"type": "input_text", "text": "[read_file] late"}]


@pytest.mark.parametrize(("most", "reason"), [(None, "stop"), (8, "stop"), (7, "length"), (6, "length")])
def test_a_response_of_as_many_tokens_as_were_asked_for_is_cut_whatever_its_server_says(
    most: int | None, reason: str
) -> None:
    """llama.cpp says `completed` of an answer that reached its limit."""
    dialect = made()
    dialect.request(replace(call("hi"), max_tokens=most))
    assert replied(dialect, MESSAGE).stop_reason == reason
    assert bool(replied(dialect, CALL | {"arguments": '{"path": "a'}).calls) is (reason == "stop")


def conversation(turns: int) -> Transcript:
    dialect, transcript = made(), Transcript((HI,))
    for number in range(turns):
        dialect.request(call(transcript=transcript))
        output = CALL | {"call_id": f"call_{number}", "id": f"fc_{number}"}
        transcript = transcript.add(replied(dialect, REASONING, MESSAGE, output, turn=number), answer(number))
    return transcript


def test_each_message_is_encoded_once_and_every_request_begins_as_the_one_before() -> None:
    dialect, transcript, last = made(), conversation(20), b""
    for length in range(1, len(transcript.messages) + 1, 2):
        asked = call(transcript=Transcript(transcript.messages[:length]))
        sent = dialect.request(asked).body
        assert sent == made().request(asked).body
        assert sent.startswith(last.removesuffix(b"]}"))
        last = sent


def test_another_transcript_is_written_from_its_beginning() -> None:
    dialect = made()
    written(HI, AssistantMessage.of("b"), UserMessage.of("c"), dialect=dialect)
    assert [item["content"][0]["text"] for item in written(UserMessage.of("x"), dialect=dialect)] == ["x"]
    again = written(UserMessage.of("x"), asking(1, "call_0"), answer(), dialect=dialect)
    assert again[1]["call_id"] == "call_0"


def test_a_change_of_tools_or_model_is_written() -> None:
    dialect = made()
    dialect.request(call())
    sent = json.loads(dialect.request(ModelCall("other", "Be kind.", Transcript((HI,)), ())).body)
    assert sent["model"] == "other"
    assert "tools" not in sent


def test_a_long_conversation_costs_what_was_added() -> None:
    def cost(turns: int) -> float:
        dialect, transcript = made(), Transcript((HI,))
        for number in range(turns):
            transcript = transcript.add(AssistantMessage.of(f"answer {number} " * 40), UserMessage.of("go on"))
            dialect.request(call(transcript=transcript))
        best = float("inf")
        for _ in range(30):
            transcript = transcript.add(AssistantMessage.of("answer"), UserMessage.of("go on"))
            began = perf_counter()
            dialect.request(call(transcript=transcript))
            best = min(best, perf_counter() - began)
        return best

    assert cost(2_000) < 50 * cost(20)
