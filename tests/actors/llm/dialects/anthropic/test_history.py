"""The conversation as it is written down, held against the rules of a strict server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.anthropic.history import BEGINNING, CACHE_MARK, History
from actors.llm.wire_words import INTERRUPTED, NO_OUTPUT, UNANSWERED
from actors.transcript import AssistantMessage, Transcript, TranscriptMessage, UserMessage
from tests.actors.llm.dialects.anthropic.rules import broken_rules
from tests.actors.llm.dialects.anthropic.transcripts import (
    HIDDEN,
    MODEL,
    PROVIDER,
    SIGNED,
    answer,
    asking,
    rounds,
    state,
    transcripts,
)

HEAD = b'{"max_tokens":1,"messages":['


def history(*messages: TranscriptMessage) -> History:
    made = History(lambda found: found.belongs_to(PROVIDER, MODEL))
    for message in messages:
        made.append(message)
    return made


def body(*messages: TranscriptMessage) -> bytes:
    return history(*messages).body(HEAD)


def written(*messages: TranscriptMessage) -> list[dict[str, Any]]:
    return json.loads(body(*messages).replace(CACHE_MARK, b""))["messages"]  # type: ignore[no-any-return]


def marked(request: bytes) -> list[tuple[int, int]]:
    """Message and block of each mark."""
    return [
        (place, number)
        for place, message in enumerate(json.loads(request)["messages"])
        for number, block in enumerate(message["content"])
        if "cache_control" in block
    ]


@given(transcripts)
def test_whatever_a_session_holds_no_rule_is_broken(transcript: Transcript) -> None:
    assert broken_rules(body(*transcript.messages), {"sig"}) == []


@given(transcripts)
def test_what_is_written_bit_by_bit_is_what_is_written_at_once(transcript: Transcript) -> None:
    growing = history()
    for number, message in enumerate(transcript.messages, 1):
        growing.append(message)
        assert growing.body(HEAD) == body(*transcript.messages[:number])


def test_each_request_goes_on_from_the_bytes_of_the_one_before() -> None:
    """Issue 8: the prefix is stable, so that the provider has it in its cache; only the marks move."""
    growing, before, marks = history(UserMessage.of("do it")), b"", list[int]()
    messages = rounds(30, parallel=3).messages
    for place in range(0, len(messages) - 1, 4):
        request = growing.body(HEAD)
        bare = request.replace(CACHE_MARK, b"")
        assert bare.startswith(before)
        before = bare.removesuffix(b"]}]}")
        marks.append(request.count(CACHE_MARK))
        for message in messages[place + 1 : place + 5]:
            growing.append(message)
    assert marks == [1] + [2] * 29


def test_the_marks_are_where_this_request_ends_and_where_the_one_before_did() -> None:
    assert marked(body(UserMessage.of("a"))) == [(0, 0)]
    assert marked(body(*rounds(1, parallel=3).messages)) == [(0, 0), (2, 2)]
    assert marked(body(*rounds(5).messages)) == [(8, 0), (10, 0)]
    following = (*rounds(1).messages, AssistantMessage.of("done"), UserMessage.of("more"))
    assert marked(body(*following)) == [(2, 0), (4, 0)]


def test_a_thought_is_never_marked() -> None:
    paused = AssistantMessage((ReasoningBlock("hm", state()),), "paused")
    assert marked(body(UserMessage.of("a"), paused)) == [(0, 0)]


def test_results_stand_first_in_the_order_of_their_calls() -> None:
    messages = written(UserMessage.of("a"), asking("1", "2", "3"), answer("3"), answer("1"), UserMessage.of("and?"))
    kinds = [(block["type"], block.get("tool_use_id")) for block in messages[2]["content"]]
    assert kinds == [
        ("tool_result", "toolu_1"),
        ("tool_result", "toolu_2"),
        ("tool_result", "toolu_3"),
        ("text", None),
    ]
    assert UNANSWERED in messages[2]["content"][1]["content"]
    assert messages[2]["content"][1]["is_error"] is True


def test_an_answer_that_comes_late_takes_the_place_of_the_one_that_was_made_up() -> None:
    growing = history(UserMessage.of("a"), asking("1", "2"), answer("2"))
    assert UNANSWERED.encode() in growing.body(HEAD)
    growing.append(answer("1"))
    assert UNANSWERED.encode() not in growing.body(HEAD)
    assert growing.body(HEAD) == body(UserMessage.of("a"), asking("1", "2"), answer("1"), answer("2"))


def test_an_answer_to_no_call_is_told_as_text_behind_the_results() -> None:
    blocks = written(UserMessage.of("a"), asking("1"), answer("9", "late"), answer("1"))[2]["content"]
    assert [block["type"] for block in blocks] == ["tool_result", "text"]
    assert blocks[1]["text"] == "[read_file] late"
    assert written(UserMessage.of("a"), answer("9", "late"))[0]["content"][1]["text"] == "[read_file] late"


def test_neighbours_of_one_role_are_one_message() -> None:
    roles = [
        message["role"]
        for message in written(
            UserMessage.of("a"),
            UserMessage.of("b"),
            AssistantMessage.of("c", stop_reason="paused"),
            AssistantMessage.of("d"),
            UserMessage.of("e"),
        )
    ]
    assert roles == ["user", "assistant", "user"]


def test_thoughts_go_back_to_the_letter_to_who_had_them() -> None:
    """Issue 8: signatures unchanged; state goes only to the provider and model that it came from."""
    spaced = '{"signature": "a\\u002fb" ,"type":"thinking","thinking":"1.0"}'
    message = AssistantMessage(
        (
            ReasoningBlock("mine", state(spaced)),
            ReasoningBlock("", state(HIDDEN)),
            ReasoningBlock("another model's", state(model="other")),
            ReasoningBlock("another provider's", ProviderState("other", MODEL, SIGNED)),
            ReasoningBlock("nobody's"),
            ReasoningBlock("damaged", state('{"type": "thin')),
            TextBlock("so"),
        )
    )
    request = body(UserMessage.of("a"), message, UserMessage.of("b"))
    assert f'[{spaced},{HIDDEN},{{"type":"text","text":"so"}}]'.encode() in request


def test_an_interrupted_answer_goes_back_as_its_text_and_says_so() -> None:
    cut = AssistantMessage((ReasoningBlock("hm", state()), TextBlock("Half"))).interrupt()
    assert written(UserMessage.of("a"), cut, UserMessage.of("b"))[1]["content"] == [
        {"type": "text", "text": f"Half\n\n{INTERRUPTED}"}
    ]
    nothing = AssistantMessage.of("").interrupt()
    assert written(UserMessage.of("a"), nothing, UserMessage.of("b"))[1]["content"][0]["text"] == INTERRUPTED


def test_what_is_empty_gets_a_stand_in() -> None:
    messages = written(UserMessage.of(" "), AssistantMessage((ReasoningBlock("hm"),)), UserMessage.of(""))
    assert [message["content"][0]["text"] for message in messages] == [NO_OUTPUT] * 3


def test_a_conversation_that_begins_with_an_answer_gets_a_beginning() -> None:
    messages = written(AssistantMessage.of("a"), UserMessage.of("b"))
    assert messages[0] == {"role": "user", "content": [{"type": "text", "text": BEGINNING}]}


def test_a_paused_answer_goes_back_last_without_blanks_at_its_end() -> None:
    work = '{"type":"server_tool_use","id":"s","name":"web_search","input":{}}'
    blocks = (TextBlock("I look "), TextBlock("", state(work)), TextBlock("it up \n"))
    messages = written(UserMessage.of("a"), AssistantMessage(blocks, "paused"))
    assert messages[-1]["content"] == [
        {"type": "text", "text": "I look "},
        json.loads(work),
        {"type": "text", "text": "it up"},
    ]


def test_a_paused_answer_that_ends_in_a_blank_behind_a_call_keeps_the_call() -> None:
    paused = AssistantMessage((ToolCall(CallId("1"), "f", "{}"), TextBlock(" ")), "paused")
    assert written(UserMessage.of("a"), paused, answer("1"))[1]["content"][0]["type"] == "tool_use"


@pytest.mark.parametrize(
    ("provider_id", "sent"),
    [
        ("toolu_01", "toolu_01"),
        ("functions.read_file:0", "t1-r1-c1"),
        ("", "t1-r1-c1"),
        ("x" * 65, "t1-r1-c1"),
        ("ünïcode", "t1-r1-c1"),
    ],
)
def test_the_providers_own_id_is_on_the_wire_unless_it_would_be_refused(provider_id: str, sent: str) -> None:
    call = ToolCall(CallId("t1-r1-c1"), "f", "{}", provider_id)
    messages = written(UserMessage.of("a"), AssistantMessage((call,)), answer("t1-r1-c1"))
    assert messages[1]["content"][0]["id"] == sent
    assert messages[2]["content"][0]["tool_use_id"] == sent


def test_an_id_that_the_provider_gave_twice_is_sent_once() -> None:
    first, second = asking("t1-r1-c1", provider_id="call_0"), asking("t1-r2-c1", provider_id="call_0")
    messages = written(UserMessage.of("a"), first, answer("t1-r1-c1"), second, answer("t1-r2-c1"))
    assert [messages[place]["content"][-1]["id"] for place in (1, 3)] == ["call_0", "t1-r2-c1"]


def test_with_ids_of_our_own_the_providers_are_not_sent() -> None:
    made = History(lambda _: True, own_ids=True)
    for message in (UserMessage.of("a"), asking("t1-r1-c1"), answer("t1-r1-c1")):
        made.append(message)
    assert b"toolu_" not in made.body(HEAD)


def test_thinking_cannot_begin_in_the_middle_of_a_round_of_tools() -> None:
    foreign = asking("1", model="other")
    assert history(UserMessage.of("a"), foreign, answer("1")).thoughtless
    assert history(UserMessage.of("a"), foreign, answer("1"), asking("2"), answer("2")).thoughtless
    assert not history(UserMessage.of("a"), asking("1"), answer("1")).thoughtless
    assert not history(UserMessage.of("a"), foreign, answer("1"), UserMessage.of("b")).thoughtless
    later = AssistantMessage.of("", calls=(ToolCall(CallId("2"), "f", "{}"),))
    assert not history(UserMessage.of("a"), asking("1"), answer("1"), later, answer("2")).thoughtless
