"""What every tool and every result promises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.job import JobReport, OutputSlice
from tools.tool import Question, TodoItem, Tool, ToolDefinition, ToolResult
from tools.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Nothing:
    """No arguments."""


class Quiet(Tool[Nothing]):
    name = "quiet"
    description = "Says nothing."
    effects = "none"
    arguments = Nothing

    def execute(self, arguments: Nothing, workspace: Workspace) -> ToolResult:
        del arguments, workspace
        return ToolResult("ok", "")

    def subject(self, arguments: Nothing, workspace: Workspace | None = None) -> str:
        del arguments, workspace
        return "nothing"


def test_what_crosses_actors_is_frozen() -> None:
    """S2-8."""
    for value in (ToolResult("ok", ""), TodoItem("a"), Question("?"), ToolDefinition("a", "", "{}")):
        with pytest.raises(AttributeError):
            value.text = "changed"  # type: ignore[misc,union-attr]  # that is the point


def test_a_tool_needs_execute_and_subject_and_a_preview_is_its_subject_at_least(tmp_path: Path) -> None:
    """S2-5."""
    assert Tool.__abstractmethods__ == {"execute", "subject"}
    assert Quiet().preview(Nothing(), Workspace(tmp_path)) == "nothing"


def test_a_tool_that_asked_for_no_job_has_nothing_to_conclude() -> None:
    report = JobReport("exited", 0, OutputSlice(), OutputSlice(), 0.0)
    with pytest.raises(NotImplementedError, match="quiet asked for no job"):
        Quiet().conclude(Nothing(), report)
