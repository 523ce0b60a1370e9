"""Turns a refused value into a sentence: the place, the key, what is allowed, and the key that was probably meant.

Loaded by `config.layer` only when somebody made a mistake. Walks the schema, so it never goes out of date.
"""

from __future__ import annotations

import difflib
import types
from typing import TYPE_CHECKING, Annotated, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from config.errors import ConfigError
from config.layer import dotted
from config.settings import Settings, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.layer import Layer, Tree

KIND_NAMES: dict[object, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
BOUND_NAMES = (("ge", "at least {}"), ("gt", "more than {}"), ("le", "at most {}"), ("lt", "less than {}"))


def explain(layer: Layer, problem: str) -> ConfigError:
    """Why the layer was refused; `problem` is the converter's own sentence, for what this module cannot tell better."""
    found = _find_in_table(layer, layer.values, Settings, "")
    return ConfigError(found or f"{layer.origin}: {problem}")


def known_keys(table: type[Table] = Settings, path: str = "") -> dict[str, object]:
    """Every dotted key of the schema with its type; `NAME` stands for a name that the user chooses."""
    keys: dict[str, object] = {}
    for name, kind in get_type_hints(table, include_extras=True).items():
        key = dotted(path, name)
        named = _table_of_names(kind)
        if (inner := _as_table(kind)) is not None:
            keys.update(known_keys(inner, key))
        elif named is not None:
            keys.update(known_keys(named, f"{key}.NAME"))
        else:
            keys[key] = kind
    return keys


def describe(kind: object) -> str:
    """What a value of this type may be, in words."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in arguments)
    if origin is Annotated:
        return ", ".join((describe(arguments[0]), *_bounds(arguments[1:])))
    if origin in (types.UnionType, Union):
        return " or ".join(describe(each) for each in arguments if each is not type(None))
    if origin is tuple:
        return 'a list of texts, such as ["first", "second"]'
    if origin is dict:
        return "a table of names and texts"
    return KIND_NAMES.get(kind, "a table")


def _find_in_table(layer: Layer, values: Tree, table: type[Table], path: str) -> str:
    hints = get_type_hints(table, include_extras=True)
    for name, value in values.items():
        key = dotted(path, name)
        if name not in hints:
            origin = _origin(layer, key)
            return f"{origin}: unknown key {key}{_suggestion(name, key, hints)}"
        if found := _find_in_value(layer, value, hints[name], key):
            return found
    return ""


def _find_in_value(layer: Layer, value: object, kind: object, key: str) -> str:
    inner, named = _as_table(kind), _table_of_names(kind)
    if inner is not None and isinstance(value, dict):
        return _find_in_table(layer, cast("Tree", value), inner, key)
    if named is not None and isinstance(value, dict):
        return next(filter(None, (_find_named(layer, *item, named, key) for item in cast("Tree", value).items())), "")
    try:
        msgspec.convert(value, kind, strict=not layer.lax)
    except msgspec.ValidationError:
        return f"{_origin(layer, key)}: {key}: must be {describe(kind)}, not {_shown(value)}"
    return ""


def _find_named(layer: Layer, name: str, value: object, table: type[Table], key: str) -> str:
    key = dotted(key, name)
    if isinstance(value, dict):
        return _find_in_table(layer, cast("Tree", value), table, key)
    return f"{_origin(layer, key)}: {key}: must be a table, not {_shown(value)}"


def _origin(layer: Layer, key: str) -> str:
    """The exact origin of the key, or of something below it."""
    inside = (layer.origins[known] for known in layer.origins if known == key or known.startswith(f"{key}."))
    return next(inside, layer.origin)


def _suggestion(name: str, key: str, siblings: Iterable[str]) -> str:
    everywhere = known_keys()
    if elsewhere := next((other for other in everywhere if other.rpartition(".")[2] == name), ""):
        return f"; did you mean {elsewhere}?"
    if near := difflib.get_close_matches(name, siblings, n=1):
        return f"; did you mean {key.removesuffix(dotted('', name))}{near[0]}?"
    if near := difflib.get_close_matches(key, everywhere, n=1, cutoff=0.7):
        return f"; did you mean {near[0]}?"
    return f"; known here: {', '.join(siblings)}"


def _as_table(kind: object) -> type[Table] | None:
    return kind if isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, Table) else None


def _table_of_names(kind: object) -> type[Table] | None:
    return _as_table(get_args(kind)[1]) if get_origin(kind) is dict else None


def _bounds(metas: Iterable[object]) -> list[str]:
    return [
        text.format(getattr(meta, name))
        for meta in metas
        for name, text in BOUND_NAMES
        if getattr(meta, name, None) is not None
    ]


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else {True: "true", False: "false"}.get(value is True) or ""
    if not isinstance(value, str | bool):
        text = "a table" if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - of a line
