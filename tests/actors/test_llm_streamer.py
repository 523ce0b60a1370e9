"""The LLM streamer: one request in flight, one answer to each, whatever the port does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.blocks import TextBlock, ToolCall
from actors.ids import CallId, RequestId, TurnId
from actors.llm.model_chain import FallbackModel
from actors.llm.port import Failed, FailureKind, Finished, Listener, ModelCall, ModelPort, ModelSignal, Piece
from actors.llm.retry_budget import RetryBudget
from actors.llm_streamer import CUT_SHORT, BeginAttempt, LlmStreamer, ModelAccess, Received, RetryRequest, SignalArrived
from actors.messages import (
    CancelReply,
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    ReplyStreamed,
    RequestReply,
    RequestStarted,
)
from actors.runtime.message import Message
from actors.transcript import EMPTY, AssistantMessage, Usage, UserMessage
from tests.actors.staged_context import StagedContext
from tools.tool import ToolDefinition

T1, R1, R2 = TurnId("t1"), RequestId("t1-r1"), RequestId("t1-r2")
DONE = Finished(AssistantMessage.of("done"), Usage(1, 2))
CUT = Failed("cut", "the stream was cut", retryable=True)


class HandPort(ModelPort):
    """A port whose signals the test sends itself."""

    def __init__(self, *, broken: bool = False) -> None:
        self.listeners: dict[str, Listener] = {}
        self.calls: list[ModelCall] = []
        self.cancelled: list[str] = []
        self._broken = broken

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        if self._broken:
            raise ValueError("cannot be written down")
        self.listeners[request] = listener
        self.calls.append(call)

    def cancel(self, request: str) -> None:
        self.cancelled.append(request)

    def close(self) -> None:
        raise NotImplementedError


class Streaming:
    """A streamer with a port and a context of the test's own."""

    def __init__(
        self,
        *,
        broken: bool = False,
        attempts: int = 3,
        jitter: float = 0.0,
        tools: Callable[[], tuple[ToolDefinition, ...]] = tuple,
        fallbacks: int = 0,
    ) -> None:
        self.port = HandPort(broken=broken)
        self.others = [HandPort() for _ in range(fallbacks)]
        self.context = StagedContext()
        others = tuple(
            FallbackModel(f"second {number}", f"m{number}", lambda port=port: port, RetryBudget())  # type: ignore[misc]
            for number, port in enumerate(self.others)
        )
        access = ModelAccess("m", "be kind", tools, 99, attempts, 1.0, 60.0, fallbacks=others)
        self.streamer = LlmStreamer(self.context, self.port, access, lambda: jitter)

    def tell(self, message: Received) -> list[Message]:
        self.streamer.handle(message)
        return self.context.taken()

    def ask(self, request: RequestId = R1, turn: TurnId = T1) -> list[Message]:
        return self.tell(RequestReply(turn, request, EMPTY.add(UserMessage.of("hello"))))

    def hear(
        self, signal: ModelSignal, attempt: int = 1, request: RequestId = R1, *, port: HandPort | None = None
    ) -> list[Message]:
        """A signal on its way through the port's listener and the mailbox."""
        (port or self.port).listeners[f"{request}#{attempt}"](signal)
        (arrived,) = self.context.taken()
        assert isinstance(arrived, SignalArrived)
        assert arrived == SignalArrived(request, attempt, signal)
        return self.tell(arrived)


def test_a_request_goes_out_with_all_that_a_dialect_needs() -> None:
    streaming = Streaming()
    assert streaming.ask() == [RequestStarted(T1, R1, 1)]
    assert streaming.port.calls == [ModelCall("m", "be kind", EMPTY.add(UserMessage.of("hello")), (), 99)]


def test_pieces_are_published_as_they_come_and_the_end_is_one_answer() -> None:
    """S0-8."""
    streaming = Streaming()
    streaming.ask()
    assert streaming.hear(Piece("he")) == [ReplyStreamed(T1, R1, "he")]
    assert streaming.hear(Piece("", "thinking")) == [ReplyStreamed(T1, R1, "", "thinking")]
    assert streaming.hear(DONE) == [ReceiveReply(T1, R1, DONE.message, DONE.usage)]
    assert streaming.tell(SignalArrived(R1, 1, DONE)) == [], "one answer to each"


