"""Arguments against a schema that came as text."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.test_provider import Remote
from tools.json_schema import checked_arguments
from tools.schema import JsonSchema
from tools.tool import ToolError
from tools.toolbox import Toolbox

SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "path": {"type": "string", "minLength": 1, "pattern": "(a+)+$"},
            "count": {"type": "integer", "minimum": 1, "maximum": 9},
            "ratio": {"type": "number", "exclusiveMinimum": 0},
            "whole": {"type": "boolean"},
            "state": {"enum": ["open", "done", None]},
            "kind": {"const": "file"},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
            "when": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "either": {"oneOf": [{"type": "integer"}, {"type": "array"}]},
            "both": {"allOf": [{"type": "integer"}, {"minimum": 3}]},
            "size": {"type": ["integer", "null"]},
            "point": {"$ref": "#/$defs/Point"},
            "tree": {"$ref": "#/$defs/Tree"},
            "far": {"$ref": "https://example.org/other"},
            "never": False,
        },
        "required": ["path"],
        "additionalProperties": False,
        "$defs": {
            "Point": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]},
            "Tree": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Tree"}},
        },
    }
)
BOX = Toolbox((Remote("remote", schema=SCHEMA),))


def decoded(**arguments: object) -> object:
    return BOX.decode("remote", json.dumps({"path": "a", **arguments}))[1]


def problem(**arguments: object) -> str:
    with pytest.raises(ToolError) as caught:
        decoded(**arguments)
    assert "Its arguments are: path (a string, of 1 or more characters, required)" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 9),
        ("ratio", 0.5),
        ("whole", True),
        ("state", "open"),
        ("state", None),
        ("kind", "file"),
        ("tags", ["a", "b"]),
        ("when", 3),
        ("when", None),
        ("either", [1]),
        ("both", 3),
        ("size", None),
        ("point", {"x": 1, "more": "is allowed"}),
        ("tree", {"left": {"right": {}}}),
        ("far", {"anything": []}),
    ],
)
def test_what_the_schema_allows_is_passed_on_as_it_is(name: str, value: object) -> None:
    if name == "state" and value is None:
        assert decoded(state=None) == {"path": "a"}, "a null for what may be left out"
    else:
        assert decoded(**{name: value}) == {"path": "a", name: value}


def test_what_models_get_wrong_harmlessly_is_understood() -> None:
    assert decoded(count="3", ratio="0.5", whole="true") == {"path": "a", "count": 3, "ratio": 0.5, "whole": True}
    assert decoded(count=None, tags=None) == {"path": "a"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("path", "", "path must be a string, of 1 or more characters, not ''"),
        ("path", None, "path must be a string"),
        ("count", 0, "count must be a whole number, at least 1, at most 9, not 0"),
        ("count", 1.5, "count must be a whole number"),
        ("count", True, "count must be a whole number"),
        ("ratio", 0, "ratio must be a number, more than 0, not 0"),
        ("whole", 1, "whole must be true or false, not 1"),
        ("state", "odd", "state must be one of open, done, None, not 'odd'"),
        ("kind", "folder", "kind must be 'file', not 'folder'"),
        ("tags", ["a", 1], "tags[1] must be a string, not 1"),
        ("tags", ["a", "b", "c"], "tags must be a list, of at most 2 entries"),
        ("when", "soon", "when must be a whole number, not 'soon' or when must be null"),
        ("both", 2, "both must be another value, at least 3, not 2"),
        ("size", "big", "size must be a whole number or null, not 'big'"),
        ("point", {}, "the argument point.x is missing"),
        ("point", {"x": "far"}, "point.x must be a number, not 'far'"),
        ("tree", {"left": {"right": 3}}, "tree.left.right must be an object, not 3"),
        ("cuont", 1, "there is no argument 'cuont'. Did you mean count or point?"),
        ("never", 1, "there is no argument 'never'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_what_is_allowed(name: str, value: object, said: str) -> None:
    assert f"remote: {said}" in problem(**{name: value})


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(ToolError, match="remote: the argument path is missing"):
        BOX.decode("remote", "{}")


def test_a_value_or_a_schema_without_an_end_is_refused() -> None:
    deep: object = {}
    for _ in range(300):
        deep = {"left": deep}
    assert "nested too deeply" in problem(tree=deep)
    endless = JsonSchema('{"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"$ref": "#/$defs/A"}}}')
    with pytest.raises(ToolError, match="nested too deeply"):
        checked_arguments({"a": 1}, endless.schema())


def test_the_model_is_told_the_schema_as_it_came() -> None:
    (definition,) = BOX.definitions()
    assert json.loads(definition.parameters) == json.loads(SCHEMA)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYWORDS = ("type", "enum", "anyOf", "allOf", "$ref", "minimum", "maxItems", "items", "required", "properties")


@given(JSON)
def test_whatever_a_model_writes_is_checked_or_a_tool_error(value: object) -> None:
    for name in json.loads(SCHEMA)["properties"]:
        with suppress(ToolError):
            decoded(**{name: value})


@given(st.dictionaries(st.sampled_from(KEYWORDS), JSON))
def test_a_schema_that_is_nonsense_is_no_crash(schema: dict[str, object]) -> None:
    """A provider may say anything; the tool runner must go on."""
    box = Toolbox((Remote("remote", schema=json.dumps({"properties": {"a": schema}})),))
    with suppress(ToolError):
        box.decode("remote", '{"a": [1, "x", {"b": null}]}')


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type": "array"}', "[" * 5_000])
def test_text_that_is_no_schema_of_arguments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"the schema of a tool must be|the arguments of a tool are an object"):
        JsonSchema(text)
