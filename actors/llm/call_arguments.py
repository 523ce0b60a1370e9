"""Puts a model's call right where only one reading is possible; everything else is left for the model to be told.

Used by the LLM streamer, for every dialect. Arguments: JSON in a JSON string, a code fence around it, commas before a
closing bracket. Names: a namespace (`functions.run_command`) or a harmony suffix around the name of a tool. Pure.
"""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from actors.blocks import ToolCall

DEEPEST = 3
"""JSON strings inside JSON strings that are opened."""
FENCE = re.compile(r"\s*```[A-Za-z0-9_+-]*[ \t]*\r?\n(.*?)\r?\n?\s*```\s*", re.DOTALL)
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|(?<=[\]}"0-9a-z]),(\s*[}\]])', re.DOTALL)
"""A string, which is kept as it is, or a comma between a value and the end of its object or list."""
NAMESPACES = ("functions.", "function.", "tools.", "tool.", "default_api.", "functions/", "default_api:")
SUFFIX = re.compile(r"(?:<\|[^|>]*\|>.*|:\d+|\(\))\Z", re.DOTALL)
"""Harmony's marks, Kimi's running number, brackets."""


def repaired_call(call: ToolCall, tools: frozenset[str]) -> ToolCall:
    """The call with the name and the arguments that it can only have meant; `tools` are the names that there are."""
    name, arguments = repaired_name(call.name, tools), repaired_arguments(call.arguments)
    return call if (name, arguments) == (call.name, call.arguments) else replace(call, name=name, arguments=arguments)


def repaired_name(name: str, tools: frozenset[str]) -> str:
    """The tool that a decorated name stands for; the name itself where it is a tool, or where none would be."""
    if name in tools:
        return name
    bare = SUFFIX.sub("", name.strip())
    for candidate in (bare, *(bare.removeprefix(space) for space in NAMESPACES if bare.startswith(space))):
        if candidate in tools:
            return candidate
    return name


def repaired_arguments(text: str) -> str:
    """The JSON object that the text can only have meant; the text itself where it is one, or where it is unclear."""
    if is_object(text):
        return text
    for candidate in _readings(text, DEEPEST):
        if is_object(candidate):
            return candidate
    return text


def is_object(text: str) -> bool:
    """Whether the text is a JSON object."""
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True


def _readings(text: str, depth: int) -> tuple[str, ...]:
    fenced = FENCE.fullmatch(text)
    inside = fenced[1] if fenced else text
    found = (inside, TRAILING_COMMA.sub(_without_comma, inside))
    opened = _opened(inside) if depth else None
    return found if opened is None else (*found, *_readings(opened, depth - 1))


def _opened(text: str) -> str | None:
    """The text that a JSON string holds."""
    try:
        return msgspec.json.decode(text, type=str)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def _without_comma(found: re.Match[str]) -> str:
    return found[1] or found[2]
