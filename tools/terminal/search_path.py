"""Where programs of our own are looked for: the folders of PATH that do not depend on where we stand.

`.` or nothing between two colons means the present folder, which is the workspace, and it is not for a workspace to say
what `rg` or `ps` is. Imports nothing third-party: bare processes use it.
"""

from __future__ import annotations

import os

SHELL = "/bin/sh"
"""The shell that every POSIX system has."""


def absolute_folders(search_path: str) -> list[str]:
    """The folders of such a path that are named from the root."""
    return [folder for folder in search_path.split(os.pathsep) if folder.startswith("/")]


def own_search_path() -> str:
    """PATH for a program of our own and what that starts."""
    return os.pathsep.join(absolute_folders(os.environ.get("PATH", os.defpath))) or os.defpath


def program_on_path(name: str) -> str | None:
    """The full name of a program that can be run; None if there is none."""
    candidates = (f"{folder}/{name}" for folder in absolute_folders(own_search_path()))
    return next((path for path in candidates if os.path.isfile(path) and os.access(path, os.X_OK)), None)  # noqa: PTH113
