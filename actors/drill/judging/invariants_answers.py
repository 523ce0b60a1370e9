"""Checks of how the model is asked and what is taken for its answer; see `invariants` for the promises.

What a failing provider costs is bounded: a minute holds ten requests that fail, whatever the reason and however many
prompts wait. What holds nothing, or was withheld, is no success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.port import Failed, Finished
from actors.llm.retries.retry_budget import MOST, PERIOD
from actors.llm_streamer import SignalArrived
from actors.messages import RequestStarted
from actors.records import ReplyCompleted, TurnFinished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.judging.evidence import Evidence, Violation


def i8_nothing_is_no_answer(seen: Evidence) -> Iterator[Violation]:
    """A turn that is done has an answer with text; an answer that was withheld is none."""
    withheld = {
        sent.message.request
        for sent in seen.of(SignalArrived)
        if isinstance(sent.message.signal, Finished) and sent.message.signal.message.stop_reason == "filtered"
    }
    for end in seen.of(TurnFinished):
        if end.message.outcome == "done" and not end.message.text.strip():
            yield seen.violation("I8", f"{end.message.turn} is done and its answer holds nothing", end.step)
    for reply in seen.of(ReplyCompleted):
        said = reply.message
        if said.request in withheld and said.message.stop_reason == "filtered":
            yield seen.violation("I8", f"the answer to {said.request} was withheld and is taken for one", reply.step)


def i9_failing_requests_are_few(seen: Evidence) -> Iterator[Violation]:
    """In each minute that begins with a request, at most ten requests to one model that fail."""
    if seen.struck("clock_jump", "drop", "duplicate") or seen.scenario.fallback:
        return
    failed = {
        (sent.message.request, sent.message.attempt)
        for sent in seen.of(SignalArrived)
        if isinstance(sent.message.signal, Failed) and sent.message.signal.kind != "cancelled"
    }
    started = [sent for sent in seen.of(RequestStarted) if (sent.message.request, sent.message.attempt) in failed]
    for place, first in enumerate(started):
        within = [sent for sent in started[place:] if sent.at < first.at + PERIOD]
        if len(within) > MOST:
            yield seen.violation("I9", f"{len(within)} requests that failed within a minute", within[-1].step)
            return


ANSWERS: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (i8_nothing_is_no_answer, i9_failing_requests_are_few)
