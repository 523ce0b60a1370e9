"""All tools by name: what the model is told of them, and its calls turned into checked arguments.

The provider of a fixed set of tools, see `tools.provider`: the composition root discovers one and gives it to the LLM
streamer (definitions) and the tool runner (decode). Adding a tool is adding one module with a `TOOL` to
`tools.builtin`. The toolbox never runs a tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias, cast

import msgspec

import tools.builtin
from tools.argument_names import meant_argument
from tools.json_schema import checked_arguments
from tools.provider import unknown_tool
from tools.schema import (
    JsonSchema,
    Schema,
    at_path,
    expectation,
    properties_of,
    required_of,
    schema_of,
    shown_value,
    signature,
)
from tools.tool import Tool, ToolDefinition, ToolError

AnyTool: TypeAlias = Tool[Any]

SHOWN_AROUND = 30
"""Characters before and after the place where JSON breaks that an error repeats."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_PAIR = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_ESCAPED_SURROGATE = re.compile(r"\\u([dD][89a-fA-F][0-9a-fA-F]{2})")
_CONTROL = re.compile(r"[\x00-\x1f]")
_PLACE = re.compile(r" - at `(.*)`$")
_MISSING = re.compile(r"missing required field `(.*?)`")
_BYTE = re.compile(r"\(byte (\d+)\)")


class Toolbox:
    """An immutable set of tools; safe to use from any thread."""

    def __init__(self, tools_: Iterable[AnyTool]) -> None:
        self._tools: dict[str, AnyTool] = {}
        self._schemas: dict[str, Schema] = {}
        self._definitions: tuple[ToolDefinition, ...] = ()
        for tool in sorted(tools_, key=lambda tool: tool.name):
            if tool.name in self._tools:
                raise ValueError(f"two tools are called {tool.name}: rename one of them")
            self._tools[tool.name] = tool

    @classmethod
    def discover(cls) -> Toolbox:
        """A toolbox of every module in `tools.builtin` that has a `TOOL`."""
        modules = (import_module(f"tools.builtin.{found.name}") for found in iter_modules(tools.builtin.__path__))
        return cls(cast("AnyTool", module.TOOL) for module in modules if hasattr(module, "TOOL"))

    def with_tool(self, tool: AnyTool) -> Toolbox:
        """The same tools, with this one in the place of the one that has its name."""
        return Toolbox((*(known for known in self._tools.values() if known.name != tool.name), tool))

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(self._tools)

    def definitions(self) -> tuple[ToolDefinition, ...]:
        """What the model is told, sorted by name; always the same text for the same tools."""
        if len(self._definitions) < len(self._tools):
            self._definitions = tuple(
                ToolDefinition(tool.name, tool.description, msgspec.json.encode(self._schema(tool)).decode())
                for tool in self._tools.values()
            )
        return self._definitions

    def tool(self, name: str) -> AnyTool:
        """The tool of this name.

        Raises:
            ToolError: there is none; the text names the closest ones and all there are.
        """
        if name in self._tools:
            return self._tools[name]
        raise unknown_tool(name, self.names())

    def decode(self, name: str, arguments_json: str) -> tuple[AnyTool, object]:
        """The tool and its arguments from JSON as a model wrote it.

        Tolerant where the meaning is clear: no text at all means no arguments, a null means left out, numbers may be
        written as strings, and strings may hold raw line breaks.

        Raises:
            ToolError: unknown tool, broken JSON, or arguments against the schema; the text says what is expected.
        """
        tool = self.tool(name)
        schema = self._schema(tool)
        try:
            if isinstance(tool.arguments, JsonSchema):
                return tool, checked_arguments(_parsed(arguments_json), schema)
            value = _checked(_parsed(arguments_json), schema, "")
            return tool, cast("object", msgspec.convert(value, tool.arguments, strict=False))
        except msgspec.ValidationError as error:
            problem = _explained(str(error), schema, _parsed(arguments_json))
        except ToolError as error:
            problem = str(error)
        except RecursionError:
            problem = "the arguments are nested too deeply"
        stop = "" if problem.endswith(("?", ".")) else "."
        raise ToolError(f"{name}: {problem}{stop} Its arguments are: {signature(schema)}")

    def _schema(self, tool: AnyTool) -> Schema:
        """Derived when first needed: start-up need not wait for it."""
        if tool.name not in self._schemas:
            arguments = tool.arguments
            self._schemas[tool.name] = arguments.schema() if isinstance(arguments, JsonSchema) else schema_of(arguments)
        return self._schemas[tool.name]


