"""The folders that an agent may touch, and what it knows of the files in them.

Tools ask it where a path of the model leads, what to call a file, and whether a file is still what the model has read.
One workspace serves all calls of a session, from any thread. It never writes a file, and it is no sandbox: a command
may do whatever the person may; the workspace keeps the file tools from doing by mistake what nobody asked for.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from tools.errors import ToolError
from tools.files.file_content import Fingerprint
from tools.files.ignored import visible_files
from tools.text.suggestion import closest

SUGGESTION_ENTRIES = 5_000
"""How much of the workspace is looked at for what a wrong path may have meant."""


class Workspace:
    """A root folder, the extra ones a person has added, and those that may only be read (the session's own).

    All three are given as paths that exist. Memory of what was read lasts as long as the workspace: a continued
    session reads again before it edits.
    """

    def __init__(self, root: Path, extra: tuple[Path, ...] = (), readable: tuple[Path, ...] = ()) -> None:
        self.root = root.resolve()
        self.extra = tuple(path.resolve() for path in extra)
        self.readable = tuple(path.resolve() for path in readable)
        self._guard = Lock()
        self._known: dict[Path, Fingerprint] = {}
        self._locks: dict[Path, Lock] = {}

    def resolve(self, path: str, *, writing: bool = False) -> Path:
        """The real path, all links resolved, whether it exists or not.

        Raises:
            ToolError: it is no path, or it leads out of the folders that are allowed.
        """
        if not path.strip():
            raise ToolError("The path is empty: give one relative to the workspace, such as src/main.py")
        if "\0" in path:
            raise ToolError(f"The path {path!r} holds a NUL byte: no file can be called that")
        if writing and path.endswith("/"):
            raise ToolError(f"The path {path!r} names a folder: give the path of a file")
        try:
            real = Path(os.path.realpath(self.root / Path(path).expanduser()))
        except (OSError, ValueError, RuntimeError) as error:
            raise ToolError(f"The path {path!r} cannot be followed: {error}") from error
        if any(real.is_relative_to(folder) for folder in self._allowed(writing=writing)):
            return real
        raise ToolError(self._refusal(path, real, writing=writing))

    def display(self, path: Path) -> str:
        """What to call a real path: relative to the root where it is inside, else absolute. Always printable text."""
        name = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        return os.fsencode(name).decode("utf-8", "backslashreplace")

    def subject(self, path: str) -> str:
        """What policy rules are matched against; a path that would be refused is only tidied."""
        try:
            return self.display(self.resolve(path))
        except ToolError:
            return os.path.normpath(path)

    def remember(self, path: Path, fingerprint: Fingerprint) -> None:
        """The model has seen, or just written, the file like this."""
        with self._guard:
            self._known[path] = fingerprint

    def require_unchanged(self, path: Path, now: Fingerprint) -> None:
        """Refuse where the model does not know what is in the file.

        Raises:
            ToolError: it never read the file, or the file was changed since.
        """
        with self._guard:
            known = self._known.get(path)
        if known is None:
            raise ToolError(f"{self.display(path)} exists and was not read yet: use read_file first, then try again")
        if not known.same_content(now):
            raise ToolError(
                f"{self.display(path)} was changed by somebody else since it was read: use read_file again, "
                "then decide whether the change is still right"
            )

    @contextmanager
    def exclusive(self, path: Path) -> Generator[None, None, None]:
        """One writer at a time for each real path."""
        with self._guard:
            lock = self._locks.setdefault(path, Lock())
        with lock:
            yield

    def missing(self, path: Path) -> ToolError:
        """The error for a path that does not exist, with files that may have been meant."""
        names = self._similar(path)
        advice = f"did you mean {' or '.join(names)}?" if names else "use list_files to see what is there"
        return ToolError(f"{self.display(path)} does not exist: {advice}")

    def _allowed(self, *, writing: bool) -> tuple[Path, ...]:
        return (self.root, *self.extra) if writing else (self.root, *self.extra, *self.readable)

    def _refusal(self, path: str, real: Path, *, writing: bool) -> str:
        folders = ", ".join(str(folder) for folder in self._allowed(writing=writing))
        shown = os.fsencode(real).decode("utf-8", "backslashreplace")
        leads = "" if shown == path else f" (it leads to {shown})"
        doing = "written" if writing else "used"
        return (
            f"The path {path!r}{leads} is outside of the folders that may be {doing}: {folders}. "
            "Use a path inside, or ask the person to add the folder with --add-dir"
        )

    def _similar(self, path: Path) -> tuple[str, ...]:
        """The same name elsewhere first, then names that look alike."""
        if not path.is_relative_to(self.root):
            return ()
        files = [file for file in visible_files(self.root, SUGGESTION_ENTRIES) if file != path]
        same_name = [self.display(file) for file in files if file.name == path.name][:3]
        return tuple(same_name) or closest(self.display(path), (self.display(file) for file in files))


def path_subject(path: str, workspace: Workspace | None) -> str:
    """What policy rules are matched against for a tool that takes a path; without a workspace it is only tidied."""
    return os.path.normpath(path) if workspace is None else workspace.subject(path)