def test_an_answer_that_the_model_cut_short_is_an_answer_and_is_said() -> None:
    streaming = Streaming()
    streaming.ask()
    short = Finished(AssistantMessage.of("half", stop_reason="length"), Usage(1, 2))
    assert streaming.hear(short) == [
        NoticeRaised("warning", CUT_SHORT),
        ReceiveReply(T1, R1, short.message, short.usage),
    ]


def test_a_cut_stream_is_discarded_and_asked_again_after_a_pause_that_doubles() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Piece("half"))
    assert streaming.hear(CUT) == [ReplyDiscarded(T1, R1, "the stream was cut", 2, 0.5)]
    assert streaming.context.timers[-1].command == RetryRequest(R1, 2)
    assert streaming.tell(RetryRequest(R1, 2)) == [RequestStarted(T1, R1, 2)]
    assert streaming.hear(CUT, 2) == [ReplyDiscarded(T1, R1, "the stream was cut", 3, 1.0)]
    streaming.tell(RetryRequest(R1, 3))
    streaming.hear(Piece("again, half"), 3)
    assert streaming.hear(CUT, 3) == [
        ReceiveFailure(T1, R1, "cut", "the stream was cut (3 attempts)", "again, half")
    ], "a bounded number of times"


def test_what_one_attempt_has_shown_is_gone_in_the_next() -> None:
    """Also where the next attempt fails before it says anything, and where a cancel comes between the two."""
    streaming = Streaming(attempts=2)
    streaming.ask()
    streaming.hear(Piece("void"))
    streaming.hear(CUT)
    streaming.tell(RetryRequest(R1, 2))
    assert streaming.hear(CUT, 2) == [ReceiveFailure(T1, R1, "cut", "the stream was cut (2 attempts)", "")]
    streaming.ask(R2)
    streaming.hear(Piece("void"), request=R2)
    streaming.hear(CUT, request=R2)
    assert streaming.tell(CancelReply(T1)) == [ReceiveFailure(T1, R2, "cancelled", "cancelled", "")]


def test_what_one_request_has_shown_is_gone_in_the_next() -> None:
    streaming = Streaming()
    streaming.ask(R1)
    streaming.hear(Piece("of the first"))
    streaming.ask(R2)
    streaming.hear(Piece("of the "), request=R2)
    streaming.hear(Piece("", "thinking"), request=R2)
    streaming.hear(Piece("second"), request=R2)
    assert streaming.tell(CancelReply(T1)) == [ReceiveFailure(T1, R2, "cancelled", "cancelled", "of the second")]


def test_an_answer_that_is_not_cut_raises_no_notice_and_an_attempt_is_counted_only_when_there_were_more() -> None:
    streaming = Streaming(attempts=1)
    streaming.ask()
    assert streaming.hear(CUT) == [ReceiveFailure(T1, R1, "cut", "the stream was cut", "")]
    streaming.ask(R2)
    assert streaming.hear(DONE, request=R2) == [ReceiveReply(T1, R2, DONE.message, DONE.usage)]


def test_a_pause_grows_up_to_its_limit_and_is_spread_by_chance() -> None:
    streaming = Streaming(attempts=9)
    streaming.ask()
    for attempt in range(1, 9):
        streaming.hear(CUT, attempt)
        streaming.tell(RetryRequest(R1, attempt + 1))
    assert [timer.seconds for timer in streaming.context.timers] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    late = Streaming(jitter=1.0)
    late.ask()
    late.hear(CUT)
    assert late.context.timers[-1].seconds == 1.0


def test_the_retry_of_an_earlier_request_starts_nothing() -> None:
    streaming = Streaming()
    streaming.ask(R1)
    streaming.hear(CUT)
    streaming.ask(R2)
    assert streaming.tell(RetryRequest(R1, 2)) == []


