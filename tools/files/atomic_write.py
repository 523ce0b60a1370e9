"""Writes a file in one step: no reader ever sees half of it, also after a crash, a full disk or a lost race.

The new bytes go to a temporary file in the same folder, which is synchronised and then renamed over the old one;
at any moment the name leads to the whole old or the whole new content. Used by write_file and edit_file, with paths
whose links are resolved, so that a symbolic link stays one.

A file with several hard links is the exception: a rename would part it from its other names. The new bytes are made
safe in the temporary file first and only then written through, into space that is reserved beforehand; after a crash
in that short moment the temporary file `.NAME.….callboard` beside it still holds the whole new content.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.files.file_content import Fingerprint, fingerprint_of, open_regular

PRIVATE_MODE = 0o600
NEW_FILE_MODE = 0o666
SET_ID_BITS = 0o6000
UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Some file systems neither synchronise folders nor reserve space; we do without there."""


class ChangedMeanwhileError(Exception):
    """Another process wrote the file between our read and our write; nothing was changed."""


def create_file(path: Path, data: bytes) -> Fingerprint:
    """Write a new file, with the permissions that the umask gives.

    Raises:
        FileExistsError: another process created it first.
        OSError: it cannot be written; there is nothing under the name then.
    """
    with _temporary_beside(path, data, NEW_FILE_MODE) as (temporary, descriptor):
        os.fsync(descriptor)
        # Claims the name: a rename alone would silently replace a file created a moment ago.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_MODE))
        try:
            temporary.replace(path)
        except OSError:
            path.unlink()
            raise
        _synchronise_folder(path.parent)
        return fingerprint_of(os.fstat(descriptor), data)


def replace_file(path: Path, data: bytes, expected: Fingerprint) -> Fingerprint:
    """Write other bytes into a file, keeping its mode, its attributes, its links, and its owner where we may.

    Raises:
        ChangedMeanwhileError: it is not the file with the `expected` fingerprint any more.
        OSError: it cannot be written; it is as before then.
    """
    with _temporary_beside(path, data, PRIVATE_MODE) as (temporary, descriptor):
        before = path.stat()
        _take_over_permissions(path, before, descriptor)
        os.fsync(descriptor)
        if not fingerprint_of(path.stat()).same_file(expected):
            raise ChangedMeanwhileError
        if before.st_nlink > 1:
            return fingerprint_of(_write_through(path, data), data)
        temporary.replace(path)
        _synchronise_folder(path.parent)
        return fingerprint_of(os.fstat(descriptor), data)


@contextmanager
def _temporary_beside(path: Path, data: bytes, mode: int) -> Generator[tuple[Path, int], None, None]:
    """A new file in the same folder, with the data in it; it is gone afterwards unless it was renamed."""
    temporary = path.with_name(f".{_shortened(path.name)}.{os.urandom(6).hex()}.callboard")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, mode)
    try:
        _write_all(descriptor, data)
        yield temporary, descriptor
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):
            temporary.unlink()


def _shortened(name: str) -> str:
    """Names may have 255 bytes; ours adds to them."""
    return os.fsdecode(os.fsencode(name)[:200])


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _take_over_permissions(path: Path, before: os.stat_result, descriptor: int) -> None:
    mode = before.st_mode & 0o7777
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.fchown(descriptor, before.st_uid, before.st_gid)
        except PermissionError:
            mode &= ~SET_ID_BITS  # they would now speak for another owner
    _take_over_attributes(path, descriptor)
    os.fchmod(descriptor, mode)


def _take_over_attributes(path: Path, descriptor: int) -> None:
    """Extended attributes, access lists among them, where the file system has them and we may."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        for name in os.listxattr(path):
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def _write_through(path: Path, data: bytes) -> os.stat_result:
    with open_regular(path, path.name) as reader:
        old = reader.readall() or b""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
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
