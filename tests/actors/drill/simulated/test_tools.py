"""The drills' own tools: real ones whose effects can be counted from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.drill.simulated.tools import toolbox
from tools.tool import ToolError, ToolResult
from tools.workspace import Workspace


def test_each_leaves_its_mark(tmp_path: Path) -> None:
    marks: list[str] = []
    box = toolbox(marks.append)
    assert box.names() == ("ask_user", "break", "look", "mark", "run_command")
    for name in ("mark", "look"):
        tool, arguments = box.decode(name, '{"mark": "a"}')
        assert tool.subject(arguments) == "a"
        assert tool.execute(arguments, Workspace(tmp_path)) == ToolResult("ok", "marked a")
    assert marks == ["a", "a"]
    assert [box.tool(name).effects for name in ("look", "mark", "run_command")] == ["none", "files", "commands"]


def test_one_fails_after_it_has_acted(tmp_path: Path) -> None:
    marks: list[str] = []
    box = toolbox(marks.append)
    tool, arguments = box.decode("break", '{"mark": "refuse"}')
    with pytest.raises(ToolError):
        tool.execute(arguments, Workspace(tmp_path))
    tool, arguments = box.decode("break", '{"mark": "a"}')
    with pytest.raises(RuntimeError):
        tool.execute(arguments, Workspace(tmp_path))
    assert marks == ["refuse", "a"]
