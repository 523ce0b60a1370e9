"""How large things may be, how they are called, and that each module has its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.packaging.source_files import ROOT, SourceFile, checks, product

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
MOST_METHODS = 15
LONGEST_LAUNCHER = 25
LONGEST_RUNTIME = 1_500
SIMULATION = ("actors/runtime/simulated/scheduler.py", "actors/runtime/simulated/simulation.py")
"""Used by drills only; counted by themselves."""
LONGEST_SIMULATION = 450
LONGEST_README = 100
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "core", "types", "misc"}


def functions(source: SourceFile) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def mirrored(path: str) -> str:
    """Where the tests of a module are: `tools/workspace.py` has `tests/tools/test_workspace.py`."""
    module = PurePosixPath(path)
    return str(PurePosixPath("tests") / module.parent / f"test_{module.name}")


def test_no_module_is_longer_than_it_may_be() -> None:
    long = {source.path: source.lines for source in (*product(), *checks()) if source.lines > LONGEST_MODULE}
    assert not long


def test_no_function_is_longer_than_it_may_be() -> None:
    sources = (*product(), *checks())
    long = [
        f"{source.path}:{node.lineno} {node.name}: {length(node)} lines"
        for source in sources
        for node in functions(source)
        if length(node) > LONGEST_FUNCTION
    ]
    assert not long


def test_no_class_has_more_methods_than_it_may_have() -> None:
    large: list[str] = []
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
                if len(methods) > MOST_METHODS:
                    large.append(f"{source.path}:{node.lineno} {node.name}: {len(methods)} methods")
    assert not large


def test_the_launcher_stays_small() -> None:
    launcher = next(source for source in product() if source.path == "callboard.py")
    assert launcher.lines <= LONGEST_LAUNCHER


def test_the_actor_layer_stays_small() -> None:
    sizes = {source.path: source.code_lines for source in product() if source.path.startswith("actors/runtime/")}
    simulation = [sizes.pop(path) for path in SIMULATION]
    assert sum(sizes.values()) <= LONGEST_RUNTIME, sizes
    assert sum(simulation) <= LONGEST_SIMULATION


def test_the_readme_is_read_to_its_end() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README


def test_a_module_is_called_after_what_it_is() -> None:
    empty = [
        source.path for source in (*product(), *checks()) if EMPTY_NAMES & {*PurePosixPath(source.path[:-3]).parts}
    ]
    assert not empty


def test_a_package_opens_with_a_docstring_and_holds_nothing_else() -> None:
    packages = [source for source in product() if source.path.endswith("__init__.py")]
    assert packages
    assert not [source.path for source in packages if len(source.tree.body) != 1 or not ast.get_docstring(source.tree)]


def test_folders_of_tests_are_no_packages() -> None:
    assert not [source.path for source in checks() if source.path.endswith("__init__.py")]


def test_each_module_has_its_tests_at_the_mirrored_path() -> None:
    existing = {source.path for source in checks()}
    modules = [source.path for source in product() if not source.path.endswith("__init__.py")]
    missing = [f"{path} has no {mirrored(path)}" for path in modules if mirrored(path) not in existing]
    assert not missing


def test_nothing_is_left_for_later() -> None:
    """In Python files ruff says so; this looks at the others."""
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*.toml"), *ROOT.glob("config/*.toml")]
    marks = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    left = [str(path) for path in documents if any(mark in path.read_text(encoding="utf-8") for mark in marks)]
    assert documents
    assert not left
