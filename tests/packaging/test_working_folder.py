"""No module below the command line asks the process for its folder: a front end may have one for each session."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.packaging.source_files import SourceFile, product

ABOVE = ("callboard.py", "ui/cli/")
"""The launcher, and the command line, which hands the folder down."""
OF_A_PROCESS = {
    "tools/terminal/guardian.py": "a process of its own, which leaves every folder; and where our own files are",
    "tools/terminal/keeper.py": "a process of its own, which works in the job's folder",
    "actors/drill/levels/process_level.py": "where our own files are",
}
ASKING = {"os.getcwd", "os.getcwdb", "os.chdir", "os.fchdir", "os.path.abspath", "Path.cwd", "pathlib.Path.cwd"}
ASKING_METHODS = {"absolute", "cwd"}
WITH_A_RELATIVE_PATH = {"os.path.realpath", "os.path.relpath", "os.listdir", "os.scandir", "os.walk", "os.stat", "Path"}
RELATIVE = {"", ".", "./", ".."}


def asks(source: SourceFile) -> Iterator[str]:
    """Calls whose answer depends on the folder of the process."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        first = node.args[0] if node.args else None
        bare = name in ("Path", "os.listdir", "os.scandir") and first is None
        relative = isinstance(first, ast.Constant) and first.value in RELATIVE and name in WITH_A_RELATIVE_PATH
        if name in ASKING or method in ASKING_METHODS or bare or relative:
            yield f"{source.path}:{node.lineno} {ast.unparse(node)}"


def test_nothing_below_the_command_line_asks_for_the_folder_of_the_process() -> None:
    found = [
        each
        for source in product()
        if not source.path.startswith(ABOVE) and source.path not in OF_A_PROCESS
        for each in asks(source)
    ]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "os.getcwd()",
        "Path.cwd()",
        "pathlib.Path.cwd()",
        "Path()",
        "Path('.') / name",
        "os.path.realpath('.')",
        "os.path.abspath(name)",
        "Path(name).absolute()",
        "os.chdir(folder)",
        "os.listdir()",
    ],
)
def test_each_way_to_ask_is_seen(text: str) -> None:
    assert list(asks(SourceFile("x.py", text, ast.parse(text))))


def test_a_path_that_was_handed_down_is_no_question() -> None:
    text = "Path(folder) / name; os.path.realpath(root / name); root.resolve(); os.stat(path)"
    assert not list(asks(SourceFile("x.py", text, ast.parse(text))))
