"""Imports run one way: no module is imported by what it imports, not even for a type checker."""

from __future__ import annotations

import ast

from tests.packaging.import_graph import cycles, module_of
from tests.packaging.source_files import SourceFile, product


def written(path: str, text: str) -> SourceFile:
    return SourceFile(path, text, ast.parse(text))


def test_no_import_goes_in_a_circle() -> None:
    assert cycles(product()) == []


def test_a_circle_is_seen_also_where_only_type_checkers_walk_it() -> None:
    first = written("a/one.py", "from a import two")
    second = written("a/two.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.three import Three")
    third = written("a/three.py", "import a.one")
    assert cycles([first, second, third]) == [("a.one", "a.three", "a.two")]
    assert cycles([first, second]) == []


def test_a_package_is_named_without_its_file() -> None:
    assert module_of("ui/text/__init__.py") == "ui.text"
