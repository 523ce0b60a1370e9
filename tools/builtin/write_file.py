"""The tool that writes a whole file, new or known.

A file that exists must have been read before, all of it, and is replaced atomically, keeping its encoding, byte order
mark, line ends and mode, or saying why it cannot; its bytes are never half written. Folders on the way are created.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tools.files.atomic_write import create_file, replace_file
from tools.files.disk_names import look_alikes
from tools.files.file_content import FileContent, Fingerprint
from tools.files.known_file import load, writing
from tools.text.diff import unified_diff
from tools.text.encoding import (
    LATIN_1,
    UTF_8,
    WINDOWS_1252,
    TextForm,
    called,
    decode,
    detect,
    encode,
    require_characters,
)
from tools.text.kept_lines import kept
from tools.text.plural import plural
from tools.tool import Tool, ToolError, ToolResult
from tools.workspace import Workspace, path_subject


class WriteFileArguments(Struct, frozen=True):
    """What write_file is asked."""

    path: Annotated[str, Meta(description="The file, relative to the workspace. Folders are created.")]
    content: Annotated[str, Meta(description="The whole new content, with \\n line ends.")]


class _Draft(Struct, frozen=True):
    """What would be written. `old` is None for a new file."""

    old: FileContent | None
    old_text: str
    data: bytes
    new_text: str
    notes: tuple[str, ...]


class WriteFile(Tool[WriteFileArguments]):
    """The whole content of one file."""

    name = "write_file"
    description = (
        "Write a whole file: a new one, or one that you have read before. "
        "To change a part of a file use edit_file, which is cheaper and safer."
    )
    effects = "files"
    arguments = WriteFileArguments

    def execute(self, arguments: WriteFileArguments, workspace: Workspace) -> ToolResult:
        """Write it."""
        path = workspace.resolve(arguments.path, writing=True)
        name = workspace.display(path)
        with workspace.exclusive(path), writing(name):
            draft = _draft(arguments, workspace, path)
            if draft.old is not None and draft.old.data == draft.data:
                return ToolResult("ok", f"{name} has exactly this content already; nothing was written")
            workspace.remember(path, _written(path, draft))
        return ToolResult("ok", _summary(name, draft), modified=(name,), diff=_diff(name, draft))

    def subject(self, arguments: WriteFileArguments, workspace: Workspace | None = None) -> str:
        """The path."""
        return path_subject(arguments.path, workspace, writing=True)

    def preview(self, arguments: WriteFileArguments, workspace: Workspace) -> str:
        """The diff."""
        path = workspace.resolve(arguments.path, writing=True)
        with writing(workspace.display(path)):
            return _diff(workspace.display(path), _draft(arguments, workspace, path))


def _draft(arguments: WriteFileArguments, workspace: Workspace, path: Path) -> _Draft:
    require_characters(arguments.content)
    old = load(path, workspace, whole=True)
    if old is None:
        return _Draft(None, "", arguments.content.encode(), arguments.content, look_alikes(path))
    form = detect(old.data) or UTF_8
    old_text = decode(old.data, form)
    # read_file shows no byte order mark; one that the model adds would be a second one.
    fitted = kept(old_text, arguments.content.removeprefix("\ufeff") if form.mark else arguments.content)
    data, form_note = _encoded(fitted.text, form)
    return _Draft(old, old_text, data, fitted.text, (*fitted.notes, *form_note))


def _encoded(text: str, form: TextForm) -> tuple[bytes, tuple[str, ...]]:
    """In the form of the old content where that can be; else in the next one that holds all its characters."""
    try:
        return encode(text, form), (f"still {form.note}",) if form.mark else ()
    except ToolError:
        lacking = f"as {called(form)} lacks some of the characters"
    if form == LATIN_1:
        with suppress(ToolError):
            return encode(text, WINDOWS_1252), (f"now {called(WINDOWS_1252)}, {lacking}",)
    return text.encode(), (f"now UTF-8, {lacking}",)


def _written(path: Path, draft: _Draft) -> Fingerprint:
    if draft.old is not None:
        return replace_file(path, draft.data, draft.old.fingerprint)
    return create_file(path, draft.data)


def _diff(name: str, draft: _Draft) -> str:
    return unified_diff(draft.old_text, draft.new_text, name, created=draft.old is None)


def _summary(name: str, draft: _Draft) -> str:
    done = "created" if draft.old is None else "overwritten"
    lines = draft.new_text.count("\n") + bool(draft.new_text and not draft.new_text.endswith("\n"))
    notes = f" ({'; '.join(draft.notes)})" if draft.notes else ""
    return f"{name} {done}: {plural(lines, 'line')}, {plural(len(draft.data), 'byte')}{notes}"


TOOL = WriteFile()
