"""Reads a file of a repository that may be a symbolic link, as long as it leads to a place inside the repository.

Used by `config.instructions`: what it reads goes to a model server, and a repository is written by other people.
Between the check and the reading no part of the path can become a link unnoticed: it is opened folder by folder.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

HIDDEN = frozenset({".git", ".hg", ".jj", ".svn"})
"""Folders of a repository that are no part of its content: they may hold credentials."""
_FOLDER = getattr(os, "O_PATH", 0) | os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def read_inside(root: Path, path: Path, limit: int) -> bytes:
    """The first `limit` bytes of an ordinary file; `root` has its links resolved.

    Raises:
        OSError: it is not there, it leads out of the root, it is something else, or it cannot be read.
    """
    real = Path(os.path.realpath(path, strict=True))
    if not real.is_relative_to(root):
        raise OSError(errno.EXDEV, f"it links out of the repository, to {real}", str(path))
    parts = real.relative_to(root).parts
    if not HIDDEN.isdisjoint(parts):
        raise OSError(errno.EXDEV, f"it links into the repository's own data, to {real}", str(path))
    with open(_opened(root, parts), "rb") as file:
        return file.read(limit)


def _opened(root: Path, parts: tuple[str, ...]) -> int:
    descriptor = os.open(root, _FOLDER)
    for place, part in enumerate(parts, start=1):
        folder = descriptor
        try:
            descriptor = os.open(part, _FOLDER if place < len(parts) else _FLAGS, dir_fd=folder)
        finally:
            os.close(folder)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(root.joinpath(*parts)))
    raise OSError(errno.EINVAL, "it is not an ordinary file", str(root.joinpath(*parts)))
