"""Looks into a GGUF file before it is loaded: whether it is one, what it can hold, and whether there is memory for it.

Used by `ui.startup.local_model`. Reads the head of the file only, and never more of it than `LONGEST`.
"""

from __future__ import annotations

import os
import struct
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from config.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"GGUF"
VERSIONS = (2, 3)
LONGEST = 64 * 2**20
"""Bytes of the head, with the vocabulary in it."""
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a value, by the number of its type."""
UINT32, TEXT, ARRAY, UINT64 = 4, 8, 9, 10
MOST_KEYS = 10_000
SPARE = 1.2
"""What a model takes in memory, as a multiple of its file."""
GIGABYTE = 2**30


class GgufHead(Struct, frozen=True):
    """`window`: tokens that the model was trained for; 0 if the file does not say."""

    window: int = 0


def read_head(path: Path) -> GgufHead:
    """What the file says of itself.

    Raises:
        ConfigError: there is no such file, it cannot be read, is no whole GGUF file, or is too large for the memory.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ConfigError(f"{path}: is no GGUF file; download a model in this format (its name ends in .gguf)")
            _check_memory(path, os.fstat(file.fileno()).st_size)
            return _head(file)
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror}; write -m gguf:PATH/OF/MODEL.gguf") from problem
    except (struct.error, ValueError) as problem:
        raise ConfigError(f"{path}: its head is damaged or cut off; download the file again") from problem


def _check_memory(path: Path, size: int) -> None:
    needed, free = size * SPARE, free_memory()
    if free is not None and needed > free:
        short = f"needs about {needed / GIGABYTE:.1f} GB of memory, and {free / GIGABYTE:.1f} GB are free"
        raise ConfigError(f"{path}: {short}; choose a smaller model or one with fewer bits, or end some programs")


def free_memory() -> int | None:
    """Bytes that programs can still take; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - one line of a file of the kernel
            found = next((line for line in lines if line.startswith("MemAvailable:")), "")
    except OSError:
        return None
    return int(found.split()[1]) * 1024 if found else None


def _head(file: IO[bytes]) -> GgufHead:
    version, _, keys = struct.unpack("<IQQ", _exactly(file, 20))
    if version not in VERSIONS or keys > MOST_KEYS:
        raise ValueError(version)
    window = 0
    for _ in range(keys):
        name = _text(file)
        (kind,) = struct.unpack("<I", _exactly(file, 4))
        if name.endswith(b".context_length") and kind in (UINT32, UINT64):
            window = int.from_bytes(_exactly(file, SIZES[kind]), "little")
        else:
            _skip(file, kind)
    return GgufHead(window)


def _skip(file: IO[bytes], kind: int) -> None:
    if kind == TEXT:
        _text(file)
    elif kind == ARRAY:
        inner, count = struct.unpack("<IQ", _exactly(file, 12))
        if inner == TEXT:
            for _ in range(min(count, LONGEST)):
                _text(file)
        else:
            _exactly(file, _size(inner) * count)
    else:
        _exactly(file, _size(kind))


def _size(kind: int) -> int:
    if kind not in SIZES:
        raise ValueError(kind)
    return SIZES[kind]


def _text(file: IO[bytes]) -> bytes:
    return _exactly(file, *struct.unpack("<Q", _exactly(file, 8)))


def _exactly(file: IO[bytes], count: int) -> bytes:
    """So many bytes; what is not there, or more than a head can be, is an error."""
    if count > LONGEST or file.tell() > LONGEST:
        raise ValueError(count)
    data = file.read(count)
    if len(data) < count:
        raise ValueError(count)
    return data
