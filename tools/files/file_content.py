"""Opening files without surprises: regular ones only, bounded, each with a fingerprint of what was read.

Used by the file tools and the workspace. A FIFO, socket or device is refused before it can block; nothing here writes.
"""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO
from pathlib import Path

from msgspec import Struct

from tools.errors import ToolError
from tools.files.link_free import open_resolved, status_of

EDITABLE_BYTES = 8 * 1024 * 1024
"""Files up to this size are read whole, hashed and may be edited; longer ones are only looked at in ranges."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

_PROBLEMS = {
    errno.ENOENT: "does not exist",
    errno.ENOTDIR: "cannot exist: a part of its path is a file, not a folder",
    errno.EISDIR: "is a folder, not a file",
    errno.EEXIST: "was created by another process just now: read it first",
    errno.EACCES: "may not be touched: permission denied. Ask the person, or look at its owner and mode with ls -l",
    errno.EPERM: "may not be touched: operation not permitted. Ask the person, it may be immutable or not ours",
    errno.ELOOP: "is a symbolic link that leads in a circle, or became one just now: look at it with ls -l",
    errno.ENAMETOOLONG: "has too long a name: choose a shorter one",
    errno.ENOSPC: "was not written: the disk is full. Nothing was changed; free some space and try again",
    errno.EDQUOT: "was not written: the disk quota is used up. Nothing was changed; free some space and try again",
    errno.EFBIG: "was not written: it would be longer than files may be here. Nothing was changed",
    errno.EROFS: "was not written: the file system is read-only. Ask the person for another place",
    errno.EBUSY: "was not written: it is a mount point and cannot be replaced. Use run_command to write into it",
    errno.EMFILE: "was not opened: too many files are open. Try again with fewer calls at once",
}


class Fingerprint(Struct, frozen=True):
    """What a file was when it was read. With a digest on both sides only the content counts, not the times."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    digest: bytes = b""

    def same_content(self, other: Fingerprint) -> bool:
        """Whether the content is the same."""
        if self.digest and other.digest:
            return self.digest == other.digest
        return self.same_file(other) and self.changed == other.changed

    def same_file(self, other: Fingerprint) -> bool:
        """Whether it is the very same file, not written since, by its inode, size and time."""
        mine = (self.device, self.inode, self.size, self.modified)
        return mine == (other.device, other.inode, other.size, other.modified)


class FileContent(Struct, frozen=True):
    """All bytes of a file and its fingerprint at that moment."""

    data: bytes
    fingerprint: Fingerprint


def fingerprint_of(status: os.stat_result, data: bytes | None = None) -> Fingerprint:
    """The fingerprint of a file with this status, and this content where it was read whole."""
    digest = b"" if data is None else _digest(data)
    return Fingerprint(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, digest)


def _digest(data: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, which a start need not wait for

    return blake2b(data, digest_size=16).digest()


def explained(error: OSError, name: str) -> ToolError:
    """What a failed system call means for the model, with what to do next."""
    problem = _PROBLEMS.get(error.errno or 0)
    return ToolError(f"{name} {problem}" if problem else f"{name} could not be used: {error.strerror or error}")


def kind_of(mode: int) -> str:
    """What this mode says the thing is, where it is not a regular file."""
    return _KINDS.get(stat.S_IFMT(mode), "no regular file")


def open_regular(path: Path, name: str) -> FileIO:
    """The file, unbuffered, open for reading; `path` has its links resolved already, and may have none by now.

    Raises:
        ToolError: it is no regular file.
        OSError: it cannot be opened.
    """
    require_regular(status_of(path), name)
    # Not blocking, should it become a FIFO right now.
    file = FileIO(open_resolved(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
    try:
        require_regular(os.fstat(file.fileno()), name)
    except ToolError:
        file.close()
        raise
    return file


def require_regular(status: os.stat_result, name: str) -> None:
    """Refuse everything that is not a file with bytes in it.

    Raises:
        ToolError: it is a folder, a pipe, a socket or a device.
    """
    if stat.S_ISDIR(status.st_mode):
        raise ToolError(f"{name} is a folder, not a file: use list_files to see what is in it")
    if not stat.S_ISREG(status.st_mode):
        raise ToolError(f"{name} is {kind_of(status.st_mode)}, not a file: only regular files can be read or written")


def read_whole(file: FileIO) -> FileContent | None:
    """All of an open file, or None where it is longer than `EDITABLE_BYTES`."""
    status = os.fstat(file.fileno())
    if status.st_size > EDITABLE_BYTES:
        return None
    parts: list[bytes] = []
    read = 0
    while read <= EDITABLE_BYTES and (part := file.read(1024 * 1024)):
        parts.append(part)
        read += len(part)
    if read > EDITABLE_BYTES:
        return None
    data = b"".join(parts)
    return FileContent(data, fingerprint_of(os.fstat(file.fileno()), data))
