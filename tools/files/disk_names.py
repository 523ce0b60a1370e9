"""From a path as a model writes it to the path as the disk spells it.

Used by the workspace. A part of a path that does not exist leads to the one entry of its folder that is shown so, has
the same letters, or looks the same (`tools.files.file_name`); a path that exists is never changed. It reads folders
only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from tools.errors import ToolError
from tools.files.file_name import difference, meant, near, same_letters, shown
from tools.files.ignored import names_in

NAMED = 5
"""So many names are told apart in one message."""


class DiskNames:
    """Finds names, and remembers which were found by their looks; serves all threads."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._found_as: set[tuple[Path, str, str]] = set()
        """Folder, name as asked for, name on the disk."""

    def spelled(self, path: Path, *, writing: bool) -> Path:
        """The path with its links resolved, as the disk spells it, as far as it goes.

        Where a file may come into being (`writing`) a name that only looks the same is another file, unless it was
        found by its looks before.

        Raises:
            ToolError: several entries look like a part of it.
        """
        while not os.path.lexists(path):
            folder = path.parent
            while not os.path.lexists(folder):
                folder = folder.parent
            asked, *rest = path.relative_to(folder).parts
            name = self._entry(folder, asked, writing=writing)
            if name is None:
                break
            path = Path(os.path.realpath(folder.joinpath(name, *rest)))
        return path

    def _entry(self, folder: Path, asked: str, *, writing: bool) -> str | None:
        found = meant(asked, names_in(folder))
        with self._guard:
            if writing:
                found = tuple(name for name in found if self._may_stand_for(folder, asked, name))
            if len(found) == 1:
                self._found_as.add((folder, asked, found[0]))
        if len(found) > 1:
            raise ToolError(
                f"{shown(asked)!r} does not exist, and {len(found)} names look like it. {_told_apart(asked, found)}. "
                "Give one of them exactly, or rename them with run_command"
            )
        return found[0] if found else None

    def _may_stand_for(self, folder: Path, asked: str, name: str) -> bool:
        return same_letters(asked, name) or asked == shown(name) or (folder, asked, name) in self._found_as


def look_alikes(path: Path) -> tuple[str, ...]:
    """What to say of the names beside a new file that a reader may take for its own."""
    names = meant(path.name, names_in(path.parent))
    return tuple(f"beside {shown(name)!r}, another file: {difference(path.name, name)}" for name in names[:NAMED])


def overlooked(path: Path) -> str:
    """The names beside a missing file that differ from its own in what is easily overlooked; empty without any."""
    return _told_apart(path.name, near(path.name, names_in(path.parent)))


def _told_apart(asked: str, names: Iterable[str]) -> str:
    return "; ".join(f"{shown(name)!r}: {difference(asked, name)}" for name in tuple(names)[:NAMED])
