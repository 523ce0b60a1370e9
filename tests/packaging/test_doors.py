"""Who may import what: each third-party package has one door, and the cast of actors touches nothing but messages.

import-linter holds the layers between our own packages; here is the table of everything else.
"""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatch

import pytest

from tests.packaging.source_files import PACKAGES, SourceFile, product

DOORS: dict[str, tuple[str, ...]] = {
    "asyncio": ("ui/*", "actors/runtime/hosts/loop*.py"),
    "markdown_it": ("ui/*",),
    "msgspec": ("actors/*", "config/*", "tools/*", "ui/*"),
    "pathspec": ("tools/*",),
    "pexpect": ("tools/terminal/*",),
    "platformdirs": ("config/*",),
    "prompt_toolkit": ("ui/*",),
    "ptyprocess": ("tools/terminal/*",),
    "pygments": ("ui/*",),
    "pykka": ("actors/runtime/*",),
    "requests": ("actors/llm/http/*",),
    "urllib3": ("actors/llm/http/*",),
    "wcwidth": ("ui/*",),
}
"""Beside these and structlog, whose door is any one file, nothing third-party may be imported."""

SEAM = {"random", "select", "selectors", "socket", "subprocess", "threading", "time"}
"""What an actor is given (clock, ids, journal, ports) instead of touching it."""
EDGES = (
    "actors/runtime/*",
    "actors/llm/http/*",
    "actors/llm/retries/retry_budget.py",
    "actors/llm/scripted/server.py",
    "actors/edges/*",
    "actors/company.py",
    "actors/drill/user/probe.py",
    "actors/drill/levels/*",
    "tools/*",
    "ui/*",
)

FORKS = {"os.fork", "os.forkpty", "pty.fork"}


def top_level(source: SourceFile) -> set[str]:
    return {name.partition(".")[0] for name in source.imported()}


def may_open(source: SourceFile, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(source.path, pattern) for pattern in patterns)


@pytest.mark.parametrize("package", sorted(DOORS))
def test_each_third_party_package_has_its_door(package: str) -> None:
    strangers = [source.path for source in product() if package in top_level(source)]
    assert not [path for path in strangers if not any(fnmatch(path, pattern) for pattern in DOORS[package])]


def test_structlog_is_imported_in_one_file() -> None:
    assert len([source.path for source in product() if "structlog" in top_level(source)]) <= 1


def test_nothing_is_imported_that_is_not_in_the_table() -> None:
    known = {*DOORS, "structlog", *PACKAGES, *sys.stdlib_module_names}
    assert not [(source.path, name) for source in product() for name in sorted(top_level(source) - known)]


def test_actors_touch_neither_threads_nor_time_nor_chance_nor_processes() -> None:
    """S2-1 and S0-11: what could block is behind the seam, at the edges that are named here."""
    inner = [source for source in product() if not may_open(source, EDGES)]
    assert not [(source.path, name) for source in inner for name in sorted(top_level(source) & SEAM)]


def test_nothing_of_ours_forks() -> None:
    """A fork in a program with threads may deadlock in the child. A keeper's zygote has one thread."""
    sources = [source for source in product() if source.path != "tools/terminal/keeper.py"]
    forks = [(source.path, name) for source in sources for name in source.imported() if name in FORKS]
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and f"{ast.unparse(node.value)}.{node.attr}" in FORKS:
                forks.append((source.path, ast.unparse(node)))
            if isinstance(node, ast.keyword) and node.arg == "preexec_fn":
                forks.append((source.path, "preexec_fn"))
        if "multiprocessing" in top_level(source):
            forks.append((source.path, "multiprocessing"))
    assert not forks


def test_only_the_launcher_imports_the_command_line_and_nobody_imports_the_launcher() -> None:
    assert not [source.path for source in product() if "callboard" in top_level(source)]
    assert [source.path for source in product() if "ui.cli.main" in source.imported()] == ["callboard.py"]


def test_the_actor_layer_imports_nothing_of_the_cast() -> None:
    layer = [source for source in product() if source.path.startswith("actors/runtime/")]
    ours = [(source.path, name) for source in layer for name in source.imported() if name.startswith("actors.")]
    assert not [(path, name) for path, name in ours if not name.startswith("actors.runtime")]
