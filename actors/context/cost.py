"""What tokens cost. Pure; used by the turn loop, which writes the cost of each answer into the journal."""

from __future__ import annotations

import math

from actors.transcript import Usage
from config.model_facts import Prices

MILLION = 1_000_000
TEN_CENTS = 0.1


def cost_of(usage: Usage, prices: Prices | None) -> float | None:
    """USD; None if the prices are not known. Cached and cache-written tokens are parts of the input."""
    if prices is None:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_written_tokens, usage.input_tokens - cached)
    plain = usage.input_tokens - cached - written
    total = (
        plain * prices.input
        + cached * prices.cached
        + written * prices.cache_written
        + usage.output_tokens * prices.output
    )
    return total / MILLION


def dollars(amount: float) -> str:
    """An amount for people: cents, or more places where it is less than a few of them; never zero if it is more."""
    if amount >= TEN_CENTS or not amount:
        return f"${amount:.2f}"
    places = max(4, 1 - math.floor(math.log10(amount)))
    return f"${amount:.{places}f}"
