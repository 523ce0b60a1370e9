"""The tool that writes a whole file, new or known.

A file that exists must have been read before, and is replaced atomically, keeping its encoding, byte order mark, line
ends and mode; its bytes are never half written. Folders on the way are created.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tools.files.atomic_write import create_file, replace_file
from tools.files.file_content import FileContent, Fingerprint
from tools.files.known_file import load, writing
from tools.text.diff import unified_diff
from tools.text.encoding import UTF_8, TextForm, decode, detect, encode, line_end, with_line_ends
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
        return path_subject(arguments.path, workspace)

    def preview(self, arguments: WriteFileArguments, workspace: Workspace) -> str:
        """The diff."""
        path = workspace.resolve(arguments.path, writing=True)
        with writing(workspace.display(path)):
            return _diff(workspace.display(path), _draft(arguments, workspace, path))


def _draft(arguments: WriteFileArguments, workspace: Workspace, path: Path) -> _Draft:
    old = load(path, workspace)
    if old is None:
        return _Draft(None, "", arguments.content.encode(), arguments.content, ())
    form = detect(old.data) or UTF_8
    old_text = decode(old.data, form)
    new_text = arguments.content
    notes: list[str] = []
    if line_end(old_text) == "\r\n" and "\r" not in new_text:
        new_text = with_line_ends(new_text, "\r\n")
        notes.append("line ends kept as CRLF")
    data, form_note = _encoded(new_text, form)
    return _Draft(old, old_text, data, new_text, (*notes, *form_note))


def _encoded(text: str, form: TextForm) -> tuple[bytes, tuple[str, ...]]:
    """In the form of the old content where that can be; else in UTF-8, which holds everything."""
    try:
        return encode(text, form), (f"still {form.note}",) if form.mark else ()
    except ToolError:
        return text.encode(), (f"now UTF-8, as {form.codec.upper()} lacks some of the characters",)


def _written(path: Path, draft: _Draft) -> Fingerprint:
    if draft.old is not None:
        return replace_file(path, draft.data, draft.old.fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    return create_file(path, draft.data)


def _diff(name: str, draft: _Draft) -> str:
    return unified_diff(draft.old_text, draft.new_text, name, created=draft.old is None)


def _summary(name: str, draft: _Draft) -> str:
    done = "created" if draft.old is None else "overwritten"
    lines = draft.new_text.count("\n") + bool(draft.new_text and not draft.new_text.endswith("\n"))
    notes = f" ({'; '.join(draft.notes)})" if draft.notes else ""
    return f"{name} {done}: {plural(lines, 'line')}, {plural(len(draft.data), 'byte')}{notes}"


TOOL = WriteFile()
