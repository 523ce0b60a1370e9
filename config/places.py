"""Where Callboard keeps what, by the XDG rules, and how it makes folders and files that only their owner can read.

Written out here instead of taken from a package: the rules are ten lines, the package would be a tenth of the
start-up time. Used by everything that touches the user's own folders. Never creates anything by itself: folders come
into being with the first file.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from config.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
SESSIONS = "sessions"
JOURNAL = "journal.jsonl"
OUTPUTS = "outputs"
"""In the folder of a session."""


class Places(Struct, frozen=True):
    """The folders of one user. `config` holds what people write, `state` what Callboard writes."""

    config: Path
    state: Path

    @property
    def config_file(self) -> Path:
        """The user's configuration; read, never written."""
        return self.config / "config.toml"

    @property
    def sessions(self) -> Path:
        """The folder with one folder a session."""
        return self.state / SESSIONS

    @property
    def trusted(self) -> Path:
        """The folder with one file for each trusted project."""
        return self.state / "trusted"

    @property
    def crashes(self) -> Path:
        """Where the report of an internal error is left."""
        return self.state / "crashes"

    def session(self, session: str) -> Path:
        """The folder of one session: journal, log, outputs of its jobs."""
        return self.sessions / session


def locate(environ: Mapping[str, str]) -> Places:
    """The places of the user whom this environment describes; relative XDG paths are ignored, as the standard says.

    Raises:
        ConfigError: there is no home folder, and a place depends on it.
    """
    return Places(
        config=_folder(environ, "XDG_CONFIG_HOME", ".config"),
        state=_folder(environ, "XDG_STATE_HOME", ".local/state"),
    )


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME")
    if home is None:
        home = pwd.getpwuid(os.getuid()).pw_dir if _has_entry() else ""
    if not home.startswith("/"):
        what = f"is {home!r}, which is no full path" if home else "is empty"
        raise ConfigError(
            f"HOME {what}: set it to your home folder, or XDG_CONFIG_HOME and XDG_STATE_HOME to full paths"
        )
    return Path(home)


def _has_entry() -> bool:
    try:
        return bool(pwd.getpwuid(os.getuid()))
    except KeyError:
        return False


def readable(name: str) -> str:
    """A path or an argument with what is not UTF-8 in it replaced: for people, and for JSON."""
    return os.fsencode(name).decode("utf-8", "replace")


def make_folder(folder: Path) -> Path:
    """Create the folder and its missing parents, for the owner's eyes only; an existing one is left as it is.

    Raises:
        OSError: the folder cannot be made.
    """
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


def write_private(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write a whole file that only its owner can read, in one step: no reader ever sees half of it.

    With `sync` it is on the disk for certain.

    Raises:
        OSError: the file cannot be written; the old one is untouched then.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - an open descriptor
            file.write(data)
            file.flush()
            if sync:
                os.fsync(descriptor)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _folder(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    chosen = Path(environ.get(variable, ""))
    return (chosen if chosen.is_absolute() else _home(environ) / otherwise) / "callboard"
