"""The files of a folder that its own `.gitignore` files do not hide, nearest first, as far as a limit.

Used by the workspace to find what a wrong path may have meant. Searching and listing for the model is ripgrep's work;
this only serves where a child process would be too much. It follows no links and reads nothing but `.gitignore`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tools.errors import ToolError
from tools.files.file_content import open_regular
from tools.files.link_free import open_resolved

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ALWAYS_HIDDEN = frozenset({".git", ".hg", ".svn", ".jj", "__pycache__", "node_modules", ".venv"})
"""Folders that are never walked, ignored or not."""

IGNORE_FILE_BYTES = 65_536
"""More of a `.gitignore` is not read."""


class _Rules(Struct, frozen=True):
    """The rules of one folder; those of its parents are asked where it has no opinion."""

    folder: Path
    spec: GitIgnoreSpec
    parent: _Rules | None

    def hide(self, path: Path, *, folder: bool) -> bool:
        relative = path.relative_to(self.folder).as_posix() + ("/" if folder else "")
        verdict = self.spec.check_file(relative).include
        if verdict is not None:
            return verdict
        return self.parent is not None and self.parent.hide(path, folder=folder)


def visible_files(root: Path, limit: int) -> Iterator[Path]:
    """Files under the root, those of upper folders first; at most `limit` entries are looked at."""
    waiting: deque[tuple[Path, _Rules | None]] = deque([(root, None)])
    seen = 0
    while waiting:
        folder, outer = waiting.popleft()
        rules = _rules_of(folder, outer)
        for name, is_folder in _entries(folder):
            seen += 1
            if seen > limit:
                return
            path = folder / name
            if (is_folder and name in ALWAYS_HIDDEN) or (rules and rules.hide(path, folder=is_folder)):
                continue
            if is_folder:
                waiting.append((path, rules))
            else:
                yield path


def names_in(folder: Path) -> list[str]:
    """The names of all entries of a folder, sorted; empty where it cannot be listed."""
    return [name for name, _ in _entries(folder)]


def _entries(folder: Path) -> list[tuple[str, bool]]:
    """Name, and whether it is a folder; a link is none, and none is followed on the way."""
    try:
        descriptor = open_resolved(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return []
    try:
        with os.scandir(descriptor) as entries:
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        return []
    finally:
        os.close(descriptor)


def _rules_of(folder: Path, outer: _Rules | None) -> _Rules | None:
    try:
        with open_regular(folder / ".gitignore", ".gitignore") as opened:
            text = (opened.read(IGNORE_FILE_BYTES) or b"").decode("utf-8", "replace")
    except (OSError, ToolError):
        return outer
    return _Rules(folder, _spec_of(text.splitlines()), outer)


def _spec_of(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - slow to import, and only a wrong path needs it

    spec = GitIgnoreSpec([])
    for line in lines:
        with suppress(ValueError):  # a line that means nothing hides nothing, as in Git
            spec += GitIgnoreSpec.from_lines([line])
    return spec
