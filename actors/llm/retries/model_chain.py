"""The models that the streamer may ask, in order: the chosen one, then the fallbacks, each with its provider's budget.

A turn stays with the model that it has come to; the next turn begins with the first one whose breaker is closed. Ports
of fallbacks are made when first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from actors.llm.retries.retry_budget import RetryBudget
from config.model_facts import NO_FACTS, ModelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.ids import TurnId
    from actors.llm.model_choice import ModelChoice
    from actors.llm.port import ModelPort


class FallbackModel(Struct, frozen=True):
    """A model that can be asked. `name` is for people; `port` makes the way to it; `facts` are what is known of it."""

    name: str
    model: str
    port: Callable[[], ModelPort]
    budget: RetryBudget
    facts: ModelFacts = NO_FACTS


class ModelChain:
    """The models in their order; at least one."""

    def __init__(self, models: tuple[FallbackModel, ...]) -> None:
        self._models = models
        self._place = 0
        self._turn: TurnId | None = None
        self._ports: dict[int, ModelPort] = {}
        self._first = models[0]
        """What the first model is from the next turn on."""

    @property
    def present(self) -> FallbackModel:
        """The model that is asked."""
        return self._models[self._place]

    @property
    def port(self) -> ModelPort:
        """The way to the model that is asked."""
        if self._place not in self._ports:
            self._ports[self._place] = self.present.port()
        return self._ports[self._place]

    def use(self, choice: ModelChoice, budget: RetryBudget) -> None:
        """From the next turn on the first port leads to this model."""
        self._first = replace(self._first, name=choice.title, model=choice.model, budget=budget, facts=choice.facts)

    def attempts(self, now: float, most: int) -> int:
        """How often the present model may be tried: once where its breaker is open."""
        return 1 if self.present.budget.is_open(now) else most

    def succeed(self, begun: float | None) -> None:
        """The request that was begun then has its answer."""
        if begun is not None:
            self.present.budget.succeed(begun)

    def choose(self, turn: TurnId, now: float) -> str:
        """A request of this turn begins. Returns the name of the first model where the turn begins with another one."""
        if turn == self._turn:
            return ""
        self._turn = turn
        self._models = (self._first, *self._models[1:])
        closed = (place for place, model in enumerate(self._models) if not model.budget.is_open(now))
        self._place = next(closed, 0)
        return self._first.name if self._place else ""

    def advance(self) -> bool:
        """Go over to the next model; False where there is none."""
        if self._place + 1 == len(self._models):
            return False
        self._place += 1
        return True
