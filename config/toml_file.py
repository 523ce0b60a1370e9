"""Reads one file that a person wrote, as text or as TOML, and says plainly what is wrong with it.

Used by `config.load` and `config.instructions`. Never writes, and never opens what is not an ordinary file: a named
pipe in a folder would make the program wait for ever.
"""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

from config.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 1_048_576
"""Bytes of a configuration file; a longer one is a mistake."""


def is_there(path: Path) -> bool:
    """Whether something is there, also if it may not be looked at: then reading it gives the better error."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_start(path: Path, limit: int) -> bytes | None:
    """The first `limit` bytes of an ordinary file, or None where there is nothing of that name.

    Raises:
        OSError: it is something else, or cannot be read.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
    with path.open("rb") as file:
        return file.read(limit)


def read_toml(path: Path) -> dict[str, object] | None:
    """The tables of a TOML file, or None where there is no such file.

    Raises:
        ConfigError: it cannot be read as UTF-8 text in TOML; the text says where.
    """
    data = read_content(path)
    return None if data is None else parse_toml(path, data)


def read_content(path: Path) -> bytes | None:
    """The bytes of a configuration file, or None where there is no such file.

    Raises:
        ConfigError: it cannot be read, or is too long.
    """
    try:
        data = read_start(path, LONGEST + 1)
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror}") from problem
    if data is not None and len(data) > LONGEST:
        raise ConfigError(f"{path}: is longer than {LONGEST} bytes; this is no configuration file")
    return data


def parse_toml(path: Path, data: bytes) -> dict[str, object]:
    """The tables of a configuration file with this content.

    Raises:
        ConfigError: it is no UTF-8 text in TOML; the text says where.
    """
    import tomllib  # noqa: PLC0415 - most people have no file, and start 10 ms sooner

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise ConfigError(f"{path}: line {line}: is not UTF-8 text; save the file as UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{path}: is not valid TOML: {problem}") from problem
    except RecursionError as problem:
        raise ConfigError(f"{path}: is nested too deeply") from problem
