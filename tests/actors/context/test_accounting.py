"""How many tokens a request has, before anyone has counted them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.context.accounting import BYTES_A_TOKEN, estimate, limit, ratio, shares
from actors.context_messages import ContextReported, ReportContext
from actors.conversation import NEW, Conversation, Counted, fold
from actors.ids import PromptId, RequestId, SessionId, TurnId
from actors.records import PromptAccepted, ReplyCompleted, SessionOpened, TurnStarted
from actors.transcript import AssistantMessage, Transcript, Usage, UserMessage
from tests.actors.context.long_talk import LongTalk, plan

PLAN = plan()
SAID = Conversation(transcript=Transcript((UserMessage.of("x" * 25_000),)))


def counted(tokens: int, size: int = 25_020) -> Conversation:
    return replace(SAID, counted=Counted(size, tokens))


def test_before_any_count_a_usual_ratio_is_taken() -> None:
    assert estimate(SAID, PLAN) == round((25_020 + PLAN.opening.size) / BYTES_A_TOKEN)


def test_the_provider_s_count_calibrates_what_follows() -> None:
    found = counted(20_000)
    assert estimate(found, PLAN) == 20_000
    longer = replace(found, transcript=found.transcript.add(UserMessage.of("x" * 35_000)))
    assert estimate(longer, PLAN) == pytest.approx(40_000, rel=0.01)


def test_a_count_that_cannot_be_of_the_whole_request_tells_nothing() -> None:
    """Some servers leave out what was cached, or count nothing."""
    assert ratio(counted(12), PLAN) == 1.0
    assert ratio(counted(0), PLAN) == 1.0
    assert ratio(counted(10_000_000), PLAN) == 3.0


def test_what_a_model_counted_tells_nothing_of_another() -> None:
    turn = TurnId("t1")
    records = (
        SessionOpened(SessionId("s"), "/", "one", "1", 0.0),
        PromptAccepted(PromptId("p"), "go"),
        TurnStarted(turn, PromptId("p"), "go"),
        ReplyCompleted(turn, RequestId("r"), AssistantMessage.of("hello"), Usage(100, 5)),
    )
    same = SessionOpened(SessionId("s"), "/", "one", "1", 1.0)
    other = SessionOpened(SessionId("s"), "/", "two", "1", 1.0)
    assert fold(records).counted == fold((*records, same)).counted == Counted(22, 100)
    assert fold((*records, other)).counted is None


def test_only_the_attempt_that_was_answered_calibrates() -> None:
    turn = TurnId("t1")
    usage = Usage(300, 5)
    reply = ReplyCompleted(turn, RequestId("r"), AssistantMessage.of("hello"), usage, counted=100)
    opened = (PromptAccepted(PromptId("p"), "go"), TurnStarted(turn, PromptId("p"), "go"))
    conversation = fold((*opened, reply))
    assert conversation.counted == Counted(22, 100)
    assert conversation.usage == usage


def test_a_refused_request_lowers_the_limit() -> None:
    assert limit(NEW, PLAN) == PLAN.limit
    assert limit(replace(NEW, refused=10_000), PLAN) == 8_000
    assert limit(replace(NEW, refused=10_000_000), PLAN) == PLAN.limit


def test_the_kinds_add_up_to_the_estimate() -> None:
    talk = LongTalk(5)
    talk.run()
    conversation = talk.loop.state.conversation
    assert shares(conversation, PLAN).used == pytest.approx(estimate(conversation, PLAN), abs=5)


def test_the_account_of_a_session_is_what_the_provider_counts() -> None:
    talk = LongTalk(15)
    talk.run()
    (report,) = talk.loop.tell(ReportContext())
    assert isinstance(report, ContextReported)
    real = talk.tokens(talk.loop.state.conversation.transcript)
    assert report.shares.used == pytest.approx(real, rel=0.02)
    assert report.shares.files > report.shares.talk
    assert (report.shares.window, report.shares.assumed) == (32_000, False)
