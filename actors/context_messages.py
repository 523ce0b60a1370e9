"""The messages about the context window: a person asks for an account of it, or for a compaction.

A part of the vocabulary of `actors.messages`; `actors.context` decides what they are about.
"""

from __future__ import annotations

from actors.context.accounting import ContextShares
from actors.runtime.message import Command, Event
from actors.transcript import Usage


class CompactConversation(Command, frozen=True):
    """Compact the conversation now, while a turn runs before its next request; `focus` is what to keep above all."""

    focus: str = ""


class ReportContext(Command, frozen=True):
    """How full is the context, and what has it cost? Answered with `ContextReported`."""


class ContextReported(Event, frozen=True):
    """What the next request is made of, estimated, and what the session has used. `cost` in USD.

    `unpriced` counts the answers of which no price is known; they are not in `cost`.
    """

    shares: ContextShares
    usage: Usage
    cost: float
    unpriced: int
    compactions: int
    budget: float | None = None
