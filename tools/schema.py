"""The JSON schema of a tool's arguments, derived from the annotations of its argument class.

The toolbox gives it to the model and checks the model's arguments against it. Annotations are what msgspec knows:
`Annotated[int, Meta(ge=1, description="…")] = 1`, `Literal`, tuples, other dataclasses. Everything is inlined, an
optional value is one that may be left out, and no object takes a key that it does not name.
"""

from __future__ import annotations

import re
from typing import TypeAlias, cast

import msgspec
from msgspec import Struct

Schema: TypeAlias = dict[str, object]

SHOWN_VALUE = 80
"""Characters of a wrong value that an error repeats."""

_STEP = re.compile(r"\.([^.\[\]]+)|\[([^\]]*)\]")
_NOUNS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minLength", "of {} or more characters"),
    ("maxLength", "of at most {} characters"),
    ("minItems", "of {} or more entries"),
    ("maxItems", "of at most {} entries"),
)


class JsonSchema(Struct, frozen=True):
    """The schema of a tool's arguments as JSON text.

    Raises:
        ValueError: the text is no JSON object, or not the schema of an object.
    """

    text: str

    def __post_init__(self) -> None:
        schema = self.schema()
        if schema.get("type", "object") != "object":
            raise ValueError(f"the arguments of a tool are an object, not {shown_value(schema['type'])}")

    def schema(self) -> Schema:
        """The text decoded."""
        try:
            return msgspec.json.decode(self.text, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise ValueError(f"the schema of a tool must be a JSON object: {error}") from error


def schema_of(arguments: type) -> Schema:
    """The schema of a frozen dataclass or msgspec struct, without references.

    Raises:
        TypeError: an annotation cannot be written as a JSON schema, or a class holds itself.
    """
    (reference,), components = msgspec.json.schema_components([arguments])
    schema = cast("Schema", _inlined(reference, components, ()))
    schema.pop("description", None)
    return msgspec.json.decode(msgspec.json.encode(schema), type=dict[str, object])


def _inlined(node: object, components: dict[str, Schema], inside: tuple[str, ...]) -> object:
    if isinstance(node, list):
        return [_inlined(item, components, inside) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    schema = cast("Schema", node)
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if name in inside:
            raise TypeError(f"{name} holds itself: arguments must be finite")
        component = cast("Schema", _inlined(components[name], components, (*inside, name)))
        if str(component.get("description", "")).startswith(f"{name}("):
            del component["description"]  # what a dataclass without a docstring says of itself
        return component
    plain = {key: _inlined(value, components, inside) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        parts = properties_of(schema).items()
        plain["properties"] = {name: _inlined(part, components, inside) for name, part in parts}
        plain["additionalProperties"] = False
    return _tidied(plain)


def _tidied(schema: Schema) -> Schema:
    """Without titles and without null: what is optional is left out instead."""
    schema.pop("title", None)
    if "default" in schema and schema["default"] is None:
        del schema["default"]
        choices = [choice for choice in cast("list[Schema]", schema.pop("anyOf", [])) if choice != {"type": "null"}]
        return {**choices[0], **schema} if len(choices) == 1 else {**schema, "anyOf": choices}
    return schema


def properties_of(schema: Schema) -> dict[str, Schema]:
    """The named values of an object; empty for everything else."""
    found = schema.get("properties")
    return cast("dict[str, Schema]", found) if isinstance(found, dict) else {}


def required_of(schema: Schema) -> list[str]:
    """The names that must be there."""
    return [name for name in parts_of(schema, "required") if isinstance(name, str)]


def parts_of(schema: Schema, keyword: str) -> list[object]:
    """The list behind a keyword; empty where there is none, whatever a foreign schema has in its place."""
    found = schema.get(keyword)
    return cast("list[object]", found) if isinstance(found, list) else []


def expectation(schema: Schema) -> str:
    """What the schema asks for, in words: `a whole number, at least 1`."""
    if allowed := parts_of(schema, "enum"):
        return f"one of {', '.join(str(value) for value in allowed)}"
    if kinds := parts_of(schema, "type"):
        return " or ".join(_NOUNS.get(str(kind), "another value") for kind in kinds)
    bounds = [text.format(schema[key]) for key, text in _BOUNDS if key in schema]
    return ", ".join([_NOUNS.get(str(schema.get("type")), "another value"), *bounds])


def shown_value(value: object) -> str:
    """A wrong value as an error repeats it: short, and a text in quotes."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    short = text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"
    return repr(short) if isinstance(value, str) else short


def signature(schema: Schema) -> str:
    """All arguments in one line: `path (a string, required), first_line (a whole number, at least 1)`."""
    needed = required_of(schema)
    parts = [
        f"{name} ({expectation(cast('Schema', part))}{', required' if name in needed else ''})"
        for name, part in cast("dict[str, object]", properties_of(schema)).items()
        if isinstance(part, dict)  # `true` and `false` are schemas as well
    ]
    return ", ".join(parts) or "none"


def at_path(schema: Schema, value: object, path: str) -> tuple[Schema, object]:
    """The part of the schema and of the value that a path such as `$.items[0].state` means."""
    for name, index in _STEP.findall(path):
        if name:
            schema = properties_of(schema).get(name, {})
            value = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
        else:
            schema = cast("Schema", schema.get("items", {}))
            entries = cast("list[object]", value) if isinstance(value, list) else []
            value = entries[int(index)] if index.isdigit() and int(index) < len(entries) else None
    return schema, value