def test_a_cancel_counts_for_later_requests_of_its_turn_also_when_it_found_one() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.tell(CancelReply(T1))
    assert streaming.ask(R2) == [ReceiveFailure(T1, R2, "cancelled", "cancelled", "")]


def test_the_server_may_say_how_long_to_wait() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Failed("overloaded", "slow down", retryable=True, retry_after=7.0))
    assert streaming.context.timers[-1].seconds == 7.0
    streaming.tell(RetryRequest(R1, 2))
    streaming.hear(Failed("overloaded", "slow down", retryable=True, retry_after=60.0), 2)
    assert streaming.context.timers[-1].seconds == 60.0


def test_a_wait_beyond_the_limit_ends_the_request_at_once_and_is_named() -> None:
    streaming = Streaming()
    streaming.ask()
    (failure,) = streaming.hear(Failed("overloaded", "slow down.", retryable=True, retry_after=3_600.0))
    assert isinstance(failure, ReceiveFailure)
    assert (failure.kind, streaming.context.timers) == ("overloaded", [])
    assert "slow down." in failure.text
    assert "1 h" in failure.text
    assert "model.backoff_most" in failure.text


def test_a_server_that_asks_for_no_pause_gets_its_way_once() -> None:
    streaming = Streaming()
    at_once = Failed("overloaded", "again", retryable=True, retry_after=0.0)
    streaming.ask()
    streaming.hear(at_once)
    assert streaming.context.timers[-1].seconds == 0.0
    streaming.tell(RetryRequest(R1, 2))
    streaming.hear(at_once, 2)
    assert streaming.context.timers[-1].seconds == 1.0


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
    assert streaming.hear(DONE, 2) == [ReceiveReply(T1, R1, DONE.message, Usage(2, 4))]


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


BUSY = Failed("overloaded", "busy", retryable=True)


def test_where_a_model_fails_the_next_one_is_asked_aloud_and_stays_for_the_turn() -> None:
    streaming = Streaming(attempts=2, fallbacks=1)
    streaming.ask()
    streaming.hear(BUSY)
    streaming.tell(RetryRequest(R1, 2))
    notice, discarded = streaming.hear(BUSY, 2)
    assert notice == NoticeRaised("warning", "m: busy. Going on with second 0.")
    assert isinstance(discarded, ReplyDiscarded)
    assert "second 0" in discarded.reason
    assert (discarded.attempt, discarded.seconds) == (3, 0.0)
    assert streaming.tell(RetryRequest(R1, 3)) == [RequestStarted(T1, R1, 3)]
    assert (len(streaming.port.calls), streaming.others[0].calls[0].model) == (2, "m0")
    (reply,) = streaming.hear(DONE, 3, port=streaming.others[0])
    assert isinstance(reply, ReceiveReply)
    streaming.ask(R2)
    assert len(streaming.others[0].calls) == 2, "the same turn"
    streaming.hear(DONE, request=R2, port=streaming.others[0])
    streaming.ask(RequestId("t2-r1"), TurnId("t2"))
    assert len(streaming.port.calls) == 3, "the next turn begins with the first model again"


def test_fallback_models_are_asked_in_order_and_the_last_failure_is_the_answer() -> None:
    streaming = Streaming(attempts=1, fallbacks=2)
    streaming.ask()
    streaming.hear(Failed("rejected", "no such model"))
    streaming.tell(RetryRequest(R1, 2))
    streaming.hear(Failed("unreachable", "no host", retryable=True), 2, port=streaming.others[0])
    streaming.tell(RetryRequest(R1, 3))
    (failure,) = streaming.hear(Failed("overloaded", "busy"), 3, port=streaming.others[1])
    assert failure == ReceiveFailure(T1, R1, "overloaded", "busy (3 attempts)", "")


