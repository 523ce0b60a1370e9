"""Other names of a file: links to it, or to its folder, beside it and in the root of the workspace.

Used by the tool runner, on a worker thread, before the policy judges a call that writes: a file may be ordinary by its
own name and grant power by another one, as where `AGENTS.md` is a link to `docs/agents.md`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

MOST_ENTRIES = 5_000
"""Entries of a folder that are looked at."""


def linked_names(root: Path, subject: str) -> tuple[str, ...]:
    """The names, relative to the root, under which the file of this subject is reached through a link. Never raises."""
    try:
        file = Path(os.path.realpath(root / subject))
        status = _status(file)
    except (OSError, ValueError):
        return ()
    shared = status is not None and stat.S_ISREG(status.st_mode) and status.st_nlink > 1
    found: dict[str, None] = {}
    for folder in dict.fromkeys((root, file.parent)):
        for entry in _entries(folder):
            name = os.path.relpath(entry.path, root)
            if entry.is_symlink():
                target = Path(os.path.realpath(entry.path))
                if file.is_relative_to(target):
                    found[os.path.normpath(os.path.join(name, file.relative_to(target)))] = None  # noqa: PTH118 - text
            elif shared and status is not None and entry.inode() == status.st_ino:
                found[name] = None
    return tuple(found)


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:
        return None


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry, _ in zip(entries, range(MOST_ENTRIES), strict=False)]
    except OSError:
        return []
