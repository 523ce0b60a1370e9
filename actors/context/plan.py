"""What the turn loop knows of the model it asks: its window, its prices, and what every request begins with.

Made by the composition root from `config.model_facts` and the settings. Values only.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from config.model_facts import ANSWER_PART, ASSUMED_WINDOW, ModelFacts, Prices
from config.settings import ContextSettings

USUAL_ANSWER = 8_192
"""Tokens kept free for the answer where no length is configured or known."""


class RequestOpening(Struct, frozen=True):
    """What stands before the conversation in every request, in bytes."""

    system: int = 0
    tools: int = 0

    @property
    def size(self) -> int:
        """All of it."""
        return self.system + self.tools


class ContextPlan(Struct, frozen=True):
    """The rules of one session's context. Sizes in tokens, but those of `opening`."""

    model: str = ""
    window: int = ASSUMED_WINDOW
    assumed: bool = True
    """The window is a guess."""
    longest_answer: int | None = None
    prices: Prices | None = None
    opening: RequestOpening = RequestOpening()
    settings: ContextSettings = ContextSettings()
    max_tokens: int | None = None
    """What is asked for as the longest answer, whatever the model may give."""
    journal: str = ""
    """Where the whole session is kept; empty if it is in memory only."""

    def of_model(self, model: str, facts: ModelFacts) -> ContextPlan:
        """The same rules for a model of which this is known."""
        return replace(
            self,
            model=model,
            window=self.settings.window or facts.context_window,
            assumed=self.settings.window is None and facts.window_assumed,
            longest_answer=self.max_tokens or facts.output_limit,
            prices=facts.prices,
        )

    @property
    def reserve(self) -> int:
        """Kept free for the answer."""
        return min(self.longest_answer or USUAL_ANSWER, self.window // ANSWER_PART)

    @property
    def limit(self) -> int:
        """Tokens of a request at which the conversation is compacted."""
        return max(1, min(int(self.window * self.settings.threshold), self.window - self.reserve))
