"""No module imports one that imports it, and pure folders stay pure.

import-linter holds the layers; it reads neither cycles below them nor what a folder may know of the standard library.
"""

from __future__ import annotations

import ast

import pytest

from tests.packaging.import_graph import cycles, import_graph
from tests.packaging.source_files import SourceFile, product

PURE = {
    "ui/screen/": ("asyncio", "prompt_toolkit", "threading", "os", "sys", "time", "socket", "subprocess"),
    "ui/text/": ("asyncio", "prompt_toolkit.application", "threading", "os", "sys", "time", "socket", "subprocess"),
    "actors/turn/": ("asyncio", "threading", "os", "sys", "time", "socket", "subprocess"),
    "actors/llm/dialects/": (
        "asyncio",
        "threading",
        "os",
        "sys",
        "time",
        "socket",
        "subprocess",
        "requests",
        "urllib3",
    ),
}
"""Folders of pure functions, and what they do not import: loops, threads, the process, clocks, the network."""


def source(path: str, text: str) -> SourceFile:
    return SourceFile(path, text, ast.parse(text))


def test_no_two_modules_import_each_other() -> None:
    """Not for the type checkers only either: what needs two modules to be read belongs into one, or a third."""
    assert cycles(import_graph(product())) == []


def test_a_circle_is_found_wherever_the_import_stands() -> None:
    graph = import_graph(
        (
            source("a/one.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.two import Two\n"),
            source("a/two.py", "def f():\n    import a.three\n"),
            source("a/three.py", "from a import one, four\n"),
            source("a/four.py", "import json\n"),
            source("b/five.py", "from b.six import X\n"),
            source("b/six.py", "from b.five import Y\n"),
        )
    )
    assert cycles(graph) == [["a.one", "a.three", "a.two"], ["b.five", "b.six"]]


def test_a_straight_line_is_no_circle() -> None:
    graph = import_graph((source("a.py", "import b"), source("b.py", "import c"), source("c.py", "import json")))
    assert graph == {"a": {"b"}, "b": {"c"}, "c": frozenset()}
    assert cycles(graph) == []


@pytest.mark.parametrize("folder", sorted(PURE))
def test_a_pure_folder_knows_neither_loops_nor_threads_nor_the_process(folder: str) -> None:
    inside = [each for each in product() if each.path.startswith(folder)]
    assert inside, "the folder has another name now"
    assert not [
        (each.path, name)
        for each in inside
        for name in each.imported()
        for banned in PURE[folder]
        if name == banned or name.startswith(f"{banned}.")
    ]
