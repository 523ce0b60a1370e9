"""Writes a file in one step: no reader ever sees half of it, also after a crash, a full disk or a lost race.

The new bytes go to a temporary file in the same folder, which is synchronised and then renamed over the old one;
at any moment the name leads to the whole old or the whole new content. Used by write_file and edit_file, with paths
whose links are resolved, so that a symbolic link stays one. The folder is opened first, with no link on the way to it,
and everything is done beneath its descriptor: a folder that is exchanged for a link meanwhile changes nothing outside.

A file with several hard links is the exception: a rename would part it from its other names. The new bytes are made
safe in the temporary file first and only then written through, into space that is reserved beforehand; after a crash
in that short moment the temporary file `.NAME.….callboard` beside it still holds the whole new content.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from tools.files.file_content import Fingerprint, fingerprint_of
from tools.files.link_free import folder_of

PRIVATE_MODE = 0o600
NEW_FILE_MODE = 0o666
SET_ID_BITS = 0o6000
UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Some file systems neither synchronise folders nor reserve space; we do without there."""

_NEW: Final = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
_OLD: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class ChangedMeanwhileError(Exception):
    """Another process wrote the file between our read and our write; nothing was changed."""


def create_file(path: Path, data: bytes) -> Fingerprint:
    """Write a new file, with the permissions that the umask gives; folders that are missing on the way are made.

    Raises:
        FileExistsError: another process created it first.
        OSError: it cannot be written; there is nothing under the name then.
    """
    with folder_of(path, make=True) as folder, _temporary_in(folder, path.name, data, NEW_FILE_MODE) as temporary:
        os.fsync(temporary.descriptor)
        # Claims the name: a rename alone would silently replace a file created a moment ago.
        os.close(os.open(path.name, _NEW, PRIVATE_MODE, dir_fd=folder))
        try:
            os.replace(temporary.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            os.unlink(path.name, dir_fd=folder)
            raise
        _synchronise(folder)
        return fingerprint_of(os.fstat(temporary.descriptor), data)


def replace_file(path: Path, data: bytes, expected: Fingerprint) -> Fingerprint:
    """Write other bytes into a file, keeping its mode, its attributes, its links, and its owner where we may.

    Raises:
        ChangedMeanwhileError: it is not the file with the `expected` fingerprint any more.
        OSError: it cannot be written; it is as before then.
    """
    with folder_of(path) as folder, _temporary_in(folder, path.name, data, PRIVATE_MODE) as temporary:
        before = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        _take_over_permissions(folder, path.name, before, temporary.descriptor)
        os.fsync(temporary.descriptor)
        now = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        if not (stat.S_ISREG(now.st_mode) and fingerprint_of(now).same_file(expected)):
            raise ChangedMeanwhileError
        if before.st_nlink > 1:
            return fingerprint_of(_write_through(folder, path.name, data, expected), data)
        os.replace(temporary.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        _synchronise(folder)
        return fingerprint_of(os.fstat(temporary.descriptor), data)


class _Temporary(Struct, frozen=True):
    """A file that is being filled, beside the one that it will replace."""

    name: str
    descriptor: int


@contextmanager
def _temporary_in(folder: int, name: str, data: bytes, mode: int) -> Generator[_Temporary, None, None]:
    """A new file in this folder, with the data in it; it is gone afterwards unless it was renamed."""
    temporary = f".{_shortened(name)}.{os.urandom(6).hex()}.callboard"
    descriptor = os.open(temporary, _NEW, mode, dir_fd=folder)
    try:
        _write_all(descriptor, data)
        yield _Temporary(temporary, descriptor)
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)


def _shortened(name: str) -> str:
    """Names may have 255 bytes; ours adds to them."""
    return os.fsdecode(os.fsencode(name)[:200])


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _synchronise(folder: int) -> None:
    """Make what was renamed in the folder last; one that may not be read is left to the file system."""
    try:
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _take_over_permissions(folder: int, name: str, before: os.stat_result, descriptor: int) -> None:
    mode = before.st_mode & 0o7777
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.fchown(descriptor, before.st_uid, before.st_gid)
        except PermissionError:
            mode &= ~SET_ID_BITS  # they would now speak for another owner
    _take_over_attributes(folder, name, descriptor)
    os.fchmod(descriptor, mode)


def _take_over_attributes(folder: int, name: str, descriptor: int) -> None:
    """Extended attributes, access lists among them, where the file system has them and we may."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        source = os.open(name, _OLD | os.O_RDONLY, dir_fd=folder)
        try:
            for attribute in os.listxattr(source):
                with suppress(OSError):
                    os.setxattr(descriptor, attribute, os.getxattr(source, attribute))
        finally:
            os.close(source)


def _write_through(folder: int, name: str, data: bytes, expected: Fingerprint) -> os.stat_result:
    descriptor = os.open(name, _OLD | os.O_RDWR, dir_fd=folder)
    try:
        if not fingerprint_of(os.fstat(descriptor)).same_file(expected):
            raise ChangedMeanwhileError
        with open(descriptor, "rb", closefd=False) as reader:
            old = reader.read()
        try:
            _reserve(descriptor, len(data))
            _overwrite(descriptor, data)
        except OSError:
            _overwrite(descriptor, old)
            raise
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


def _reserve(descriptor: int, size: int) -> None:
    try:
        os.posix_fallocate(descriptor, 0, max(size, 1))
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise


def _overwrite(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    _write_all(descriptor, data)
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)
