"""The LLM streamer: one request in flight, one answer to each, whatever the port does."""

from __future__ import annotations

import pytest

from actors.ids import RequestId, TurnId
from actors.llm.port import Failed, Finished, ModelCall, Piece
from actors.llm.retries.final_reason import TRY_LATER
from actors.llm_streamer import CUT_SHORT, RetryRequest, SignalArrived
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
from actors.transcript import EMPTY, AssistantMessage, Usage, UserMessage
from tests.actors.streaming import CUT, DONE, R1, R2, T1, Streaming, answered
from tools.tool import ToolDefinition


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
    assert streaming.hear(DONE) == [answered(DONE)]
    assert streaming.tell(SignalArrived(R1, 1, DONE)) == [], "one answer to each"


def test_an_answer_that_the_model_cut_short_is_an_answer_and_is_said() -> None:
    streaming = Streaming()
    streaming.ask()
    short = Finished(AssistantMessage.of("half", stop_reason="length"), Usage(1, 2))
    assert streaming.hear(short) == [
        NoticeRaised("warning", CUT_SHORT),
        answered(short),
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
        ReceiveFailure(T1, R1, "cut", f"the stream was cut (3 attempts) {TRY_LATER}", "again, half")
    ], "a bounded number of times"


def test_what_one_attempt_has_shown_is_gone_in_the_next() -> None:
    """Also where the next attempt fails before it says anything, and where a cancel comes between the two."""
    streaming = Streaming(attempts=2)
    streaming.ask()
    streaming.hear(Piece("void"))
    streaming.hear(CUT)
    streaming.tell(RetryRequest(R1, 2))
    assert streaming.hear(CUT, 2) == [ReceiveFailure(T1, R1, "cut", f"the stream was cut (2 attempts) {TRY_LATER}", "")]
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
    assert streaming.hear(CUT) == [ReceiveFailure(T1, R1, "cut", f"the stream was cut. {TRY_LATER}", "")]
    streaming.ask(R2)
    assert streaming.hear(DONE, request=R2) == [answered(DONE, R2)]


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
    assert streaming.hear(DONE) == [answered(DONE)]


def test_a_new_request_takes_the_place_of_the_one_before() -> None:
    streaming = Streaming()
    streaming.ask(R1)
    streaming.ask(R2)
    assert streaming.port.cancelled == ["t1-r1#1"]
    assert streaming.tell(SignalArrived(R1, 1, DONE)) == []
    assert streaming.hear(DONE, request=R2) == [answered(DONE, R2)]


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


# ── Summaries ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_comes_of_a_summary_is_shown_to_nobody_and_answered_once() -> None:
    streaming = Streaming()
    summary = RequestReply(T1, R1, EMPTY.add(UserMessage.of("sum up")), "summary")
    assert streaming.tell(summary) == []
    assert streaming.hear(Piece("so far")) == []
    assert streaming.hear(CUT) == []
    assert streaming.tell(RetryRequest(R1, 2)) == []
    (received,) = streaming.hear(DONE, attempt=2)
    assert isinstance(received, ReceiveReply)
    assert received.message == DONE.message
