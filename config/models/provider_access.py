"""Everything that is needed to ask one model, as a value. Made by `config.providers`; read by dialects and carriers."""

from __future__ import annotations

from msgspec import Struct

from config.model_facts import EMBEDDED, NO_FACTS, ModelFacts
from config.models.address import OWN_SCHEMES, place_of
from config.quirks import Quirks
from config.secrets import Secret

NO_SECRET = Secret()
NO_QUIRKS = Quirks()


class ProviderAccess(Struct, frozen=True):
    """Everything that is needed to ask one model. `name` is for people and always shown; so may `key_variable` be.

    `key_command` and `headers_command` are still to be run (`ui.startup.credentials`), and empty once they were.
    """

    name: str
    base_url: str
    model: str
    dialect: str = "openai_chat"
    key: Secret = NO_SECRET
    key_variable: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    quirks: Quirks = NO_QUIRKS
    facts: ModelFacts = NO_FACTS
    table: str = ""
    """The provider's name in the configuration."""
    key_command: tuple[str, ...] = ()
    headers_command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ProviderAccess({self.name!r}, {self.place!r}, {self.model!r})"

    @property
    def embedded(self) -> bool:
        """Whether the model is part of Callboard: nothing leaves the machine and nothing is paid."""
        return self.base_url.startswith(OWN_SCHEMES)

    @property
    def place(self) -> str:
        """The address as it may be shown: without name, password and query."""
        return place_of(self.base_url)

    @property
    def title(self) -> str:
        """The model for people, with who serves it."""
        return f"{self.model} ({self.name})"

    @property
    def selector(self) -> str:
        """What `-m` and `/model` take to mean this model."""
        return f"{self.table}/{self.model}" if self.table else self.model

    def secrets(self) -> tuple[str, ...]:
        """What must be blackened wherever text is kept."""
        return tuple(filter(None, (self.key.reveal(), *(value for _, value in self.headers))))


SCRIPTED = ProviderAccess("scripted", "script://model", "scripted", "scripted", facts=EMBEDDED)
"""A scripted model that no file names: of drills and tests."""
