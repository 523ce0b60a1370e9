"""Where tools come from: a provider lists what it has and checks the arguments of calls. Several may be combined.

`tools.toolbox.Toolbox` is the provider of a fixed set, such as the built-in tools. Another one may list something else
at each request to the model, as an MCP server does that is connected while a session runs. Never runs a tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tools.schema import shown_value
from tools.text.suggestion import did_you_mean
from tools.tool import ToolError

if TYPE_CHECKING:
    from tools.tool import Tool, ToolDefinition


class ToolProvider(Protocol):
    """A source of tools. Its methods may be called on any thread and must not block."""

    def names(self) -> tuple[str, ...]:
        """The names of the tools that there are now, sorted."""
        ...

    def definitions(self) -> tuple[ToolDefinition, ...]:
        """What the model is told of them; asked at each request. Equal values while nothing has changed."""
        ...

    def decode(self, name: str, arguments_json: str) -> tuple[Tool[Any], object]:
        """The tool of this name, and its arguments from JSON as a model wrote it, checked.

        Raises:
            ToolError: there is no such tool now, or the arguments are wrong; the text says what is expected.
        """
        ...


class CombinedTools:
    """Several providers as one. A name belongs to the first that has it: a later one cannot replace its tool."""

    def __init__(self, *providers: ToolProvider) -> None:
        self._providers = providers

    def names(self) -> tuple[str, ...]:
        """Implement `ToolProvider`."""
        return tuple(sorted({name for provider in self._providers for name in provider.names()}))

    def definitions(self) -> tuple[ToolDefinition, ...]:
        """Implement `ToolProvider`. Sorted by name."""
        found: dict[str, ToolDefinition] = {}
        for provider in self._providers:
            for definition in provider.definitions():
                found.setdefault(definition.name, definition)
        return tuple(found[name] for name in sorted(found))

    def decode(self, name: str, arguments_json: str) -> tuple[Tool[Any], object]:
        """Implement `ToolProvider`."""
        for provider in self._providers:
            if name in provider.names():
                return provider.decode(name, arguments_json)
        raise unknown_tool(name, self.names())


def unknown_tool(name: str, names: tuple[str, ...]) -> ToolError:
    """The error for a name that no tool has; it names the closest ones and all there are."""
    hint = did_you_mean(name, names)
    return ToolError(f"There is no tool {shown_value(name)}.{hint} The tools are: {', '.join(names) or 'none'}")
