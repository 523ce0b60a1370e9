"""Measures what every request begins with: the system prompt and the tools. Used by the composition root."""

from __future__ import annotations

from collections.abc import Callable

from actors.context.plan import RequestOpening
from actors.message_size import FRAME, text_size
from tools.tool import ToolDefinition


class MeasuredOpening:
    """Remembers the last measure: the same tools are not measured twice."""

    def __init__(self, system: str, tools: Callable[[], tuple[ToolDefinition, ...]]) -> None:
        self._tools = tools
        self._known: tuple[ToolDefinition, ...] = ()
        self._opening = RequestOpening(text_size(system))

    def measured(self) -> RequestOpening:
        """How long it is now. Tools that cannot be listed count as those before: the request itself says why."""
        try:
            tools = self._tools()
        except Exception:  # noqa: BLE001 - a provider of tools that fails is a failed request, not a failed turn loop
            return self._opening
        if tools != self._known:
            self._known = tools
            size = sum(FRAME + len(tool.name) + text_size(tool.description) + len(tool.parameters) for tool in tools)
            self._opening = RequestOpening(self._opening.system, size)
        return self._opening
