"""A model that a session can go over to, and the catalogue that finds it.

What `actors.model_switch` needs of the world. The real catalogue is `ui.startup.model_catalog`; the simulation brings
its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec import Struct

from config.model_facts import ModelFacts


class ModelChoice(Struct, frozen=True):
    """One model: `selector` is its whole name (`provider/model`), `provider` the display name of who serves it."""

    selector: str
    provider: str
    model: str
    facts: ModelFacts = ModelFacts()

    @property
    def title(self) -> str:
        """The model for people, with who serves it."""
        return f"{self.model} ({self.provider})"


class NoSuchModel(Struct, frozen=True):
    """The name leads to no model that can be asked; `text` says why and what to do."""

    text: str


LookUp: TypeAlias = ModelChoice | NoSuchModel
LookUpListener: TypeAlias = Callable[[LookUp], None]


class ModelCatalog(Protocol):
    """Finds models and makes the requests of later turns go to one. No method blocks."""

    @property
    def chosen(self) -> ModelChoice | None:
        """The model that was chosen last; None: the session has the one that it began with."""
        ...

    def find(self, name: str, listener: LookUpListener) -> None:
        """Look a model up by what a person typed; the listener is called once, on a thread of the catalogue's own."""
        ...

    def use(self, choice: ModelChoice) -> None:
        """From the next turn on requests go to this model, which was found before."""
        ...


class FixedModel:
    """The catalogue of a company whose model cannot be changed."""

    chosen: ModelChoice | None = None

    def find(self, name: str, listener: LookUpListener) -> None:
        """Implement `ModelCatalog`."""
        del name
        listener(NoSuchModel("The model of this session cannot be changed."))

    def use(self, choice: ModelChoice) -> None:
        """Implement `ModelCatalog`."""


class TurnModels:
    """Which model each turn is asked of: the one that was chosen when its first request was made."""

    def __init__(self, first: str) -> None:
        self.chosen = first
        self._turn, self._kept = "", first

    def of_turn(self, turn: str) -> str:
        """The selector of this turn's model; turns are asked one after the other."""
        if turn != self._turn:
            self._turn, self._kept = turn, self.chosen
        return self._kept


def turn_of(request: str) -> str:
    """The turn that a request belongs to, by its id."""
    return request.partition("-")[0]
