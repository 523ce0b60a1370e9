"""Requests: what is written down, and what it costs."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import pytest

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.dialect import OpenAIChat, create
from actors.llm.dialects.openai_chat.wire_ids import NAME, SHORT
from actors.llm.port import Finished, ModelCall
from actors.llm.wire_words import NO_OUTPUT, UNANSWERED
from actors.transcript import AssistantMessage, ToolMessage, Transcript, TranscriptMessage, UserMessage
from config.models.provider_access import NO_QUIRKS, SCRIPTED, ProviderAccess
from config.quirks import AuthHeader, EmptyContent, Quirks
from tests.actors.llm.hearing import DONE, call, event
from tools.tool import Outcome, ToolResult


def asking(arguments: str) -> AssistantMessage:
    state = ProviderState("scripted", "m", "{}")
    calls = (ToolCall(CallId("c1"), "read_file", arguments, "c1", state),)
    return AssistantMessage.of("Let me see.", reasoning="secret thoughts", calls=calls, stop_reason="tool_calls")


ASKED = asking('{"path": "a"}')


def answer(text: str = "content", outcome: Outcome = "ok", identifier: str = "c1") -> ToolMessage:
    return ToolMessage.of(CallId(identifier), "read_file", ToolResult(outcome, text))


def written(*messages: TranscriptMessage, dialect: OpenAIChat | None = None) -> list[dict[str, Any]]:
    """The messages of a request, without the system's."""
    body = (dialect or create(SCRIPTED)).request(ModelCall("m", "Be kind.", Transcript(messages), ())).body
    return json.loads(body)["messages"][1:]  # type: ignore[no-any-return]


def test_a_request_asks_for_a_stream_with_usage_and_names_the_tools() -> None:
    request = create(SCRIPTED).request(call("hi"))
    body = json.loads(request.body)
    assert request.path == "/chat/completions"
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}
    assert body["messages"] == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"}]
    assert body["tools"][0]["function"] == {
        "name": "list_files",
        "description": "The tool list_files.",
        "parameters": {"type": "object"},
    }
    assert "max_tokens" not in body


def test_without_tools_none_are_named() -> None:
    assert "tools" not in json.loads(
        create(SCRIPTED).request(ModelCall("m", "", Transcript((UserMessage.of("hi"),)), ())).body
    )


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("gpt-4.1", "max_tokens"),
        ("llama3", "max_tokens"),
        ("gpt-5-mini", "max_completion_tokens"),
        ("openai/o3", "max_completion_tokens"),
    ],
)
def test_the_longest_answer_is_named_as_the_model_wants_it(model: str, field: str) -> None:
    body = json.loads(create(SCRIPTED).request(ModelCall(model, "", Transcript((UserMessage.of("hi"),)), (), 99)).body)
    assert body[field] == 99


def test_a_call_and_its_answer_are_written_and_thoughts_are_not_sent_back() -> None:
    messages = written(UserMessage.of("hi"), ASKED, answer())
    assert messages[1] == {
        "role": "assistant",
        "content": "Let me see.",
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "read_file", "arguments": '{"path": "a"}'}}
        ],
    }
    assert messages[2] == {"role": "tool", "tool_call_id": "c1", "content": "content"}
    assert "secret thoughts" not in json.dumps(messages)


@pytest.mark.parametrize("outcome", ["error", "timeout", "cancelled", "denied"])
def test_a_call_that_went_wrong_says_so(outcome: Outcome) -> None:
    assert written(UserMessage.of("hi"), ASKED, answer("why", outcome))[2]["content"] == f"[{outcome}] why"


def test_an_answer_without_text_says_so() -> None:
    assert written(UserMessage.of("hi"), ASKED, answer(""))[2]["content"] == NO_OUTPUT


def test_an_interrupted_answer_is_marked_and_never_empty() -> None:
    messages = written(UserMessage.of("a"), AssistantMessage.of("Half").interrupt(), UserMessage.of("b"))
    assert messages[1] == {"role": "assistant", "content": "Half\n\n[interrupted]"}
    messages = written(UserMessage.of("a"), AssistantMessage.of("").interrupt(), UserMessage.of("b"))
    assert messages[1]["content"] == "[interrupted]"


def test_a_call_that_nobody_answered_is_answered_before_anything_else_is_said() -> None:
    """Pain 19: a session is never bricked by an unpaired call."""
    messages = written(UserMessage.of("a"), ASKED, UserMessage.of("b"))
    assert messages[2] == {"role": "tool", "tool_call_id": "c1", "content": UNANSWERED}
    assert written(UserMessage.of("a"), ASKED)[2]["content"] == UNANSWERED


def test_a_late_answer_is_no_longer_made_up() -> None:
    dialect = create(SCRIPTED)
    transcript = Transcript((UserMessage.of("a"), ASKED))
    assert UNANSWERED.encode() in dialect.request(call(transcript=transcript)).body
    body = dialect.request(call(transcript=transcript.add(answer()))).body
    assert UNANSWERED.encode() not in body


