"""What the streamer takes for an answer, and what it does with what is none."""

from __future__ import annotations

import pytest

from actors.blocks import TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.port import Failed, Finished, Piece
from actors.llm_streamer import RetryRequest
from actors.messages import (
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
)
from actors.transcript import AssistantMessage, Usage, UserMessage
from tests.actors.streaming import CUT, DONE, R1, Streaming, answered
from tools.tool import ToolDefinition

EMPTY_ANSWERS = [
    AssistantMessage.of(""),
    AssistantMessage.of(" \n"),
    AssistantMessage.of("", reasoning="hm"),
    AssistantMessage.of("", stop_reason="tool_calls"),
    AssistantMessage.of("Let me look.", stop_reason="tool_calls"),
]


@pytest.mark.parametrize("message", EMPTY_ANSWERS)
def test_an_answer_with_nothing_in_it_is_asked_for_once_more_and_then_a_failure(message: AssistantMessage) -> None:
    streaming = Streaming(attempts=5)
    streaming.ask()
    (discarded,) = streaming.hear(Finished(message, Usage(1, 2)))
    assert isinstance(discarded, ReplyDiscarded)
    streaming.tell(RetryRequest(R1, 2))
    (failure,) = streaming.hear(Finished(message, Usage(1, 2)), 2)
    assert isinstance(failure, ReceiveFailure)
    assert (failure.kind, failure.usage) == ("empty", Usage(2, 4))
    assert failure.text.startswith("The model ")


def test_what_an_empty_answer_cost_is_counted_with_the_answer_that_follows() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Finished(AssistantMessage.of(""), Usage(1, 2)))
    streaming.tell(RetryRequest(R1, 2))
    assert streaming.hear(DONE, 2) == [answered(DONE, usage=Usage(2, 4), counted=1)]


def test_an_answer_that_was_withheld_is_a_failure_with_its_reason() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Piece("I can"))
    message = AssistantMessage((TextBlock("I can"),), "filtered", "content_filter")
    (failure,) = streaming.hear(Finished(message, Usage(1, 2)))
    assert isinstance(failure, ReceiveFailure)
    assert (failure.kind, failure.partial, failure.usage) == ("filtered", "I can", Usage(1, 2))
    assert "content_filter" in failure.text


def test_a_paused_answer_is_asked_to_go_on_and_its_parts_are_one() -> None:
    streaming = Streaming()
    streaming.ask()
    first = AssistantMessage((TextBlock("one "),), "paused", "pause_turn")
    assert streaming.hear(Finished(first, Usage(1, 2))) == []
    assert streaming.port.calls[1].transcript.messages[-1] == first
    (reply,) = streaming.hear(Finished(AssistantMessage.of("two"), Usage(1, 2)), 2)
    assert isinstance(reply, ReceiveReply)
    assert (reply.message.text, reply.message.stop_reason, reply.usage) == ("one two", "stop", Usage(2, 4))


def test_an_answer_that_pauses_for_ever_comes_to_an_end() -> None:
    streaming = Streaming()
    streaming.ask()
    paused = Finished(AssistantMessage((TextBlock("x"),), "paused"), Usage(1, 2))
    attempt = 1
    while not (sent := streaming.hear(paused, attempt)):
        attempt += 1
    assert [type(message) for message in sent] == [ReceiveFailure]
    assert attempt <= 20


def test_a_cut_in_the_second_part_of_a_paused_answer_begins_from_the_start() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Finished(AssistantMessage((TextBlock("one "),), "paused"), Usage()))
    (discarded,) = streaming.hear(CUT, 2)
    assert isinstance(discarded, ReplyDiscarded)
    streaming.tell(RetryRequest(R1, 3))
    assert streaming.port.calls[2] == streaming.port.calls[0]
    (reply,) = streaming.hear(DONE, 3)
    assert isinstance(reply, ReceiveReply)
    assert reply.message.text == "done"


def test_what_the_model_did_wrong_goes_to_it_with_the_next_attempt_only() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Failed("malformed", "no call", retryable=True, told="[note] write JSON"))
    streaming.tell(RetryRequest(R1, 2))
    assert streaming.port.calls[1].transcript.messages[-1] == UserMessage.of("[note] write JSON")
    streaming.hear(CUT, 2)
    streaming.tell(RetryRequest(R1, 3))
    assert streaming.port.calls[2] == streaming.port.calls[0]


def test_calls_are_put_right_where_they_can_mean_one_thing_only() -> None:
    streaming = Streaming(tools=lambda: (ToolDefinition("look", "1.", "{}"),))
    streaming.ask()
    call = ToolCall(CallId("c"), "functions.look", '{"a": 1,}')
    (reply,) = streaming.hear(Finished(AssistantMessage.of("", calls=(call,), stop_reason="tool_calls"), Usage()))
    assert isinstance(reply, ReceiveReply)
    assert [(made.name, made.arguments) for made in reply.message.calls] == [("look", '{"a": 1}')]


def test_silence_from_the_start_is_waited_for_twice_at_most_and_in_the_middle_as_often_as_a_cut() -> None:
    silence = Failed("stalled", "nothing came", retryable=True)
    streaming = Streaming(attempts=5)
    streaming.ask()
    streaming.hear(silence)
    streaming.tell(RetryRequest(R1, 2))
    assert [type(message) for message in streaming.hear(silence, 2)] == [ReceiveFailure]
    streaming = Streaming(attempts=3)
    streaming.ask()
    for attempt in (1, 2):
        streaming.hear(Piece("a"), attempt)
        assert isinstance(streaming.hear(silence, attempt)[0], ReplyDiscarded)
        streaming.tell(RetryRequest(R1, attempt + 1))
