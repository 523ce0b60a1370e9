"""A session of 2,000 tool turns in a window of 32,000 tokens goes on to its end."""

from __future__ import annotations

from itertools import pairwise

from actors.conversation import fold
from actors.llm.dialects.openai_chat.dialect import create
from actors.llm.port import ModelCall
from actors.messages import RequestReply
from actors.records import CompactionStarted, ConversationCompacted, TurnFinished
from config.providers import SCRIPTED
from tests.actors.context.long_talk import TASK, WINDOW, LongTalk, speaks_of
from tests.actors.stage import is_balanced

STEPS = 2_000


def test_two_thousand_tool_turns_fit_into_a_window_of_32_000_tokens() -> None:
    talk = LongTalk(STEPS)
    talk.run()
    (end,) = talk.records(TurnFinished)
    assert isinstance(end, TurnFinished)
    assert (end.outcome, end.text) == ("done", "All done.")
    assert all(speaks_of(request, TASK) for request in talk.requests)
    assert all(is_balanced(request.transcript) for request in talk.requests)
    assert max(talk.tokens(request.transcript) for request in talk.requests) < WINDOW
    assert 2 <= len(talk.records(CompactionStarted)) <= STEPS // 20
    assert fold(talk.loop.records) == talk.loop.state.conversation


def test_the_transcript_of_a_long_session_does_not_grow() -> None:
    talk = LongTalk(STEPS)
    talk.run()
    sizes = [len(request.transcript.messages) for request in talk.requests]
    assert max(sizes[STEPS // 2 :]) <= 2 * max(sizes[: STEPS // 10])


def test_consecutive_requests_share_their_bytes_but_at_a_compaction() -> None:
    talk = LongTalk(300)
    talk.run()
    assert len(talk.records(ConversationCompacted)) >= 2
    dialect = create(SCRIPTED)
    bodies = [dialect.request(_call(request)).body for request in talk.requests if request.purpose == "answer"]
    broken = [first for first, second in pairwise(bodies) if not second.startswith(first[:-2])]
    assert len(broken) == len(talk.records(ConversationCompacted))


def _call(request: RequestReply) -> ModelCall:
    return ModelCall("model", "Be kind.", request.transcript, ())
