"""Calls are put right where only one reading is possible."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.call_arguments import repaired_arguments, repaired_call, repaired_name

TOOLS = frozenset({"run_command", "read_file"})


@pytest.mark.parametrize(
    "text",
    [
        '"{\\"path\\": \\"a, ]\\"}"',
        '"\\"{\\\\\\"path\\\\\\": \\\\\\"a, ]\\\\\\"}\\""',
        '{"path": "a, ]",}',
        '{"path": "a, ]",\n}\n',
        '```json\n{"path": "a, ]"}\n```',
        '```\n{"path": "a, ]",}\n```\n',
        '"```json\\n{\\"path\\": \\"a, ]\\"}\\n```"',
    ],
)
def test_what_can_only_mean_one_thing_is_put_right(text: str) -> None:
    assert json.loads(repaired_arguments(text)) == {"path": "a, ]"}


@pytest.mark.parametrize(
    "text",
    [
        '{"path": "a"',
        '{"path": "a"} {"path": "b"}',
        '{"path": "a",,}',
        '{"path": [,]}',
        "{,}",
        "{'path': 'a'}",
        "[1,]",
        '"text"',
        "path: a",
        "",
        "null",
        "```json\n{}",
        '{"a": 1}```',
        '{"path": "\ud83d"',
        "[" * 50_000,
        '{"a":' * 50_000,
    ],
)
def test_what_is_unclear_is_left_for_the_model(text: str) -> None:
    assert repaired_arguments(text) == text


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5)))
def test_an_object_is_never_changed(value: dict[str, object]) -> None:
    text = json.dumps(value)
    assert repaired_arguments(text) == text
    assert json.loads(repaired_arguments(json.dumps(text))) == value


@pytest.mark.parametrize(
    "name",
    [
        "run_command",
        "functions.run_command",
        "functions.run_command:3",
        "run_command<|channel|>commentary",
        " run_command ",
        "run_command()",
        "default_api.run_command",
    ],
)
def test_a_decorated_name_is_the_tools(name: str) -> None:
    assert repaired_name(name, TOOLS) == "run_command"


@pytest.mark.parametrize("name", ["run", "functions.run", "run_command_now", "", "my.run_command"])
def test_a_name_that_is_no_tools_is_left(name: str) -> None:
    assert repaired_name(name, TOOLS) == name


def test_a_call_that_is_right_stays_the_same_object() -> None:
    call = ToolCall(CallId("c"), "read_file", "{}")
    assert repaired_call(call, TOOLS) is call
