"""The ten promises in words, as reports and the manual say them; `actors.drill.judging.invariants` judges them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actors.drill.judging.evidence import Violation

PROMISES: dict[str, str] = {
    "I1": "every message for the screen is shown, in its sender's order, or is a dead letter with a reason",
    "I2": "no child process outlives the program, unless the report names it",
    "I3": "the terminal is restored exactly once, and nothing is drawn after that",
    "I4": "a tool call acts at most once and is answered exactly once, before the model is asked again",
    "I5": "the journal, read back, is the live state, and every beginning of it is a legal one",
    "I6": "no actor is stuck at the end, every wait ends, and no message lies unread",
    "I7": "every prompt is answered, refused or reported, exactly once, within its bound",
    "I8": "no text of a turn comes after its end, and an answer is what the model said and nothing else",
    "I9": "the program ends within the sum of its phases' limits",
    "I10": "no message is changed after it was sent",
}


class BrokenPromiseError(AssertionError):
    """A user's own drill broke an invariant; the text is its report."""


def in_words(violation: Violation) -> str:
    """Which promise was broken, and how."""
    return f"{violation.invariant} broken ({PROMISES[violation.invariant]}): {violation.text}"
