"""Finds what is wrong in a table that a person wrote, and says it: the place, the key, what is allowed, what was meant.

Used by `config.explain` for settings and by `config.faults.fault_plan`, where the converter has refused the values.
Walks the schema, so it never goes out of date. Knows nothing of files.
"""

from __future__ import annotations

import difflib
import types
from typing import TYPE_CHECKING, Annotated, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from config.models.address import shown as shown_address
from config.secrets import redact
from config.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.tree import Tree

KIND_NAMES: dict[object, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
BOUND_NAMES = (("ge", "at least {}"), ("gt", "more than {}"), ("le", "at most {}"), ("lt", "less than {}"))


class Mistake(Struct, frozen=True):
    """The first thing that is wrong: the dotted key, and a sentence that names it."""

    key: str
    words: str


def find_mistake(values: Tree, schema: type[Struct], *, lax: bool = False) -> Mistake | None:
    """What is wrong, as far as it can be told better than by the converter. `lax`: numbers may be texts."""
    return _Reader(schema, lax).table(values, schema, "")


def known_keys(table: type[Struct], path: str = "") -> dict[str, object]:
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
        return "one of " + ", ".join(str(choice) for choice in arguments if choice != "")
    if origin is Annotated:
        return ", ".join((describe(arguments[0]), *_bounds(arguments[1:])))
    if origin in (types.UnionType, Union):
        return " or ".join(describe(each) for each in arguments if each is not type(None))
    if origin is tuple:
        choices = ", ".join(str(choice) for choice in get_args(arguments[0]))
        return f"a list of any of {choices}" if choices else 'a list of texts, such as ["first", "second"]'
    if origin is dict:
        return "a table of names and texts"
    return KIND_NAMES.get(kind, "a table")


class _Reader(Struct, frozen=True):
    """Walks values beside their schema. `place` is the table of a list that it is in, such as `fault 2: `."""

    schema: type[Struct]
    lax: bool
    place: str = ""

    def table(self, values: Tree, table: type[Struct], path: str) -> Mistake | None:
        """What is wrong in a table."""
        hints = get_type_hints(table, include_extras=True)
        for name, value in values.items():
            key = dotted(path, name)
            if name not in hints:
                return Mistake(key, f"{self.place}unknown key {key}{self._suggestion(name, key, hints)}")
            if found := self._value(value, hints[name], key):
                return found
        for field in msgspec.structs.fields(table):
            if field.required and field.name not in values:
                key = dotted(path, field.name)
                return self._wrong(key, f"is missing; it must be {describe(hints[field.name])}")
        return None

    def _value(self, value: object, kind: object, key: str) -> Mistake | None:
        inner, named, listed = _as_table(kind), _table_of_names(kind), _list_of_tables(kind)
        if listed is not None:
            return self._list(value, listed, key)
        if inner is not None and isinstance(value, dict):
            return self.table(cast("Tree", value), inner, key)
        if inner is not None and isinstance(value, list):
            return self._wrong(key, f"there is one of these; write [{key}], with single brackets")
        if named is not None and isinstance(value, dict):
            items = cast("Tree", value).items()
            return next(filter(None, (self._table_or_not(*item, named, key) for item in items)), None)
        try:
            msgspec.convert(value, kind, strict=not self.lax)
        except msgspec.ValidationError:
            return self._wrong(key, f"must be {describe(kind)}, not {_shown(value)}")
        return None

    def _list(self, value: object, table: type[Struct], key: str) -> Mistake | None:
        items = cast("Sequence[object]", value) if isinstance(value, list | tuple) else [None]
        if not all(isinstance(item, dict) for item in items):
            return self._wrong(key, f"write [[{key}]], with double brackets, above each of them")
        for number, item in enumerate(items, start=1):
            reader = msgspec.structs.replace(self, place=f"{key} {number}: ")
            if found := reader.table(cast("Tree", item), table, ""):
                return found
        return None

    def _table_or_not(self, name: str, value: object, table: type[Struct], key: str) -> Mistake | None:
        key = dotted(key, name)
        if isinstance(value, dict):
            return self.table(cast("Tree", value), table, key)
        return self._wrong(key, f"must be a table, not {_shown(value)}")

    def _wrong(self, key: str, words: str) -> Mistake:
        return Mistake(key, f"{self.place}{key}: {words}")

    def _suggestion(self, name: str, key: str, siblings: Mapping[str, object]) -> str:
        everywhere = known_keys(self.schema)
        if self.place and name in everywhere:
            return "; it belongs above the first table"
        if elsewhere := next((other for other in everywhere if other.rpartition(".")[2] == name), ""):
            return f"; did you mean {elsewhere}?"
        if near := difflib.get_close_matches(name, siblings, n=1):
            meant = f"{key.removesuffix(dotted('', name))}{near[0]}"
            return f"; did you mean {meant if _list_of_tables(siblings[near[0]]) is None else f'[[{meant}]]'}?"
        if near := difflib.get_close_matches(key, everywhere, n=1, cutoff=0.7):
            return f"; did you mean {near[0]}?"
        return f"; known here: {', '.join(siblings)}"


def _as_table(kind: object) -> type[Struct] | None:
    return kind if isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, Struct) else None


def _table_of_names(kind: object) -> type[Struct] | None:
    return _as_table(get_args(kind)[1]) if get_origin(kind) is dict else None


def _list_of_tables(kind: object) -> type[Struct] | None:
    return _as_table(get_args(kind)[0]) if get_origin(kind) is tuple else None


def _bounds(metas: Iterable[object]) -> list[str]:
    return [
        text.format(getattr(meta, name))
        for meta in metas
        for name, text in BOUND_NAMES
        if getattr(meta, name, None) is not None
    ]


def _shown(value: object) -> str:
    text = {True: "true", False: "false"}.get(value is True) or ""
    if isinstance(value, str):
        text = f'"{shown_address(value)}"'
    elif not isinstance(value, bool):
        text = "a table" if isinstance(value, dict) else redact(str(value).replace("'", '"'))
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - of a line
