"""JSON schemas from annotations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from tools.schema import at_path, expectation, schema_of, signature


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    state: Literal["open", "done"] = "open"


@dataclass(frozen=True, slots=True)
class Everything:
    path: Annotated[str, Meta(description="Where.", min_length=1)]
    properties: int = 0
    limit: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="How many.")] = None
    entries: tuple[Entry, ...] = ()
    ratio: Annotated[float, Meta(gt=0, le=1)] = 0.5


@dataclass(frozen=True, slots=True)
class Endless:
    inner: tuple[Endless, ...] = field(default=())


class Structure(msgspec.Struct, frozen=True):
    path: str


def test_the_schema_is_inlined_closed_and_without_null() -> None:
    assert schema_of(Everything) == {
        "type": "object",
        "properties": {
            "path": {"type": "string", "minLength": 1, "description": "Where."},
            "properties": {"type": "integer", "default": 0},
            "limit": {"type": "integer", "minimum": 1, "description": "How many."},
            "entries": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string"},
                        "state": {"enum": ["done", "open"], "default": "open"},
                    },
                    "required": ["title"],
                    "additionalProperties": False,
                },
                "default": [],
            },
            "ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.5},
        },
        "required": ["path"],
        "additionalProperties": False,
    }


def test_a_struct_serves_as_well_as_a_dataclass() -> None:
    assert signature(schema_of(Structure)) == "path (a string, required)"


def test_a_class_that_holds_itself_is_refused() -> None:
    with pytest.raises(TypeError, match="Endless holds itself"):
        schema_of(Endless)


def test_expectations_are_words() -> None:
    schema = schema_of(Everything)
    assert expectation(at_path(schema, {}, "$.limit")[0]) == "a whole number, at least 1"
    assert expectation(at_path(schema, {}, "$.ratio")[0]) == "a number, more than 0, at most 1"
    assert expectation(at_path(schema, {}, "$.entries[3].state")[0]) == "one of done, open"
    assert expectation({}) == "another value"


def test_a_path_leads_to_the_value_too() -> None:
    value = {"entries": [{"title": "a"}, {"title": 7}]}
    assert at_path(schema_of(Everything), value, "$.entries[1].title") == ({"type": "string"}, 7)
    assert at_path(schema_of(Everything), value, "$.entries[9].title")[1] is None
    assert at_path(schema_of(Everything), [], "$")[1] == []