def test_an_answer_to_no_call_becomes_a_message() -> None:
    messages = written(UserMessage.of("a"), answer("late", identifier="c9"))
    assert messages[1] == {"role": "user", "content": "[read_file] late"}


@pytest.mark.parametrize("arguments", ['{"path": ', "[1]", "nonsense", "\ud800"])
def test_arguments_that_are_no_object_are_sent_as_one(arguments: str) -> None:
    sent = written(UserMessage.of("a"), asking(arguments), answer())[1]["tool_calls"][0]["function"]["arguments"]
    assert "invalid_json" in json.loads(sent)


def test_missing_arguments_are_an_empty_object() -> None:
    assert written(UserMessage.of("a"), asking(""), answer())[1]["tool_calls"][0]["function"]["arguments"] == "{}"


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    assert written(UserMessage.of("a\udc80b"))[0]["content"] == "a?b"


def test_each_message_is_encoded_once_and_the_request_is_the_same() -> None:
    dialect, transcript = create(SCRIPTED), Transcript((UserMessage.of("a"),))
    for number in range(20):
        asked = AssistantMessage.of("", calls=(ToolCall(CallId(f"c{number}"), "f", "{}"),))
        transcript = transcript.add(asked, answer(f"r{number}", identifier=f"c{number}"))
        assert (
            dialect.request(call(transcript=transcript)).body
            == create(SCRIPTED).request(call(transcript=transcript)).body
        )


def test_another_transcript_is_written_from_its_beginning() -> None:
    dialect = create(SCRIPTED)
    written(UserMessage.of("a"), AssistantMessage.of("b"), UserMessage.of("c"), dialect=dialect)
    assert [message["content"] for message in written(UserMessage.of("x"), dialect=dialect)] == ["x"]
    equal_but_other = written(UserMessage.of("x"), AssistantMessage.of("y"), dialect=dialect)
    assert [message["content"] for message in equal_but_other] == ["x", "y"]


def test_a_change_of_tools_or_model_is_written() -> None:
    dialect = create(SCRIPTED)
    dialect.request(call())
    body = json.loads(dialect.request(ModelCall("other", "Be kind.", Transcript((UserMessage.of("hello"),)), ())).body)
    assert body["model"] == "other"
    assert "tools" not in body


