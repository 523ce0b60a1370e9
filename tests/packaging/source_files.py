"""The checkout's own Python files, parsed once, for the tests that look at how the code is made."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("actors", "config", "tools", "ui")


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """One file: its path from the checkout's root with forward slashes, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Lines of all kinds."""
        return len(self.text.splitlines())

    @property
    def code_lines(self) -> int:
        """Lines that are neither blank, nor a comment, nor a docstring."""
        written = {
            number
            for number, line in enumerate(self.text.splitlines(), 1)
            if line.strip(" ") and line.lstrip()[0] != "#"
        }
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                written -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return len(written)

    def imported(self) -> Iterator[str]:
        """Every module that is imported anywhere in the file, in full."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{name.name}" for name in node.names)


def _read(folder: str, *, pattern: str = "*.py") -> tuple[SourceFile, ...]:
    paths = sorted((ROOT / folder).rglob(pattern))
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return tuple(SourceFile(path.relative_to(ROOT).as_posix(), text, ast.parse(text)) for path, text in texts)


@functools.cache
def product() -> tuple[SourceFile, ...]:
    """The launcher and the four packages."""
    launcher = (ROOT / "callboard.py").read_text(encoding="utf-8")
    packages = (source for package in PACKAGES for source in _read(package))
    return (SourceFile("callboard.py", launcher, ast.parse(launcher)), *packages)


@functools.cache
def checks() -> tuple[SourceFile, ...]:
    """Everything under tests/."""
    return _read("tests")
