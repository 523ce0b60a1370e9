"""The tool that reads a text file, whole or in ranges of lines, with line numbers.

It remembers in the workspace what the model has seen, so that edit_file and write_file know. It never changes anything.
"""

from __future__ import annotations

import os
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tools.files.file_content import FileContent, explained, fingerprint_of, open_regular, read_whole
from tools.files.line_window import LINE_LIMIT, LineWindow, read_window
from tools.files.seen_lines import seen_range
from tools.text.bounded_text import TEXT_LIMIT
from tools.text.encoding import TextForm, decode, detect
from tools.text.plural import plural
from tools.tool import Tool, ToolError, ToolResult
from tools.workspace import Workspace, path_subject

SAMPLE_BYTES = 65_536
"""What of a file that is too long to be read whole decides about its encoding."""

NOTE_BYTES = 2_000
"""Room that the notes below the lines may take."""

SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, or a document or package made of one"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "an ELF program or library"),
    (b"SQLite format 3\0", "an SQLite database"),
)


class ReadFileArguments(Struct, frozen=True):
    """What read_file is asked."""

    path: Annotated[str, Meta(description="The file, relative to the workspace.")]
    first_line: Annotated[int, Meta(ge=1, description="The first line to read, counted from 1.")] = 1
    line_count: Annotated[int, Meta(ge=1, le=10_000, description="How many lines to read at most.")] = 2_000


class ReadFile(Tool[ReadFileArguments]):
    """Numbered lines, and below them what there is to know of the file."""

    name = "read_file"
    description = (
        "Read a text file. Each line comes with its number and a tab, which are not part of the file. "
        "Long files come in ranges: the last line says how to go on. Read a file before you edit it."
    )
    effects = "none"
    arguments = ReadFileArguments

    def execute(self, arguments: ReadFileArguments, workspace: Workspace) -> ToolResult:
        """Read the range."""
        path = workspace.resolve(arguments.path)
        try:
            with open_regular(path, workspace.display(path)) as file:
                return _read(file, arguments, workspace, path)
        except FileNotFoundError as error:
            raise workspace.missing(path) from error
        except OSError as error:
            raise explained(error, workspace.display(path)) from error

    def subject(self, arguments: ReadFileArguments, workspace: Workspace | None = None) -> str:
        """The path."""
        return path_subject(arguments.path, workspace)


def _read(file: FileIO, arguments: ReadFileArguments, workspace: Workspace, path: Path) -> ToolResult:
    content = read_whole(file)
    if content is None:
        return _read_long(file, arguments, workspace, path)
    form = _text_form(content.data, workspace.display(path), whole=True)
    window = _window(BytesIO(content.data), form, arguments)
    total = _line_count(content, form)
    if not window.lines and total:
        raise ToolError(
            f"{workspace.display(path)} has only {plural(total, 'line')}: first_line must be at most {total}"
        )
    seen = seen_range(window.first, len(window.lines), total, window.shortened)
    workspace.remember(path, content.fingerprint, seen)
    notes = _notes(window, form, f" of {total}" if window.more else "")
    return _result(window, [*notes, *_spelled(arguments, workspace, path)])


def _spelled(arguments: ReadFileArguments, workspace: Workspace, path: Path) -> list[str]:
    return list(filter(None, (workspace.misspelling(arguments.path, path),)))


def _read_long(file: FileIO, arguments: ReadFileArguments, workspace: Workspace, path: Path) -> ToolResult:
    file.seek(0)
    form = _text_form(file.read(SAMPLE_BYTES) or b"", workspace.display(path), whole=False)
    fingerprint = fingerprint_of(os.fstat(file.fileno()))
    window = _window(BufferedReader(file), form, arguments)
    if not window.lines:
        raise ToolError(f"{workspace.display(path)} has fewer than {arguments.first_line} lines: ask for earlier ones")
    workspace.remember(path, fingerprint)
    notes = _notes(window, form, f" ({fingerprint.size:,} bytes in all)" if window.more else "")
    return _result(window, [*notes, *_spelled(arguments, workspace, path)])


def _text_form(data: bytes, name: str, *, whole: bool) -> TextForm:
    form = detect(data, whole=whole)
    if form is None:
        kind = next((kind for signature, kind in SIGNATURES if data.startswith(signature)), "a binary file")
        raise ToolError(f"{name} is {kind}, not text: use run_command with a program that understands it")
    return form


def _window(source: BufferedReader | BytesIO, form: TextForm, arguments: ReadFileArguments) -> LineWindow:
    return read_window(source, form, arguments.first_line, arguments.line_count, TEXT_LIMIT - NOTE_BYTES)


def _line_count(content: FileContent, form: TextForm) -> int:
    text = decode(content.data, form)
    return text.count("\n") + bool(text and not text.endswith("\n"))


def _result(window: LineWindow, all_notes: list[str]) -> ToolResult:
    lines = [f"{number:6}\t{line}" for number, line in enumerate(window.lines, window.first)]
    notes = "\n".join(f"[{note}]" for note in all_notes)
    return ToolResult("ok", "\n".join([*lines, notes] if notes else lines), more=window.more or bool(window.shortened))


def _notes(window: LineWindow, form: TextForm, of_total: str) -> list[str]:
    notes = [form.note] if form.note else []
    if not window.lines:
        return [*notes, "the file is empty"]
    after = window.first + len(window.lines)
    if window.shortened:
        numbers = ", ".join(str(number) for number in window.shortened[:10])
        notes.append(f"cut after {LINE_LIMIT} characters: line {numbers}; use run_command with cut -c for the rest")
    if window.open_end:
        notes.append("no line end at the end of the file")
    if window.more:
        notes.append(f"lines {window.first}–{after - 1}{of_total}; go on with first_line={after}")
    return notes


TOOL = ReadFile()
