"""Where models fail: the next one, the budget of a provider, the breaker."""

from __future__ import annotations

import pytest

from actors.ids import RequestId, TurnId
from actors.llm.model_choice import ModelChoice
from actors.llm.port import Failed, FailureKind
from actors.llm.retries.final_reason import TRY_LATER
from actors.llm_streamer import BeginAttempt, RetryRequest
from actors.messages import (
    CancelReply,
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    RequestStarted,
)
from tests.actors.streaming import DONE, OTHER, R1, R2, T1, Streaming

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
    assert failure == ReceiveFailure(T1, R1, "overloaded", f"busy (3 attempts) {TRY_LATER}", "")


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


def test_an_answer_says_what_is_known_of_the_model_that_gave_it() -> None:
    streaming = Streaming(attempts=1, fallbacks=1)
    streaming.ask()
    streaming.hear(BUSY)
    streaming.tell(RetryRequest(R1, 2))
    (reply,) = streaming.hear(DONE, 2, port=streaming.others[0])
    assert isinstance(reply, ReceiveReply)
    assert (reply.model, reply.facts) == ("m0", OTHER)


def test_a_turn_that_begins_with_a_fallback_says_so() -> None:
    streaming = Streaming(attempts=1, fallbacks=1)
    for number in range(5):
        request = RequestId(f"t{number}-r1")
        streaming.ask(request, TurnId(f"t{number}"))
        streaming.hear(BUSY, request=request)
        streaming.tell(CancelReply(TurnId(f"t{number}")))
    notice, started = streaming.ask(RequestId("t9-r1"), TurnId("t9"))
    assert notice == NoticeRaised("warning", "m has failed 5 times in a row: this turn begins with second 0.")
    assert started == RequestStarted(TurnId("t9"), RequestId("t9-r1"), 1)
    streaming.hear(DONE, request=RequestId("t9-r1"), port=streaming.others[0])
    assert streaming.ask(RequestId("t9-r2"), TurnId("t9")) == [RequestStarted(TurnId("t9"), RequestId("t9-r2"), 1)]


def test_a_streamer_that_was_restarted_knows_the_model_that_was_changed_to() -> None:
    streaming = Streaming(attempts=1, fallbacks=1)
    streaming.restart(ModelChoice("other/big", "Other", "big", OTHER))
    streaming.ask()
    assert streaming.port.calls[0].model == "big"
    notice, _ = streaming.hear(BUSY)
    assert notice == NoticeRaised("warning", "big (Other): busy. Going on with second 0.")
