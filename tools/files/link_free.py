"""Opening by a path of which no part may be a symbolic link: what was checked is what is opened.

Used by whatever reads or writes a file of the workspace. The workspace resolves all links of a path and checks where
it leads; between that and the use another process may put a link in the place of a folder. Here the kernel refuses
every link on the way, so that a resolved path leads to the place that was checked, or to an error.

Linux does it in one call, `openat2` with `RESOLVE_NO_SYMLINKS` (5.6 and newer), macOS with `O_NOFOLLOW_ANY`. Where
neither is there, the path is opened folder by folder, each beneath the one before and none of them a link.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

_OPENAT2: Final = 437
_OTHER_NUMBERS: Final = ("alpha", "mips")
"""Machines on which system calls are numbered differently."""
_NO_MAGIC_LINKS: Final = 0x02
_NO_SYMBOLIC_LINKS: Final = 0x04
_BENEATH: Final = 0x08
_AGAIN: Final = 100
"""Tries of a call that the kernel asks to repeat, as it does while folders are renamed."""

_HANDLE: Final = getattr(os, "O_PATH", 0)
"""Opens a folder for what is done beneath it, also where it may not be listed."""
_FOLDER: Final = _HANDLE | os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_MACOS_NO_LINKS: Final = getattr(os, "O_NOFOLLOW_ANY", 0) if sys.platform == "darwin" else 0

Opener: TypeAlias = Callable[[Path, int, int], int]
"""Path, flags and mode to a descriptor; raises `OSError`."""


def open_resolved(path: Path, flags: int, mode: int = 0) -> int:
    """A descriptor of an absolute path that has its links resolved.

    Raises:
        OSError: it cannot be opened; `ELOOP` or `ENOTDIR` where a part of it is a link by now.
    """
    return opener()(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)


@cache
def opener() -> Opener:
    """The best way that this system has."""
    if _MACOS_NO_LINKS:
        return lambda path, flags, mode: os.open(path, flags | _MACOS_NO_LINKS, mode)
    return by_openat2() or folder_by_folder


def status_of(path: Path) -> os.stat_result:
    """The status of what a resolved path leads to; opens nothing that would notice it.

    Raises:
        OSError: it cannot be reached, or a part of the path is a link by now.
    """
    with folder_of(path) as folder:
        return os.stat(path.name or ".", dir_fd=folder, follow_symlinks=False)


@contextmanager
def folder_of(path: Path, *, make: bool = False) -> Generator[int, None, None]:
    """The folder in which a resolved path stands, to be used as `dir_fd`; `make` creates it with its parents.

    Raises:
        OSError: it cannot be opened or made, or a part of the path is a link by now.
    """
    folder = _made(path.parent) if make else open_resolved(path.parent, _FOLDER)
    try:
        yield folder
    finally:
        os.close(folder)


def _made(folder: Path) -> int:
    missing: list[str] = []
    while True:
        try:
            descriptor = open_resolved(folder, _FOLDER)
            break
        except FileNotFoundError:
            missing.append(folder.name)
            folder = folder.parent
    for name in reversed(missing):
        descriptor = _beneath(descriptor, name, _FOLDER, make=True)
    return descriptor


def folder_by_folder(path: Path, flags: int, mode: int) -> int:
    """Each part beneath the one before; a part that is a link is an error."""
    descriptor = os.open("/", _FOLDER)
    parts = path.parts[1:]
    for part in parts[:-1]:
        descriptor = _beneath(descriptor, part, _FOLDER)
    return _beneath(descriptor, parts[-1] if parts else ".", flags, mode)


def _beneath(folder: int, name: str, flags: int, mode: int = 0, *, make: bool = False) -> int:
    """What the folder has under this name; the folder is closed."""
    try:
        if make:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=folder)
        return os.open(name, flags, mode, dir_fd=folder)
    finally:
        os.close(folder)


@cache
def by_openat2() -> Opener | None:
    """The system call, None where kernel, machine or a filter of system calls does not let us."""
    if sys.platform != "linux" or os.uname().machine.startswith(_OTHER_NUMBERS):
        return None
    try:
        import ctypes  # noqa: PLC0415 - only with the first file, and some builds of Python lack it
    except ImportError:
        return None
    call = ctypes.CDLL(None, use_errno=True).syscall

    def open_by_call(path: Path, flags: int, mode: int) -> int:
        how = struct.pack("QQQ", flags, mode, _BENEATH | _NO_SYMBOLIC_LINKS | _NO_MAGIC_LINKS)
        name = os.fsencode(path.relative_to("/"))
        root = os.open("/", _FOLDER)
        problem = errno.EAGAIN
        try:
            for _ in range(_AGAIN):
                descriptor = int(call(_OPENAT2, root, name, how, len(how)))
                if descriptor >= 0:
                    return descriptor
                problem = ctypes.get_errno()
                if problem not in {errno.EAGAIN, errno.EINTR}:
                    break
        finally:
            os.close(root)
        raise OSError(problem, os.strerror(problem), str(path))

    try:
        os.close(open_by_call(Path("/"), _FOLDER, 0))
    except OSError:
        return None
    return open_by_call
