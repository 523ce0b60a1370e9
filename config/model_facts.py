"""What is known of a model: its window, its longest answer, its prices.

Values only; `config.models.known_models` makes them. Never contacts a provider.
"""

from __future__ import annotations

from msgspec import Struct

ASSUMED_WINDOW = 128_000
"""Tokens, where the window of a model is not known."""

ANSWER_PART = 4
"""An answer has at most this part of the window (a fourth): the request before it needs the rest."""


class Prices(Struct, frozen=True):
    """USD per million tokens."""

    input: float
    output: float
    cached: float
    """Input that was read from the provider's cache."""
    cache_written: float
    """Input that was written into it."""


class ModelFacts(Struct, frozen=True):
    """What is known of one model. Sizes in tokens."""

    context_window: int = ASSUMED_WINDOW
    window_assumed: bool = True
    """Nothing is known of this model's window; `context_window` is a guess, and is shown as one."""
    output_limit: int | None = None
    """The longest answer; None: not known."""
    prices: Prices | None = None
    """None: not known."""
    as_of: str = ""
    """Date (YYYY-MM-DD) of the built-in table that the facts are from; empty: from the configuration, or no facts."""

    def longest_answer(self, usual: int) -> int:
        """Tokens to ask for, `usual` where no limit is known: so that the answer fits behind a full conversation."""
        return max(1, min(self.output_limit or usual, self.context_window // ANSWER_PART))


FREE = Prices(0.0, 0.0, 0.0, 0.0)
"""Of a model inside this process."""
EMBEDDED = ModelFacts(window_assumed=False, prices=FREE)
"""The embedded and the scripted model: a window of their own, and nothing is paid."""
NO_FACTS = ModelFacts()
