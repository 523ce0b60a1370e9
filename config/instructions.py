"""What the model is told before the talk begins: who it is, where it works, and what the project asks of it.

The project's word is `AGENTS.md`: the user's own, then from the repository's root down to the working directory, so
that the nearest comes last; `CLAUDE.md` or `GEMINI.md` stands in for it where a folder has none. Read once at
start-up. Sizes are bounded, and no file can make reading fail: what cannot be used becomes a warning. A file of the
repository may be a link to another one in it, and never leads out: `AGENTS.md` could name a person's key.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct

from config.inside import read_inside
from config.load import folders_up_to_root
from config.places import readable
from config.toml_file import is_there, read_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.places import Places

NAMES = ("AGENTS.md", "CLAUDE.md", "GEMINI.md")
FILE_LIMIT = 32_768
"""Bytes of one file; the rest is left out, and said so."""
TOTAL_LIMIT = 98_304

PROMPT = """\
You are Callboard, a coding agent in a terminal. You work in the folder {directory} on {system}.

Do what the person asks, completely and with the smallest change that does it. Look before you change: read the files \
concerned, follow the style you find there. Call tools that do not depend on each other together. After a change, run \
the project's own tests or checks where there are any. Say plainly what you did, what failed and what you left undone; \
never claim what you did not see. Paths are relative to the folder. Answer briefly, in the person's language; plain \
text or Markdown.\
"""


class Instructions(Struct, frozen=True):
    """The system prompt, the files that went into it, and what could not be used."""

    text: str
    files: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


def read_instructions(directory: Path, places: Places, addition: str = "") -> Instructions:
    """The system prompt for this folder; `addition` comes last. Never raises for a bad file."""
    sections: list[str] = []
    files: list[Path] = []
    warnings: list[str] = []
    room = TOTAL_LIMIT
    for path, root in _candidates(directory, places):
        text = _read(path, root, min(FILE_LIMIT, room), warnings)
        if text:
            room -= len(text.encode())
            files.append(path)
            sections.append(f"# Instructions from {readable(str(path))}\n\n{text}")
    opening = PROMPT.format(directory=readable(str(directory)), system=os.uname().sysname)
    every = (opening, *reversed(sections), readable(addition).strip())
    return Instructions("\n\n".join(filter(None, every)), tuple(reversed(files)), tuple(warnings))


def _candidates(directory: Path, places: Places) -> Iterator[tuple[Path, Path | None]]:
    """One file a folder at most, nearest first, and the root out of which it may not lead; the user's own last."""
    folders = folders_up_to_root(directory)
    for folder in (*folders, places.config):
        names = (folder / name for name in NAMES)
        if (path := next((path for path in names if is_there(path)), None)) is not None:
            yield path, folders[-1] if folder in folders else None


def _read(path: Path, root: Path | None, limit: int, warnings: list[str]) -> str:
    try:
        data = (read_start(path, limit + 1) or b"") if root is None else read_inside(root, path, limit + 1)
    except OSError as problem:
        warnings.append(f"{path}: not used: {problem.strerror}")
        return ""
    if b"\0" in data:
        warnings.append(f"{path}: not used: it is not a text file")
        return ""
    if len(data) > limit:
        warnings.append(f"{path}: only its first {limit} bytes are used")
        data = data[:limit]
        return data.decode("utf-8-sig", "ignore").strip()
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        warnings.append(f"{path}: is not UTF-8 text; the broken characters are replaced")
        return data.decode("utf-8-sig", "replace").strip()