@pytest.mark.parametrize("kind", ["context_exceeded", "filtered"])
def test_what_lies_in_the_request_is_no_reason_to_ask_another_model(kind: FailureKind) -> None:
    streaming = Streaming(fallbacks=1)
    streaming.ask()
    assert streaming.hear(Failed(kind, "no")) == [ReceiveFailure(T1, R1, kind, "no", "")]


def test_a_cancel_reaches_the_fallback_that_is_asked() -> None:
    streaming = Streaming(attempts=1, fallbacks=1)
    streaming.ask()
    streaming.hear(BUSY)
    streaming.tell(RetryRequest(R1, 2))
    streaming.tell(CancelReply(T1))
    assert streaming.others[0].cancelled == ["t1-r1#2"]


def test_after_ten_failures_within_a_minute_the_next_request_waits_and_says_so() -> None:
    streaming = Streaming(attempts=1)
    for number in range(10):
        streaming.ask(RequestId(f"r{number}"))
        streaming.hear(Failed("rejected", "no"), request=RequestId(f"r{number}"))
    streaming.context.time += 20.0
    (notice,) = streaming.ask(RequestId("r10"))
    assert isinstance(notice, NoticeRaised)
    assert "40 s" in notice.text
    later = streaming.context.timers[-1]
    assert later.seconds == pytest.approx(40.0)
    assert isinstance(later.command, BeginAttempt)
    streaming.context.time += 40.0
    assert streaming.tell(later.command) == [RequestStarted(T1, RequestId("r10"), 1)]
    assert streaming.tell(later.command) == [], "it begins once"


def test_a_cancel_ends_a_wait_for_the_budget() -> None:
    streaming = Streaming(attempts=1)
    for _ in range(10):
        streaming.ask()
        streaming.hear(BUSY)
    streaming.ask()
    assert [type(message) for message in streaming.tell(CancelReply(T1))] == [ReceiveFailure]
    assert streaming.context.timers[-1].cancelled


def test_after_five_failures_in_a_row_a_request_is_tried_once() -> None:
    streaming = Streaming(attempts=5)
    streaming.ask()
    for attempt in range(1, 5):
        streaming.hear(BUSY, attempt)
        streaming.tell(RetryRequest(R1, attempt + 1))
    assert [type(message) for message in streaming.hear(BUSY, 5)] == [ReceiveFailure]
    streaming.ask(R2)
    assert [type(message) for message in streaming.hear(BUSY, request=R2)] == [ReceiveFailure]
    streaming.context.time += 61.0
    streaming.ask(R2)
    assert [type(message) for message in streaming.hear(BUSY, request=R2)] == [ReplyDiscarded]


def test_what_would_fail_again_is_not_asked_again() -> None:
    streaming = Streaming()
    streaming.ask()
    assert streaming.hear(Failed("rejected", "no such model")) == [
        ReceiveFailure(T1, R1, "rejected", "no such model", "")
    ]
    assert streaming.context.timers == []


def test_a_cancel_is_answered_at_once_with_what_was_shown() -> None:
    """S0-5, S1-8."""
    streaming = Streaming()
    streaming.ask()
    streaming.hear(Piece("half"))
    assert streaming.tell(CancelReply(T1)) == [ReceiveFailure(T1, R1, "cancelled", "cancelled", "half")]
    assert streaming.port.cancelled == ["t1-r1#1"]
    assert streaming.tell(SignalArrived(R1, 1, Piece("late"))) == [], "no text after its cancel"
    assert streaming.tell(SignalArrived(R1, 1, Failed("cancelled", "cancelled"))) == []


def test_a_cancel_in_a_pause_ends_the_pause() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(CUT)
    assert [type(message) for message in streaming.tell(CancelReply(T1))] == [ReceiveFailure]
    assert streaming.context.timers[-1].cancelled
    assert streaming.tell(RetryRequest(R1, 2)) == []


def test_a_cancel_that_overtakes_its_request_still_holds() -> None:
    """The request comes through the journal; the cancel is urgent and comes straight."""
    streaming = Streaming()
    assert streaming.tell(CancelReply(T1)) == []
    assert streaming.ask() == [ReceiveFailure(T1, R1, "cancelled", "cancelled", "")]
    assert streaming.port.calls == []
    assert streaming.ask(RequestId("t2-r1"), TurnId("t2")) == [RequestStarted(TurnId("t2"), RequestId("t2-r1"), 1)]


