"""Turns a refused layer of settings into a sentence: who set the key, the key, what is allowed, what was meant.

Imported by `config.layer` only after a mistake was found; `config.mistake` locates it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.mistake import find_mistake
from config.settings import Settings

if TYPE_CHECKING:
    from config.tree import Layer


def explain(layer: Layer, problem: str) -> ConfigError:
    """Why the layer was refused; `problem` is the converter's own sentence, for what cannot be told better."""
    found = find_mistake(layer.values, Settings, lax=layer.lax)
    return ConfigError(f"{_origin(layer, found.key)}: {found.words}" if found else f"{layer.origin}: {problem}")


def _origin(layer: Layer, key: str) -> str:
    """The exact origin of the key, or of something below it."""
    inside = (layer.origins[known] for known in layer.origins if known == key or known.startswith(f"{key}."))
    return next(inside, layer.origin)
