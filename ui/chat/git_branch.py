"""The git branch of a folder, read from its `.git`; no process is started. Used for the status line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SHORT_COMMIT = 7
_LONGEST = 4_096


def branch_of(folder: Path) -> str:
    """The branch's name, the beginning of the commit where none is checked out, or nothing."""
    for parent in (folder, *folder.parents):
        head = _head(parent / ".git")
        if head:
            reference = head.removeprefix("ref: refs/heads/")
            return reference if reference != head else head[:SHORT_COMMIT]
    return ""


def _head(git: Path) -> str:
    """The text of HEAD; in a worktree `.git` is a file that says where it is."""
    text = _first_line(git / "HEAD")
    if not text and git.is_file():
        where = _first_line(git).removeprefix("gitdir: ")
        text = _first_line(git.parent / where / "HEAD") if where else ""
    return text


def _first_line(path: Path) -> str:
    """Nothing where it is no ordinary file: opening a named pipe would wait for its writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return ""
    with open(descriptor, "rb") as file:  # noqa: PTH123 - an open descriptor
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return file.readline(_LONGEST).decode("utf-8", "replace").strip() if regular else ""
        except OSError:
            return ""
