"""A session of 2,000 tool turns in a window of 32,000 tokens goes on to its end."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace

from actors.context_messages import CompactConversation
from actors.conversation import fold
from actors.llm.dialect import dialect_named
from actors.llm.port import ModelCall
from actors.messages import RequestReply
from actors.records import CompactionStarted, ConversationCompacted, TurnFinished
from config.providers import SCRIPTED
from tests.actors.context.long_talk import TASK, WINDOW, LongTalk, speaks_of
from tests.actors.stage import is_balanced

STEPS = 2_000
CACHE_MARK = re.compile(rb',?"cache_control":\{[^}]*\}')


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


@pytest.mark.parametrize("dialect", ["openai_chat", "openai_responses", "anthropic"])
def test_consecutive_requests_share_their_bytes_but_at_a_compaction(dialect: str) -> None:
    """Marks for the provider's cache move along and are no part of the prefix."""
    talk = LongTalk(300)
    talk.run()
    assert len(talk.records(ConversationCompacted)) >= 2
    encoder = dialect_named(replace(SCRIPTED, dialect=dialect))
    bodies = [_prefix(encoder.request(_call(request)).body) for request in talk.requests if request.purpose == "answer"]
    broken = [first for first, second in pairwise(bodies) if second[: len(first)] != first]
    assert len(broken) == len(talk.records(ConversationCompacted))


def test_a_person_gets_the_model_s_summary_also_where_little_was_said() -> None:
    talk = LongTalk(4)
    talk.run()
    request = talk.loop.tell(CompactConversation())[-1]
    assert isinstance(request, RequestReply)
    assert request.purpose == "summary"
    (record,) = talk.loop.tell(talk.summarised(request))
    assert isinstance(record, ConversationCompacted)
    assert record.method == "summary"


def _prefix(body: bytes) -> list[bytes]:
    """The messages of a request, each as it is written, without marks for a cache."""
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    messages = msgspec.json.decode(fields.get("messages") or fields["input"], type=list[msgspec.Raw])
    return [CACHE_MARK.sub(b"", bytes(message)) for message in messages]


def _call(request: RequestReply) -> ModelCall:
    return ModelCall("model", "Be kind.", request.transcript, ())
