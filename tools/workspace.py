"""The folders that an agent may touch, and what it knows of the files in them.

Tools ask it where a path of the model leads, what to call a file, and whether a file is still what the model has read.
One workspace serves all calls of a session, from any thread. It never writes a file, and it is no sandbox: a command
may do whatever the person may; the workspace keeps the file tools from doing by mistake what was not asked for.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from msgspec import Struct

from tools.errors import ToolError
from tools.files.disk_names import DiskNames, overlooked
from tools.files.file_content import Fingerprint
from tools.files.file_name import difference, shown
from tools.files.ignored import visible_files
from tools.files.seen_lines import WHOLE, Seen
from tools.text.suggestion import closest

SUGGESTION_ENTRIES = 5_000
"""How much of the workspace is looked at for what a wrong path may have meant."""


class _Known(Struct, frozen=True):
    """A file as it was when the model read or wrote it, and what of it the model has seen."""

    fingerprint: Fingerprint
    seen: Seen


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
        self._known: dict[Path, _Known] = {}
        self._names = DiskNames()
        self._locks: dict[Path, Lock] = {}
        self.withheld: tuple[str, ...] = ()
        """Regular expressions of names, as `display` gives them, of files whose content is not to be shown."""

    def resolve(self, path: str, *, writing: bool = False) -> Path:
        """The real path, all links resolved, whether it exists or not.

        A part that does not exist leads to the one entry of its folder that looks the same, or is shown so. Where a
        file may come into being (`writing`) only to one with the same letters, or one that was found so before.

        Raises:
            ToolError: it is no path, it leads out of the folders that are allowed, or several entries look like it.
        """
        if not path.strip():
            raise ToolError("The path is empty: give one relative to the workspace, such as src/main.py")
        if "\0" in path:
            raise ToolError(f"The path {path!r} holds a NUL byte: no file can be called that")
        if writing and path.endswith("/"):
            raise ToolError(f"The path {path!r} names a folder: give the path of a file")
        try:
            real = Path(os.path.realpath(self._absolute(path)))
            if self._may_use(real, writing=writing):
                real = self._names.spelled(real, writing=writing)
        except (OSError, ValueError, RuntimeError) as error:
            raise ToolError(f"The path {path!r} cannot be followed: {error}") from error
        if self._may_use(real, writing=writing):
            return real
        raise ToolError(self._refusal(path, real, writing=writing))

    def display(self, path: Path) -> str:
        """What to call a real path: relative to the root where it is inside, else absolute. Always one printable line.

        `resolve` finds the file by it.
        """
        return shown(path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix())

    def subject(self, path: str, *, writing: bool = False) -> str:
        """What policy rules are matched against; a path that would be refused is only tidied."""
        try:
            return self.display(self.resolve(path, writing=writing))
        except ToolError:
            return os.path.normpath(path)

    def misspelling(self, path: str, real: Path) -> str:
        """What the name on the disk has that the path of the model has not; empty where that is the name."""
        asked = Path(path).name
        if asked == shown(real.name) or os.path.lexists(self._absolute(path)):
            return ""
        return f"the file's name is {shown(real.name)}: {difference(asked, real.name)}"

    def remember(self, path: Path, fingerprint: Fingerprint, seen: Seen = WHOLE) -> None:
        """The model has seen these lines of the file, or has just written it like this."""
        with self._guard:
            known = self._known.get(path)
            if known is not None and known.fingerprint.same_content(fingerprint):
                seen = seen.joined(known.seen)
            self._known[path] = _Known(fingerprint, seen)

    def seen(self, path: Path) -> Seen:
        """What the model has seen of a file that it has read."""
        with self._guard:
            known = self._known.get(path)
        return known.seen if known is not None else WHOLE

    def require_unchanged(self, path: Path, now: Fingerprint) -> None:
        """Refuse where the model does not know what is in the file.

        Raises:
            ToolError: it never read the file, or the file was changed since.
        """
        with self._guard:
            known = self._known.get(path)
        if known is None:
            raise ToolError(f"{self.display(path)} exists and was not read yet: use read_file first, then try again")
        if not known.fingerprint.same_content(now):
            raise ToolError(
                f"{self.display(path)} was changed by another process since it was read: use read_file again, "
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
        if beside := overlooked(path):
            return ToolError(f"{self.display(path)} does not exist. Beside it is {beside}. Did you mean that?")
        names = self._similar(path)
        advice = f"did you mean {' or '.join(names)}?" if names else "use list_files to see what is there"
        return ToolError(f"{self.display(path)} does not exist: {advice}")

    def _absolute(self, path: str) -> Path:
        """A leading `~` is the person's home, unless the workspace has a file that begins with one."""
        literal = self.root / path
        return literal if os.path.lexists(literal) else self.root / Path(path).expanduser()

    def _may_use(self, path: Path, *, writing: bool) -> bool:
        return any(path.is_relative_to(folder) for folder in self._allowed(writing=writing))

    def _allowed(self, *, writing: bool) -> tuple[Path, ...]:
        return (self.root, *self.extra) if writing else (self.root, *self.extra, *self.readable)

    def _refusal(self, path: str, real: Path, *, writing: bool) -> str:
        folders = ", ".join(str(folder) for folder in self._allowed(writing=writing))
        target = shown(str(real))
        leads = "" if target == path else f" (it leads to {target})"
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


def path_subject(path: str, workspace: Workspace | None, *, writing: bool = False) -> str:
    """What policy rules are matched against for a tool that takes a path; without a workspace it is only tidied."""
    return os.path.normpath(path) if workspace is None else workspace.subject(path, writing=writing)