def _parsed(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        value = cast("object", msgspec.json.decode(text.encode()))
    except UnicodeEncodeError as error:
        raise ToolError(_half_a_character(text)) from error
    except msgspec.DecodeError as error:
        if half := _lone_surrogate(text):
            raise ToolError(_half_a_character(half)) from error
        value = _parsed_with_raw_controls(text, error)
    if not isinstance(value, dict):
        raise ToolError(f"the arguments must be a JSON object, not {shown_value(value)}")
    return cast("dict[str, object]", value)


def _lone_surrogate(text: str) -> str:
    """One that is written as an escape; empty without one. msgspec calls it a text that ends too early."""
    from json import loads  # noqa: PLC0415 - it takes what msgspec refuses, and only an error needs it

    try:
        loads(text, strict=False)
    except (ValueError, RecursionError):
        return ""
    pairs = _ESCAPED_PAIR.sub(" ", text)
    found = _ESCAPED_SURROGATE.search(pairs)
    return chr(int(found[1], 16)) if found else ""


def _half_a_character(text: str) -> str:
    found = _SURROGATE.search(text)
    named = f"U+{ord(found[0]):04X}" if found else ""
    return (
        f"the arguments are not valid JSON: they hold a lone surrogate, {named}, half of a surrogate pair: "
        "write the whole character, or leave it out"
    )


def _parsed_with_raw_controls(text: str, error: msgspec.DecodeError) -> object:
    """Some models write line breaks and tabs into strings as they are; JSON wants them escaped."""
    escaped = _STRING.sub(lambda found: _CONTROL.sub(lambda one: f"\\u{ord(one[0]):04x}", found[0]), text)
    try:
        return cast("object", msgspec.json.decode(escaped.encode()))
    except msgspec.DecodeError:
        raise ToolError(f"the arguments are not valid JSON: {_broken_at(text, error)}") from error


def _broken_at(text: str, error: msgspec.DecodeError) -> str:
    problem = str(error).removeprefix("JSON is malformed: ")
    found = _BYTE.search(problem)
    if not found:
        return f"the text ends too early, after {len(text)} characters: …{shown_value(text[-SHOWN_AROUND:])}"
    position = len(text.encode()[: int(found[1])].decode(errors="ignore"))
    around = text[max(0, position - SHOWN_AROUND) : position + SHOWN_AROUND]
    return f"{problem[: found.start()].strip()} at character {position}, near {shown_value(around)}"


def _checked(value: object, schema: Schema, path: str) -> object:
    """The value without nulls that stand for left out; an unknown key is an error at any depth."""
    scalar = value
    if isinstance(value, list):
        items = cast("Schema", schema.get("items", {}))
        return [_checked(item, items, f"{path}[{at}]") for at, item in enumerate(cast("list[object]", value))]
    if isinstance(value, dict) and "properties" in schema:
        return _checked_object(cast("dict[str, object]", value), schema, path)
    return scalar


def _checked_object(value: dict[str, object], schema: Schema, path: str) -> dict[str, object]:
    known = properties_of(schema)
    checked: dict[str, object] = {}
    for name, part in value.items():
        if name not in known:
            left = [each for each in required_of(schema) if each not in value]
            meant = meant_argument(name, known, left)
            hint = f" Did you mean {meant}?" if meant else ""
            raise ToolError(f"there is no argument {shown_value((path + '.' + name).lstrip('.'))}.{hint}")
        if part is not None or name in required_of(schema):
            checked[name] = _checked(part, known[name], f"{path}.{name}")
    return checked


def _explained(message: str, schema: Schema, value: object) -> str:
    """What msgspec found, with the argument, the value it has, and what is allowed there."""
    place = _PLACE.search(message)
    path = place[1] if place else "$"
    missing = _MISSING.search(message)
    where = path.removeprefix("$").lstrip(".")
    if missing:
        return f"the argument {'.'.join(filter(None, (where, missing[1])))} is missing"
    expected, found = at_path(schema, value, path)
    return f"{where or 'the value'} must be {expectation(expected)}, not {shown_value(found)}"
