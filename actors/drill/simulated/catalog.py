"""The simulated catalogue of models: every name is a model but those that begin with `missing`.

It keeps the promise of `actors.llm.model_choice.ModelCatalog`, on a simulated thread of its own, and notes in the world
which model each request went to.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from actors.llm.model_choice import ModelChoice, NoSuchModel, TurnModels, turn_of
from actors.runtime.simulated.scheduler import Edge

if TYPE_CHECKING:
    from actors.drill.simulated.world import World
    from actors.llm.model_choice import LookUpListener
    from actors.runtime.simulated.scheduler import Scheduler

FIRST = "scripted"
"""The model that a session begins with."""
MISSING = "missing"


class SimCatalog:
    """Implement `ModelCatalog`."""

    def __init__(self, world: World, scheduler: Scheduler) -> None:
        self._world = world
        self._lane = Edge("catalog", scheduler)
        self._turns = TurnModels(FIRST)
        self.chosen: ModelChoice | None = None

    def find(self, name: str, listener: LookUpListener) -> None:
        """Implement `ModelCatalog`."""
        missing = name.startswith(MISSING)
        found = NoSuchModel(f"there is no model {name}") if missing else ModelChoice(name, "drill", name)
        self._lane.push(partial(listener, found))

    def use(self, choice: ModelChoice) -> None:
        """Implement `ModelCatalog`."""
        self.chosen = choice
        self._turns.chosen = choice.selector

    def note(self, request: str) -> None:
        """A request begins."""
        turn = turn_of(request)
        self._world.models.append((self._world.incarnation, turn, self._turns.of_turn(turn)))
