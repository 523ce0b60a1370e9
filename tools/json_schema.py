"""Arguments checked against a JSON schema that came as text, as a provider such as an MCP server gives it.

The argument class of a built-in tool is checked by msgspec; here is the same for a `JsonSchema`: what is clear is put
right (a null for what is left out, a number written as a string), what is wrong is named with its place. Understood are
`type`, `enum`, `const`, the bounds of numbers, strings and lists, `properties`, `required`, `additionalProperties`,
`items`, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema. Other keywords, `pattern` among them, which could take
any time, are left to the tool. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from tools.schema import Schema, expectation, parts_of, properties_of, required_of, shown_value
from tools.text.suggestion import did_you_mean
from tools.tool import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 64
"""Values and references within each other that are followed."""

_INTEGER = re.compile(r"-?\d{1,18}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SIZES: tuple[tuple[str, type | tuple[type, ...], Callable[[object], float]], ...] = (
    ("Length", str, lambda value: len(cast("str", value))),
    ("Items", list, lambda value: len(cast("list[object]", value))),
    ("imum", (int, float), lambda value: cast("float", value)),
)


def checked_arguments(value: dict[str, object], schema: Schema) -> dict[str, object]:
    """The arguments, put right where their meaning is clear.

    Raises:
        ToolError: they are not what the schema asks for; the text names the place and what is allowed there.
    """
    return cast("dict[str, object]", _Check(schema).value(value, schema, "", 0))


class _Check:
    """One check; `root` is what `$ref` points into."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def value(self, value: object, schema: object, path: str, depth: int) -> object:
        if depth > DEEPEST:
            raise ToolError(f"{path or 'the value'} is nested too deeply")
        if schema is False:
            raise ToolError(f"there is no argument {shown_value(path)}")
        if not isinstance(schema, dict):
            return value
        known = cast("Schema", schema)
        if "$ref" in known:
            value = self.value(value, self._referred(str(known["$ref"])), path, depth + 1)
        value = self._of_alternatives(value, known, path, depth)
        value = _typed(value, known, path)
        _check_choice(value, known, path)
        _check_bounds(value, known, path)
        if isinstance(value, dict):
            return self._object(cast("dict[str, object]", value), known, path, depth)
        items = _items(value)
        if items is not None and "items" in known:
            return [self.value(item, known["items"], f"{path}[{at}]", depth + 1) for at, item in enumerate(items)]
        return value

    def _object(self, value: dict[str, object], schema: Schema, path: str, depth: int) -> dict[str, object]:
        known, required = properties_of(schema), required_of(schema)
        checked: dict[str, object] = {}
        for name, part in value.items():
            place = f"{path}.{name}".lstrip(".")
            if name in known:
                if part is None and name not in required and not _takes_null(known[name]):
                    continue
                checked[name] = self.value(part, known[name], place, depth + 1)
            elif schema.get("additionalProperties", True) is False:
                raise ToolError(f"there is no argument {shown_value(place)}.{did_you_mean(name, known)}")
            else:
                checked[name] = self.value(part, schema.get("additionalProperties", True), place, depth + 1)
        for name in required:
            if name not in checked:
                raise ToolError(f"the argument {f'{path}.{name}'.lstrip('.')} is missing")
        return checked

    def _of_alternatives(self, value: object, schema: Schema, path: str, depth: int) -> object:
        for part in parts_of(schema, "allOf"):
            value = self.value(value, part, path, depth + 1)
        for keyword in ("anyOf", "oneOf"):
            if choices := parts_of(schema, keyword):
                value = self._first_that_fits(value, choices, path, depth)
        return value

    def _first_that_fits(self, value: object, choices: list[object], path: str, depth: int) -> object:
        problems: list[str] = []
        for choice in choices:
            try:
                return self.value(value, choice, path, depth + 1)
            except ToolError as problem:
                problems.append(str(problem))
        raise ToolError(" or ".join(dict.fromkeys(problems)))

    def _referred(self, reference: str) -> object:
        """What `#/$defs/Name` points to; what cannot be found allows everything."""
        found: object = self._root if reference.startswith("#") else None
        for part in reference.lstrip("#").strip("/").split("/") if len(reference) > 1 else ():
            name = part.replace("~1", "/").replace("~0", "~")
            found = _inside(found, name)
        return found


def _items(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _inside(value: object, name: str) -> object:
    """What a schema holds by this name, None if that is nothing; any value may be asked."""
    return cast("Schema", value).get(name) if isinstance(value, dict) else None


def _types(schema: Schema) -> tuple[str, ...]:
    named = schema.get("type")
    return (named,) if isinstance(named, str) else tuple(str(part) for part in parts_of(schema, "type"))


def _takes_null(schema: object) -> bool:
    if not isinstance(schema, dict):
        return False
    known = cast("Schema", schema)
    parts = (*parts_of(known, "anyOf"), *parts_of(known, "oneOf"))
    return "null" in _types(known) or any(_takes_null(part) for part in parts)


def _typed(value: object, schema: Schema, path: str) -> object:
    """The value as one of the types, read from a string where it stands in one."""
    types = _types(schema)
    if not types or any(_is(value, name) for name in types):
        return value
    if isinstance(value, str):
        if value in ("true", "false") and "boolean" in types:
            return value == "true"
        if _INTEGER.fullmatch(value) and {"integer", "number"} & {*types}:
            return int(value)
        if _NUMBER.fullmatch(value) and "number" in types:
            return float(value)
    raise _wrong(value, schema, path)


def _is(value: object, name: str) -> bool:  # noqa: PLR0911 - one line a type
    match name:
        case "string":
            return isinstance(value, str)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
        case _:
            return True


def _check_choice(value: object, schema: Schema, path: str) -> None:
    if (allowed := parts_of(schema, "enum")) and value not in allowed:
        raise _wrong(value, schema, path)
    if "const" in schema and value != schema["const"]:
        raise ToolError(f"{path or 'the value'} must be {shown_value(schema['const'])}, not {shown_value(value)}")


def _check_bounds(value: object, schema: Schema, path: str) -> None:
    if isinstance(value, bool):
        return
    for suffix, kinds, size in _SIZES:
        if not isinstance(value, kinds):
            continue
        measured = size(value)
        least, most = _bound(schema, f"min{suffix}"), _bound(schema, f"max{suffix}")
        above, below = _bound(schema, f"exclusiveMin{suffix}"), _bound(schema, f"exclusiveMax{suffix}")
        low = (least is not None and measured < least) or (above is not None and measured <= above)
        high = (most is not None and measured > most) or (below is not None and measured >= below)
        if low or high:
            raise _wrong(value, schema, path)


def _bound(schema: Schema, keyword: str) -> float | None:
    found = schema.get(keyword)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _wrong(value: object, schema: Schema, path: str) -> ToolError:
    return ToolError(f"{path or 'the value'} must be {expectation(schema)}, not {shown_value(value)}")