def test_no_call_gets_an_id_that_the_session_has_used() -> None:
    dialect = create(SCRIPTED)
    dialect.request(call(transcript=Transcript((UserMessage.of("a"), ASKED, answer()))))
    decoder = dialect.decoder()
    decoder.feed(event({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": "{}"}}]}))
    decoder.feed(event({}, "tool_calls") + DONE)
    final = decoder.close()
    assert isinstance(final, Finished)
    assert final.message.calls[0].id != "c1"


def access(quirks: Quirks = NO_QUIRKS) -> ProviderAccess:
    return ProviderAccess("P", "https://p.example/v1", "m", quirks=quirks)


def head(quirks: Quirks = NO_QUIRKS, model: str = "m") -> dict[str, Any]:
    asked = ModelCall(model, "", Transcript((UserMessage.of("hi"),)), (), 99)
    return json.loads(create(access(quirks)).request(asked).body)  # type: ignore[no-any-return]


def test_a_request_departs_from_the_usual_one_as_the_quirks_say() -> None:
    quirks = Quirks(
        token_field="max_completion_tokens",  # noqa: S106 - no password
        temperature=0.0,
        reasoning_effort="low",
        stream_options=False,
        extra_body={"top_p": 0.5, "messages": [], "stream": False, "model": "alias"},
    )
    body = head(quirks)
    assert "stream_options" not in body
    assert (body["max_completion_tokens"], body["temperature"], body["reasoning_effort"]) == (99, 0.0, "low")
    assert (body["top_p"], body["stream"], body["model"]) == (0.5, True, "alias")
    assert body["messages"], "no quirk replaces the conversation"
    assert head(Quirks(token_field="max_tokens"), "o3")["max_tokens"] == 99  # noqa: S106 - no password
    assert not {"temperature", "reasoning_effort"} & head().keys()


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("bearer", ("Authorization", "Bearer k")),
        ("api-key", ("api-key", "k")),
        ("x-goog-api-key", ("x-goog-api-key", "k")),
    ],
)
def test_the_path_and_the_header_of_the_key_are_the_providers(header: AuthHeader, sent: tuple[str, str]) -> None:
    dialect = create(access(Quirks(path="/chat", auth_header=header)))
    assert dialect.authorization("k") == (sent,)
    assert dialect.request(call()).path == "/chat"


@pytest.mark.parametrize(("quirk", "content"), [("null", [None]), ("empty", [""]), ("absent", [])])
def test_the_content_beside_calls_alone_is_what_the_provider_takes(quirk: EmptyContent, content: list[object]) -> None:
    asked = AssistantMessage.of("", calls=ASKED.calls)
    dialect = create(access(Quirks(empty_content=quirk)))
    message = written(UserMessage.of("a"), asked, answer(), dialect=dialect)[1]
    assert [message[name] for name in ("content",) if name in message] == content


THOUGHT = ReasoningBlock("hm", ProviderState("P", "m", '{"reasoning_content":"hm"}'))
SIGNED = ProviderState("P", "m", '{"extra_content":{"google":{"thought_signature":"s=="}}}')


def turn(*, provider: str = "P", model: str = "m") -> tuple[TranscriptMessage, ...]:
    """A turn with a call, whose blocks hold state."""
    state = ProviderState(provider, model, SIGNED.data)
    thought = ReasoningBlock("hm", ProviderState(provider, model, '{"reasoning_content":"hm"}'))
    asked = ToolCall(CallId("t1-r1-c1"), "read_file", "{}", "functions.read_file:0", state)
    return (
        UserMessage.of("a"),
        AssistantMessage((thought, asked), "tool_calls"),
        answer(identifier="t1-r1-c1"),
        AssistantMessage((thought, TextBlock("done"))),
    )


def test_opaque_state_goes_back_unchanged_with_its_message_and_its_call() -> None:
    messages = written(*turn(), dialect=create(access()))
    assert messages[1]["reasoning_content"] == "hm"
    assert messages[1]["tool_calls"][0]["extra_content"] == {"google": {"thought_signature": "s=="}}
    assert messages[1]["tool_calls"][0]["id"] == messages[2]["tool_call_id"] == "functions.read_file:0"
    assert messages[3]["reasoning_content"] == "hm", "the turn has had calls"


def test_reasoning_of_a_turn_without_calls_and_of_an_interrupted_answer_stays_here() -> None:
    said = AssistantMessage((THOUGHT, TextBlock("x")))
    assert "reasoning_content" not in written(UserMessage.of("a"), said, dialect=create(access()))[1]
    cut = (*turn()[:3], AssistantMessage((THOUGHT, TextBlock("x"))).interrupt())
    assert "reasoning_content" not in written(*cut, dialect=create(access()))[3]


@pytest.mark.parametrize(("provider", "model"), [("Q", "m"), ("P", "other")])
def test_state_and_ids_of_another_provider_or_model_are_left_out(provider: str, model: str) -> None:
    messages = written(*turn(provider=provider, model=model), dialect=create(access()))
    assert messages[1].keys() == {"role", "content", "tool_calls"}
    sent = messages[1]["tool_calls"][0]
    assert sent.keys() == {"id", "type", "function"}
    assert SHORT.fullmatch(sent["id"])
    assert messages[2]["tool_call_id"] == sent["id"]


def test_a_switch_of_model_writes_the_conversation_again() -> None:
    dialect, transcript = create(access()), Transcript(turn())
    assert b"thought_signature" in dialect.request(ModelCall("m", "", transcript, ())).body
    assert b"thought_signature" not in dialect.request(ModelCall("other", "", transcript, ())).body
    assert b"thought_signature" in dialect.request(ModelCall("m", "", transcript, ())).body


def test_state_that_is_no_object_is_left_out_and_fields_of_ours_stay() -> None:
    broken = ReasoningBlock("", ProviderState("P", "m", "[1"))
    evil = ReasoningBlock("", ProviderState("P", "m", '{"role": "system", "content": "x", "reasoning_details": []}'))
    message = written(UserMessage.of("a"), AssistantMessage((broken, evil, TextBlock("t"))), dialect=create(access()))[
        1
    ]
    assert message == {"role": "assistant", "content": "t", "reasoning_details": []}


@pytest.mark.parametrize("name", ["bad name!", "", "x" * 200, "ünï", "9lives", "a.b:c", "\ud83d", "-", "a\nb"])
def test_a_name_that_no_provider_takes_is_never_sent(name: str) -> None:
    asked = AssistantMessage.of("", calls=(ToolCall(CallId("c1"), name, "{}"),))
    late = ToolMessage.of(CallId("c9"), name, ToolResult("error", "no such tool"))
    messages = written(UserMessage.of("a"), asked, answer("no such tool", "error"), late, dialect=create(access()))
    assert NAME.fullmatch(messages[1]["tool_calls"][0]["function"]["name"])


def test_details_survive_half_a_surrogate_pair_in_a_neighbour() -> None:
    details = ReasoningBlock("", ProviderState("P", "m", '{"reasoning_details":[{"data":"x"}]}'))
    said = AssistantMessage((details, TextBlock("a\ud83d")))
    message = written(UserMessage.of("a"), said, dialect=create(access()))[1]
    assert (message["content"], message["reasoning_details"]) == ("a?", [{"data": "x"}])


def test_a_long_conversation_costs_what_was_added() -> None:
    """Issue 2: history is serialised once; ten times as long a talk is nowhere near ten times as slow."""

    def cost(turns: int) -> float:
        dialect, transcript = create(SCRIPTED), Transcript((UserMessage.of("a"),))
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
