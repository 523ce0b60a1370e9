"""Why a request has failed for good, as it is shown: the reason, how often it was tried, what to do next.

Used by the LLM streamer, for every model. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actors.llm.port import Failed

PASSING_KINDS = frozenset({"cut", "empty", "overloaded"})
"""Kinds of failures whose reasons are the server's or the model's alone: their texts hold no advice."""
TRY_LATER = "Try again later, or choose another model."


def final_reason(failure: Failed, attempts: int) -> str:
    """The reason to show once no further attempt is made, and what to do next where the reason does not say so."""
    tried = f" ({attempts} attempts)" if attempts > 1 else ""
    if failure.kind not in PASSING_KINDS:
        return f"{failure.text}{tried}"
    return f"{failure.text if tried else closed(failure.text)}{tried} {TRY_LATER}"


def closed(text: str) -> str:
    """The text with a full stop, so that another sentence can follow."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
