"""Several sources of tools as one, also when what they have changes."""

from __future__ import annotations

from typing import Any

import pytest

from tools.provider import CombinedTools, ToolProvider
from tools.schema import JsonSchema
from tools.tool import Effects, Tool, ToolDefinition, ToolError, ToolResult
from tools.toolbox import Toolbox
from tools.workspace import Workspace


class Remote(Tool[dict[str, object]]):
    """A tool that is known by what its provider says of it."""

    effects: Effects = "none"

    def __init__(self, name: str, description: str = "Somewhere else.", schema: str = "{}") -> None:
        self.name = name
        self.description = description
        self.arguments = JsonSchema(schema)

    def execute(self, arguments: dict[str, object], workspace: Workspace) -> ToolResult:
        del workspace
        return ToolResult("ok", str(arguments))

    def subject(self, arguments: dict[str, object], workspace: Workspace | None = None) -> str:
        del workspace
        return str(arguments)


class Connected:
    """A provider whose tools come and go."""

    def __init__(self) -> None:
        self.box = Toolbox(())

    def has(self, *names: str) -> None:
        self.box = Toolbox([Remote(name) for name in names])

    def names(self) -> tuple[str, ...]:
        return self.box.names()

    def definitions(self) -> tuple[ToolDefinition, ...]:
        return self.box.definitions()

    def decode(self, name: str, arguments_json: str) -> tuple[Tool[Any], object]:
        return self.box.decode(name, arguments_json)


def combined() -> tuple[CombinedTools, Connected]:
    connected = Connected()
    return CombinedTools(Toolbox.discover(), connected), connected


def test_what_a_provider_has_is_asked_anew_each_time() -> None:
    tools, connected = combined()
    built_in = tools.names()
    connected.has("mcp__a__b", "a_first")
    assert tools.names() == tuple(sorted((*built_in, "a_first", "mcp__a__b")))
    assert [one.name for one in tools.definitions()] == list(tools.names())
    assert tools.decode("mcp__a__b", '{"x": 1}')[1] == {"x": 1}
    connected.has()
    assert tools.names() == built_in
    with pytest.raises(ToolError, match="There is no tool 'mcp__a__b'"):
        tools.decode("mcp__a__b", "{}")


def test_the_definitions_are_equal_while_nothing_changes() -> None:
    tools, connected = combined()
    connected.has("one")
    assert tools.definitions() == tools.definitions()


def test_a_later_provider_cannot_replace_a_tool() -> None:
    tools, connected = combined()
    connected.has("run_command")
    (described,) = (one for one in tools.definitions() if one.name == "run_command")
    assert described.description != "Somewhere else."
    assert not isinstance(tools.decode("run_command", '{"command": "ls"}')[0], Remote)


def test_an_unknown_tool_is_answered_with_the_names_of_all_providers() -> None:
    tools, connected = combined()
    connected.has("mcp__a__b")
    with pytest.raises(ToolError, match=r"Did you mean mcp__a__b\? The tools are: ask_user, .*mcp__a__b, "):
        tools.decode("mcp_a_b", "{}")
    with pytest.raises(ToolError, match="The tools are: none"):
        CombinedTools().decode("x", "{}")


def test_one_provider_is_as_good_as_a_combination() -> None:
    provider: ToolProvider = Toolbox((Remote("one"),))
    assert CombinedTools(provider).definitions() == provider.definitions()
