"""A workspace on a folder of its own, and a way to call tools as a model does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import pytest

from tests.tools.finished_job import finished
from tools.job import JobRequest
from tools.service import ServiceRequest
from tools.tool import Question, ToolResult
from tools.toolbox import Toolbox
from tools.workspace import Workspace


class Call(Protocol):
    """Calls a tool by name with JSON arguments, and runs the job it asks for."""

    def __call__(self, name: str, **arguments: object) -> ToolResult: ...


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture
def call(workspace: Workspace) -> Call:
    box = Toolbox.discover()

    def run(name: str, **arguments: object) -> ToolResult:
        tool, decoded = box.decode(name, json.dumps(arguments))
        work = tool.execute(decoded, workspace)
        assert not isinstance(work, Question | ServiceRequest)
        return tool.conclude(decoded, finished(work)) if isinstance(work, JobRequest) else work

    return run
