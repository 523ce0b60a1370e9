"""The tests themselves: no mocking library, no replaced attributes, no sleeps; and warnings are errors."""

from __future__ import annotations

import ast
import warnings

import pytest

from tests.packaging.source_files import checks

SLEEPS = {"time.sleep", "asyncio.sleep"}
MOCKS = {"unittest.mock", "mock", "pytest_mock"}
REPLACING = {"monkeypatch.setattr", "monkeypatch.delattr", "monkeypatch.setitem"}


def called(tree: ast.Module) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_no_test_sleeps() -> None:
    assert not [source.path for source in checks() if SLEEPS & {*source.imported(), *called(source.tree)}]


def test_no_test_mocks() -> None:
    assert not [source.path for source in checks() if MOCKS & {*source.imported()}]


def test_no_test_replaces_attributes() -> None:
    assert not [source.path for source in checks() if REPLACING & called(source.tree)]


def test_a_warning_is_an_error() -> None:
    """S2-3."""
    with pytest.raises(RuntimeWarning, match="looks wrong"):
        warnings.warn("this looks wrong", RuntimeWarning, stacklevel=1)
