"""The way to a file that is about to be written: load what is there, if the model knows it, and explain failures.

Used by write_file and edit_file, inside the workspace's lock of that path. It only reads.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import ToolError
from tools.files.atomic_write import ChangedMeanwhileError
from tools.files.file_content import EDITABLE_BYTES, FileContent, explained, open_regular, read_whole
from tools.workspace import Workspace


def load(path: Path, workspace: Workspace, *, whole: bool = False) -> FileContent | None:
    """What is in the file that the model has read, None where there is no file; `whole` wants all of it seen.

    Raises:
        ToolError: never read, read only in part, changed since, too long, read-only, or no regular file.
        OSError: it cannot be opened.
    """
    name = workspace.display(path)
    try:
        with open_regular(path, name) as file:
            content = read_whole(file)
    except FileNotFoundError:
        return None
    if content is None:
        raise ToolError(
            f"{name} is longer than {EDITABLE_BYTES:,} bytes, too long to be edited here: "
            "use run_command with sed, or write a program that does it"
        )
    if not os.access(path, os.W_OK):
        raise ToolError(f"{name} is read-only: ask the person, or make it writable with chmod in run_command")
    workspace.require_unchanged(path, content.fingerprint)
    if whole and (missing := workspace.seen(path).missing()):
        raise ToolError(f"{name} {missing}; or change only what you have seen, with edit_file")
    return content


@contextmanager
def writing(name: str) -> Generator[None, None, None]:
    """Turns what may go wrong in here into errors that the model understands."""
    try:
        yield
    except ChangedMeanwhileError as error:
        raise ToolError(f"{name} was changed by another process: use read_file, then try again") from error
    except OSError as error:
        raise explained(error, name) from error
