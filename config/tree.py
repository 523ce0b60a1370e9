"""What one place says, as nested tables, and the dotted keys in them.

Used by everything that reads or explains configuration; knows no settings.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field

Tree: TypeAlias = dict[str, object]
"""Nested tables, as TOML gives them."""


class Layer(Struct, frozen=True):
    """What one place says. `lax`: the values are texts (environment), numbers among them are converted."""

    origin: str
    values: Tree
    lax: bool = False
    origins: dict[str, str] = field(default_factory=dict[str, str])
    """For a dotted key, a more exact origin than the layer's own."""

    def origin_of(self, key: str) -> str:
        """Who set this key."""
        return self.origins.get(key, self.origin)


def dotted(path: str, name: str) -> str:
    """The key of `name` in the table `path`, quoted where TOML would need it."""
    plain = name.replace("-", "").replace("_", "")
    quoted = name if plain.isalnum() and plain.isascii() else f'"{name}"'
    return f"{path}.{quoted}" if path else quoted
