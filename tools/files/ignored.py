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
        for entry in _entries(folder):
            seen += 1
            if seen > limit:
                return
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if (is_folder and entry.name in ALWAYS_HIDDEN) or (rules and rules.hide(path, folder=is_folder)):
                continue
            if is_folder:
                waiting.append((path, rules))
            else:
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _rules_of(folder: Path, outer: _Rules | None) -> _Rules | None:
    file = folder / ".gitignore"
    if file.is_symlink() or not file.is_file():
        return outer
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            lines = opened.read(IGNORE_FILE_BYTES).splitlines()
    except OSError:
        return outer
    return _Rules(folder, _spec_of(lines), outer)


def _spec_of(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - slow to import, and only a wrong path needs it

    spec = GitIgnoreSpec([])
    for line in lines:
        with suppress(ValueError):  # a line that means nothing hides nothing, as in Git
            spec += GitIgnoreSpec.from_lines([line])
    return spec
