"""What was typed, over all sessions of one user: one JSON line an entry, appended in one write.

Several processes may append at the same time and none of them ever rewrites the file. Only its end is read, on a
worker thread; a torn or foreign line is skipped. A history that cannot be read or written never costs a prompt.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import msgspec
from prompt_toolkit.history import History

READ_BYTES = 262_144
LONGEST = 32_768
"""Characters; longer entries are remembered for this session only."""
OWNER_ONLY = 0o600


class HistoryEntry(msgspec.Struct, frozen=True):
    """A line of the file; keys of later versions are left alone."""

    text: str


class FileHistory(History):
    """prompt-toolkit's history, on a file. `path` need not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._writing: asyncio.Future[None] | None = None

    async def load(self) -> AsyncGenerator[str, None]:
        """All entries, latest first."""
        if not self._loaded:
            self._loaded = True
            read = await asyncio.get_running_loop().run_in_executor(None, lambda: list(self.load_history_strings()))
            self._loaded_strings.extend(read)
        for entry in list(self._loaded_strings):
            yield entry

    def load_history_strings(self) -> Iterable[str]:
        """The entries of the file's end, latest first, each text once."""
        seen: set[str] = set()
        for line in reversed(self._end().splitlines()):
            text = _entry(line)
            if text and text not in seen:
                seen.add(text)
                yield text

    def append_string(self, string: str) -> None:
        """Remember an entry, unless it is the same as the one before."""
        if string and self._loaded_strings[:1] != [string]:
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Append to the file; where there is a loop, on one of its worker threads."""
        if len(string) > LONGEST:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._append(string)
        else:
            self._writing = loop.run_in_executor(None, self._append, string)

    def _append(self, string: str) -> None:
        text = string.encode("utf-8", "replace").decode()
        data = msgspec.json.encode(HistoryEntry(text)) + b"\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, flags, OWNER_ONLY)
        except OSError:
            return
        try:
            os.write(descriptor, data)
        except OSError:
            return
        finally:
            os.close(descriptor)

    def _end(self) -> str:
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - READ_BYTES))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""


def _entry(line: str) -> str:
    try:
        return msgspec.json.decode(line, type=HistoryEntry).text
    except (msgspec.MsgspecError, ValueError):
        return ""
