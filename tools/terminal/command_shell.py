"""Chooses the shell that commands are given to, and says how it is called.

bash where it is there, else /bin/sh. Used by run_command and by the composition root, which tells the policy who reads
a line; `callboard doctor` names it. Starts nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from tools.terminal.search_path import SHELL

BASH_PLACES: Final = ("/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/opt/homebrew/bin/bash")
PLAIN_SHELLS: Final = ("sh", "dash", "ash")
"""Shells of which nothing but the POSIX language is expected."""


class NoShellError(Exception):
    """The shell that was asked for cannot be used; the text says why and what to do next."""


class CommandShell(Struct, frozen=True):
    """A shell. `language` is what may be expected of it, and what the policy reads."""

    path: str
    language: Literal["bash", "sh"]

    @property
    def description(self) -> str:
        """What a model is told of it."""
        if self.language == "bash":
            return "The shell is bash, with pipefail set: a pipeline fails if any part of it does."
        return "The shell is /bin/sh: use nothing that only bash knows, such as [[ ]], {a,b}, &> or arrays."

    def argv(self, command: str) -> tuple[str, ...]:
        """The argument vector that runs a command, without any start-up file of the shell."""
        return (*self.start, command)

    @property
    def start(self) -> tuple[str, ...]:
        """That argument vector without the command, which comes last."""
        if self.language == "bash":
            return (self.path, "--noprofile", "--norc", "-o", "pipefail", "-c")
        return (self.path, "-c")


def choose_shell(wanted: str = "", environ: Mapping[str, str] | None = None) -> CommandShell:
    """The shell of this name or path; without one bash, else /bin/sh.

    Raises:
        NoShellError: it is not there, or it is one whose language the policy cannot read.
    """
    search_path = (os.environ if environ is None else environ).get("PATH", os.defpath)
    if not wanted:
        found = _bash(search_path)
        return CommandShell(found, "bash") if found else CommandShell(SHELL, "sh")
    name = wanted.rpartition("/")[2]
    if name != "bash" and name not in PLAIN_SHELLS:
        raise NoShellError(
            f"{wanted} is no shell that can be used: the policy reads bash and sh. Name bash, sh, or a path to one"
        )
    path = wanted if "/" in wanted else _bash(search_path) if name == "bash" else _on_path(name, search_path)
    if not path or not path.startswith("/") or not os.access(path, os.X_OK) or Path(path).is_dir():
        raise NoShellError(f"{wanted} is not there, or no program: install it, or give the whole path of another shell")
    return CommandShell(path, "bash" if name == "bash" else "sh")


def _bash(search_path: str) -> str | None:
    there = (place for place in BASH_PLACES if os.access(place, os.X_OK))
    return next(there, None) or _on_path("bash", search_path)


def _on_path(name: str, search_path: str) -> str | None:
    """Only from whole paths: a program in the current folder is not ours to start."""
    if name == "sh":
        return SHELL
    folders = [folder for folder in search_path.split(os.pathsep) if folder.startswith("/")]
    return shutil.which(name, path=os.pathsep.join(folders)) if folders else None
