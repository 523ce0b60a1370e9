"""Which files a search goes through: how many of them ignore rules hide, and which are in an 8-bit encoding.

Both are further runs of ripgrep with the same globs and folders. Used by `tools.search.search_child`, whose process
starts bare: nothing third-party is imported.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from typing import IO, Final, cast

from tools.text.byte_kind import ByteKind, byte_kind

COUNT_SECONDS: Final = 1.0
"""Longer than this no files are counted."""
LATIN_FILES: Final = 2_000
"""So many files in an 8-bit encoding are searched at most."""
WHOLE_BYTES: Final = 8 * 1_048_576
"""Files up to this size are read whole to tell their encoding, as read_file does; of longer ones the beginning."""
SAMPLE_BYTES: Final = 65_536

_SCOPE: Final = ("--glob", "--iglob", "--hidden", "--no-ignore", "--no-require-git", "--no-config", "--ignore-file")
"""The options of a search that choose its files."""
_NOT_UTF_8: Final = (
    r"(?-u:[\xC2-\xFF](?:[^\x80-\xBF]|\z)|[\xE0-\xFF][\x80-\xBF](?:[^\x80-\xBF]|\z)"
    r"|[\xF0-\xFF][\x80-\xBF]{2}(?:[^\x80-\xBF]|\z)|(?:^|[^\x80-\xFF])[\x80-\xBF]|[\xC0\xC1\xF5-\xFF]"
    r"|[\xC2-\xDF][\x80-\xBF]{2}|[\xE0-\xEF][\x80-\xBF]{3})"
)
"""Bytes that are no UTF-8, in the order in which an 8-bit encoding most likely has them."""


class Scope:
    """The files of one search, as arguments for ripgrep."""

    def __init__(self, command: tuple[str, ...]) -> None:
        program, *arguments = command
        border = arguments.index("--")
        self._program = program
        self._options = tuple(option for option in arguments[:border] if option.startswith(_SCOPE))
        self._places = tuple(arguments[border:])

    def ignored(self) -> dict[str, object]:
        """How many files ignore rules hide: `ignored`, and `least` where they were too many to be counted in time."""
        if "--no-ignore" in self._options:
            return {}
        deadline = time.monotonic() + COUNT_SECONDS
        (every, whole), (visible, all_visible) = _counted(
            self._command("--files", "--no-ignore"), self._command("--files"), deadline
        )
        return {"ignored": max(0, every - visible), "least": not whole} if all_visible else {}

    def latin_files(self) -> dict[bytes, ByteKind]:
        """The files that read_file takes for Windows-1252 or Latin-1, as ripgrep names them."""
        command = self._command("--files-with-matches", f"--regexp={_NOT_UTF_8}")
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
        paths = done.stdout.split(b"\0")[:-1][:LATIN_FILES]
        kinds: list[tuple[bytes, ByteKind]] = [(path, kind_of_file(path)) for path in paths]
        return {path: kind for path, kind in kinds if kind in {"windows-1252", "latin-1"}}

    def _command(self, *options: str) -> tuple[str, ...]:
        return (self._program, "--null", "--no-messages", *self._options, *options, *self._places)


def output_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The pipe that the process was started with."""
    return cast("IO[bytes]", process.stdout)


def kind_of_file(path: bytes) -> ByteKind:
    """The kind of the bytes of this file; binary where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - an open descriptor
            whole = os.fstat(descriptor).st_size <= WHOLE_BYTES
            data = file.read(WHOLE_BYTES if whole else SAMPLE_BYTES) or b""
    except OSError:
        return "binary"
    return byte_kind(data, whole=whole)


def _counted(
    one: tuple[str, ...], other: tuple[str, ...], deadline: float
) -> tuple[tuple[int, bool], tuple[int, bool]]:
    """How many NULs each of two commands prints until the deadline, and whether it came to its end."""
    counts, ended = [0, 0], [False, False]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - no shell
        for command in (one, other)
    ]
    with selectors.DefaultSelector() as selector:
        for at, process in enumerate(processes):
            selector.register(output_of(process), selectors.EVENT_READ, at)
        while not all(ended) and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                data = os.read(key.fd, 1_048_576)
                counts[key.data] += data.count(b"\0")
                if not data:
                    ended[key.data] = True
                    selector.unregister(key.fileobj)
    for process in processes:
        process.kill()
        process.communicate()
    return (counts[0], ended[0]), (counts[1], ended[1])