def test_a_cancel_of_another_turn_changes_nothing() -> None:
    streaming = Streaming()
    streaming.ask()
    assert streaming.tell(CancelReply(TurnId("t0"))) == []
    assert streaming.hear(DONE) == [ReceiveReply(T1, R1, DONE.message, DONE.usage)]


def test_a_new_request_takes_the_place_of_the_one_before() -> None:
    streaming = Streaming()
    streaming.ask(R1)
    streaming.ask(R2)
    assert streaming.port.cancelled == ["t1-r1#1"]
    assert streaming.tell(SignalArrived(R1, 1, DONE)) == []
    assert streaming.hear(DONE, request=R2) == [ReceiveReply(T1, R2, DONE.message, DONE.usage)]


def test_signals_of_an_earlier_attempt_are_not_heard() -> None:
    streaming = Streaming()
    streaming.ask()
    streaming.hear(CUT)
    streaming.tell(RetryRequest(R1, 2))
    assert streaming.tell(SignalArrived(R1, 1, Piece("of the first"))) == []
    assert streaming.tell(RetryRequest(R1, 2)) == [], "a timer fires once"


def test_a_port_that_raises_is_a_failed_request_and_no_failed_actor() -> None:
    """S2-7."""
    streaming = Streaming(broken=True)
    started, failure = streaming.ask()
    assert started == RequestStarted(T1, R1, 1)
    assert isinstance(failure, ReceiveFailure)
    assert "cannot be written down" in failure.text


def test_a_stop_lets_go_of_the_request() -> None:
    streaming = Streaming()
    streaming.streamer.stopped()
    streaming.ask()
    streaming.streamer.stopped()
    assert streaming.port.cancelled == ["t1-r1#1"]


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_there_are_never_more_attempts_than_allowed(attempts: int) -> None:
    streaming = Streaming(attempts=attempts)
    streaming.ask()
    for attempt in range(1, attempts):
        streaming.hear(CUT, attempt)
        streaming.tell(RetryRequest(R1, attempt + 1))
    assert [type(message) for message in streaming.hear(CUT, attempts)] == [ReceiveFailure]
    assert len(streaming.port.calls) == attempts


def test_the_tools_are_asked_for_at_each_request() -> None:
    offered: list[tuple[ToolDefinition, ...]] = [(ToolDefinition("one", "1.", "{}"),), ()]
    streaming = Streaming(tools=lambda: offered.pop(0))
    streaming.ask()
    streaming.hear(DONE)
    streaming.ask(R2)
    assert [[tool.name for tool in call.tools] for call in streaming.port.calls] == [["one"], []]


def test_a_repeated_attempt_offers_the_tools_of_the_first() -> None:
    offered = [(ToolDefinition("one", "1.", "{}"),)]
    streaming = Streaming(tools=lambda: offered.pop(0))
    streaming.ask()
    streaming.hear(CUT)
    streaming.tell(RetryRequest(R1, 2))
    first, second = streaming.port.calls
    assert first.tools == second.tools


def test_tools_that_cannot_be_listed_are_a_failed_request_and_the_next_one_is_made() -> None:
    offered: list[tuple[ToolDefinition, ...]] = [()]
    streaming = Streaming(tools=lambda: offered.pop(0))
    streaming.ask()
    (failure,) = streaming.ask(R2)
    assert isinstance(failure, ReceiveFailure)
    assert (failure.kind, failure.text) == (
        "malformed",
        "The tools could not be listed: IndexError('pop from empty list')",
    )
    assert streaming.port.cancelled == ["t1-r1#1"], "the request before is not waited for any more"
    assert streaming.hear(DONE) == []
    offered.append(())
    assert [type(message) for message in streaming.ask(R2)] == [RequestStarted]
