"""`callboard drill` and `callboard_drill` from the installed wheel, beside a project that has our packages' names."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.packaging.source_files import ROOT

pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.timeout(240)]

MINE = """
import sys

import config
import tools
import callboard_drill


def test_mine_are_still_mine(drill):
    assert config.VALUE == tools.VALUE == "mine"
    assert drill(callboard_drill.SCENARIOS[0], [callboard_drill.Fault(at="ui", kind="crash_after")], seeds=5) == 5
    assert (sys.modules["config"], sys.modules["tools"]) == (config, tools)
    assert not {"actors", "ui"} & set(sys.modules)
"""
QUIET = """
import sys


def test_a_session_without_drills_imports_nothing_of_ours():
    assert not [name for name in sys.modules if name.startswith(("_callboard", "actors", "pykka"))]
"""


def project(folder: Path) -> Path:
    """A folder with a `config.py` and a `tools/` of its own."""
    folder.mkdir()
    (folder / "config.py").write_text('VALUE = "mine"\n')
    (folder / "tools").mkdir()
    (folder / "tools" / "__init__.py").write_text('VALUE = "mine"\n')
    return folder


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of the environment, in that folder."""
    return subprocess.run(
        [str(installed / words[0]), *words[1:]],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def pytest_in(installed: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Pytest with whatever plugins the environment brings."""
    options = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--rootdir", str(folder), "-q")
    return run(installed, folder, "python", "-m", "pytest", *options)


@pytest.mark.parametrize("text", [MINE, QUIET], ids=["with drills", "without"])
def test_a_project_with_packages_of_the_same_names_keeps_them(installed: Path, tmp_path: Path, text: str) -> None:
    folder = project(tmp_path / "project")
    (folder / "test_it.py").write_text(text)
    done = pytest_in(installed, folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manual_s_examples_pass_beside_such_a_project(installed: Path, tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    manual = (ROOT / "docs" / "testing-your-own-tools.md").read_text(encoding="utf-8")
    for number, example in enumerate(re.findall(r"```python\n(.*?)```", manual, re.DOTALL)):
        (folder / f"test_{number}.py").write_text(example)
    done = pytest_in(installed, folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_plans_come_along_and_the_program_can_be_drilled(installed: Path, tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    assert "cut-stream" in run(installed, folder, "callboard", "drill", "--list").stdout
    for level in ("simulation", "threads", "process"):
        done = run(installed, folder, "callboard", "drill", "cut-stream", "--seeds", "1", "--level", level)
        assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["every promise was kept"]), done.stdout
