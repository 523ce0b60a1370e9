"""What a compaction must keep is broken once by hand, and seen to be broken."""

from __future__ import annotations

from msgspec.structs import replace

from actors.drill.plan.scenarios import COMPACTION
from actors.messages import RequestReply
from actors.records import CompactionStarted, ConversationCompacted
from actors.transcript import Transcript, UserMessage
from tests.actors.drill.doctored import broken, good, sent, swap


def test_i7_sees_a_request_without_the_prompt_of_its_turn() -> None:
    done = good(COMPACTION)
    entry = sent(done, RequestReply, 1)
    assert isinstance(entry.message, RequestReply)
    others = tuple(
        UserMessage.of("something else") if isinstance(message, UserMessage) else message
        for message in entry.message.transcript.messages
    )
    swap(done, entry, replace(entry.message, transcript=Transcript(others)))
    assert any("does not hold the prompt of its turn" in text for text in broken(done)["I7"])


def test_i5_sees_a_compaction_that_frees_too_little() -> None:
    done = good(COMPACTION)
    entry = sent(done, ConversationCompacted)
    assert isinstance(entry.message, ConversationCompacted)
    swap(done, entry, replace(entry.message, after=entry.message.before - 1))
    assert any("a compaction of t1 left" in text for text in broken(done)["I5"])


def test_i5_sees_a_summary_that_was_asked_for_before_it_was_written() -> None:
    done = good(COMPACTION)
    entry = sent(done, CompactionStarted)
    assert isinstance(entry.message, CompactionStarted)
    swap(done, entry, replace(entry.message, request=entry.message.request + "9"))
    assert any("was made before it was written" in text for text in broken(done)["I5"])


def test_i4_sees_a_summary_of_half_a_step() -> None:
    done = good(COMPACTION)
    number = next(n for n in range(99) if getattr(sent(done, RequestReply, n).message, "purpose", "") == "summary")
    entry = sent(done, RequestReply, number)
    assert isinstance(entry.message, RequestReply)
    *first, _, last = entry.message.transcript.messages
    swap(done, entry, replace(entry.message, transcript=Transcript((*first, last))))
    assert any("has no answer" in text for text in broken(done)["I4"])
