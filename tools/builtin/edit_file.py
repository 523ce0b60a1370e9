"""The tool that replaces a piece of a file that the model has read.

The piece must be there exactly, and once unless all are meant. Every byte outside of it stays: encoding, byte order
mark, line ends, broken bytes; so do mode, owner where we may, and links (see `tools.files.atomic_write`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tools.files.atomic_write import replace_file
from tools.files.file_content import FileContent
from tools.files.known_file import load, writing
from tools.text.diff import unified_diff
from tools.text.encoding import decode, detect, encode
from tools.text.matching import COUNTED_PLACES, lines_of, replaced, why_not_found
from tools.tool import Tool, ToolError, ToolResult
from tools.workspace import Workspace, path_subject

SHOWN_LINES = 20
"""Line numbers that a message names."""


class EditFileArguments(Struct, frozen=True):
    """What edit_file is asked."""

    path: Annotated[str, Meta(description="The file, relative to the workspace.")]
    old: Annotated[str, Meta(min_length=1, description="The text to replace, exactly as in the file, without numbers.")]
    new: Annotated[str, Meta(description="The text to put there; empty to delete.")]
    replace_all: Annotated[bool, Meta(description="Replace every place, not the only one.")] = False


class _Draft(Struct, frozen=True):
    """What would be written."""

    old: FileContent
    old_text: str
    new_text: str
    data: bytes
    lines: tuple[int, ...]


class EditFile(Tool[EditFileArguments]):
    """One exact replacement, or all of a kind."""

    name = "edit_file"
    description = (
        "Replace a piece of text in a file that you have read. `old` must be in the file exactly, and only once: "
        "add lines around it until it is unique, or set replace_all. Line ends, encoding and mode are kept."
    )
    effects = "files"
    arguments = EditFileArguments

    def execute(self, arguments: EditFileArguments, workspace: Workspace) -> ToolResult:
        """Replace it."""
        path = workspace.resolve(arguments.path, writing=True)
        name = workspace.display(path)
        with workspace.exclusive(path), writing(name):
            draft = _draft(arguments, workspace, path)
            seen = workspace.seen(path).before(draft.lines[0])
            workspace.remember(path, replace_file(path, draft.data, draft.old.fingerprint), seen)
        diff = unified_diff(draft.old_text, draft.new_text, name)
        return ToolResult("ok", f"{name} edited: {_places(draft.lines)}", modified=(name,), diff=diff)

    def subject(self, arguments: EditFileArguments, workspace: Workspace | None = None) -> str:
        """The path."""
        return path_subject(arguments.path, workspace, writing=True)

    def preview(self, arguments: EditFileArguments, workspace: Workspace) -> str:
        """The diff."""
        path = workspace.resolve(arguments.path, writing=True)
        with writing(workspace.display(path)):
            draft = _draft(arguments, workspace, path)
        return unified_diff(draft.old_text, draft.new_text, workspace.display(path))


def _draft(arguments: EditFileArguments, workspace: Workspace, path: Path) -> _Draft:
    name = workspace.display(path)
    old = load(path, workspace)
    if old is None:
        raise workspace.missing(path)
    form = detect(old.data)
    if form is None:
        raise ToolError(f"{name} is a binary file: use run_command with a program that understands it")
    text = decode(old.data, form)
    _require_place(arguments, text, name)
    replacement = replaced(text, arguments.old, arguments.new)
    if replacement.text == text:
        raise ToolError(f"{name} would be as before: old and new mean the same text there, so there is nothing to do")
    return _Draft(old, text, replacement.text, encode(replacement.text, form), replacement.lines)


def _require_place(arguments: EditFileArguments, text: str, name: str) -> None:
    lines = lines_of(text, arguments.old)
    if not lines:
        raise ToolError(f"The text in `old` is not in {name}: {why_not_found(text, arguments.old)}")
    if len(lines) > 1 and not arguments.replace_all:
        count = f"{len(lines)} or more" if len(lines) == COUNTED_PLACES else str(len(lines))
        raise ToolError(
            f"The text in `old` is in {name} {count} times, at {_numbered(lines)}: "
            "add lines around it until it is unique, or set replace_all"
        )


def _places(lines: tuple[int, ...]) -> str:
    return f"{len(lines)} {'place' if len(lines) == 1 else 'places'}, at {_numbered(lines)}"


def _numbered(places: tuple[int, ...]) -> str:
    lines = tuple(dict.fromkeys(places))
    shown = ", ".join(str(line) for line in lines[:SHOWN_LINES])
    more = f" and {len(lines) - SHOWN_LINES} more" if len(lines) > SHOWN_LINES else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {shown}{more}"


TOOL = EditFile()
