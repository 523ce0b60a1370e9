"""What a compaction must keep: checks that belong to I5 and I7, over the requests and the records.

Pure, like `actors.drill.judging.invariants`, which holds the table and the rest.

| I5 | a summary is asked for only once that is written, and a compaction frees at least a fifth        |
| I7 | every request for an answer holds the prompt of its turn, word for word, however it was compacted |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.context.compaction import ENOUGH
from actors.messages import RequestReply
from actors.records import CompactionStarted, ConversationCompacted
from actors.transcript import UserMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.judging.evidence import Evidence, Violation


def i5_a_compaction_is_written_and_worth_it(seen: Evidence) -> Iterator[Violation]:
    """Records before effects, and something freed."""
    begun = {sent.message.request: sent.index for sent in seen.of(CompactionStarted)}
    for sent in seen.of(RequestReply):
        request = sent.message.request
        if sent.message.purpose == "summary" and begun.get(request, sent.index) >= sent.index:
            yield seen.violation("I5", f"{request} was made before it was written", sent.step)
    for compacted in seen.of(ConversationCompacted):
        before, after = compacted.message.before, compacted.message.after
        if after > before * ENOUGH:
            text = f"a compaction of {compacted.message.turn} left {after} of {before} tokens"
            yield seen.violation("I5", text, compacted.step)


def i7_the_task_is_in_every_request(seen: Evidence) -> Iterator[Violation]:
    """Whatever was folded or summarised, the model knows what it was asked."""
    for sent in seen.of(RequestReply) if not seen.unwritten else ():
        turn = seen.replayed(sent).turn
        if sent.message.purpose == "summary" or turn is None:
            continue
        said = [message.text for message in sent.message.transcript.messages if isinstance(message, UserMessage)]
        if not any(turn.text in text for text in said):
            yield seen.violation("I7", f"{sent.message.request} does not hold the prompt of its turn", sent.step)


CONTEXT: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    i5_a_compaction_is_written_and_worth_it,
    i7_the_task_is_in_every_request,
)
