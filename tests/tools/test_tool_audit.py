"""The page for tool authors is true: its table, its examples, and that tools run at the same time."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import fields

from tools.job import JobEnded, JobEvent, JobReport, JobRequest
from tools.service import ServiceRequest
from tools.terminal.terminals import JobLimits, Terminals
from tools.tool import Question, ToolResult
from tools.toolbox import AnyTool, Toolbox
from tools.workspace import Workspace

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tools.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([\w ]+) \| ([\w; ]+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
AT_ONCE = 4
CALLS: dict[str, str] = {
    name: import_module(f"tests.tools.builtin.test_{name}").EXAMPLE_CALL for name in Toolbox.discover().names()
}
"""A call of each tool, from the tool's own tests: a number of it may be made at once, each with its NUMBER."""


class Reports:
    """Runs jobs on the real terminals and waits for their reports."""

    def __init__(self, folder: Path) -> None:
        self.terminals = Terminals("audit", self.hear, folder, JobLimits())
        self.ended: dict[str, JobReport] = {}
        self.changed = threading.Condition()

    def hear(self, event: JobEvent) -> None:
        if isinstance(event, JobEnded):
            with self.changed:
                self.ended[event.job] = event.report
                self.changed.notify_all()

    def run(self, job: str, request: JobRequest) -> JobReport:
        self.terminals.start(job, request)
        with self.changed:
            assert self.changed.wait_for(lambda: job in self.ended, 60)
            return self.ended[job]


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[Reports]:
    running = Reports(tmp_path / "spill")
    yield running
    assert running.terminals.close(10) == ()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "root"
    root.mkdir()
    (root / "known").write_text("".join(f"place {number}\n" for number in range(AT_ONCE)))
    space = Workspace(root)
    tool, arguments = Toolbox.discover().decode("read_file", CALLS["read_file"])
    tool.execute(arguments, space)
    return space


def documented() -> dict[str, tuple[str, ...]]:
    return {row[1]: (row[2], row[3], row[4]) for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))}


def waits_in(tool: AnyTool, work: ToolResult | JobRequest | Question | ServiceRequest) -> str:
    """Who is blocked: known from what comes back, and from whether there is a path to open."""
    if isinstance(work, JobRequest):
        return "a child process"
    if isinstance(work, Question):
        return "the person"
    return "a worker thread" if "path" in {field.name for field in fields(tool.arguments)} else "nothing"


def imported(source: str, folder: Path, name: str) -> AnyTool:
    """The tool of a module with this source."""
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    tool: AnyTool = module.TOOL
    return tool


def test_the_table_names_every_tool_with_its_effects_and_where_it_waits(workspace: Workspace) -> None:
    """S1-11, S1-16."""
    box = Toolbox.discover()
    table = documented()
    assert tuple(table) == box.names()
    for name in box.names():
        tool, arguments = box.decode(name, CALLS[name].replace("NUMBER", "0"))
        work = tool.execute(arguments, workspace)
        assert table[name][:2] == (tool.effects, waits_in(tool, work)), name


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_tool_runs_several_times_at_once(name: str, workspace: Workspace, reports: Reports) -> None:
    """S1-7, S1-16, S2-12."""
    box = Toolbox.discover()
    together = threading.Barrier(AT_ONCE, timeout=30)
    outcomes: dict[int, str] = {}

    def call(number: int) -> None:
        tool, arguments = box.decode(name, CALLS[name].replace("NUMBER", str(number)))
        together.wait()
        work = tool.execute(arguments, workspace)
        if isinstance(work, JobRequest):
            work = tool.conclude(arguments, reports.run(f"{name} {number}", work))
        outcomes[number] = work.outcome if isinstance(work, ToolResult) else "asked"

    threads = [threading.Thread(target=call, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert documented()[name][2].startswith("yes")
    assert outcomes == dict.fromkeys(range(AT_ONCE), "asked" if name == "ask_user" else "ok")


def test_the_examples_work(tmp_path: Path, workspace: Workspace, reports: Reports) -> None:
    """S1-17."""
    sources = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    box = Toolbox(imported(source, tmp_path, f"example_{number}") for number, source in enumerate(sources))
    assert box.names() == ("count_words", "show_commits")
    assert len(box.definitions()) == 2

    tool, arguments = box.decode("count_words", '{"path": "known", "longest": "4"}')
    assert tool.execute(arguments, workspace) == ToolResult("ok", f"known has {AT_ONCE} words")

    tool, arguments = box.decode("show_commits", "")
    request = tool.execute(arguments, workspace)
    assert isinstance(request, JobRequest)
    assert tool.conclude(arguments, reports.run("no repository", request)).outcome == "error"
    for command in (
        ["init", "-q"],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "x", "--allow-empty"],
    ):
        subprocess.run(["git", *command], cwd=workspace.root, check=True, timeout=60)
    assert tool.conclude(arguments, reports.run("repository", request)).text.endswith(" x")
