"""What stands in the input line, kept in a file of the session, so that a killed chat does not lose it.

`ui.chat.controller` tells the keeper of every change; a moment later, on a worker thread, the draft is written in one
step, and it is removed as soon as the line is empty. `--continue` puts it back. A full disk
loses the draft, not the chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from config.places import write_private
from ui.chat.pacing import LoopTimer

FILE = "draft.json"
PAUSE = 0.3
"""Seconds after a change in which others may follow; so much of what was typed can be lost."""

CLOSE_LIMIT = 1.0
"""Seconds in which the last draft is written at the end."""


class Draft(msgspec.Struct, frozen=True):
    """The line, and what the labels in it stand for: label and text of each long paste."""

    text: str = ""
    pastes: tuple[tuple[str, str], ...] = ()


NOTHING = Draft()


def draft_of(text: str, pastes: tuple[tuple[str, str], ...]) -> Draft:
    """The line as a draft; None where it is empty."""
    if not text.strip():
        return NOTHING
    return Draft(text, tuple(paste for paste in pastes if paste[0] in text))


def read(path: Path) -> Draft:
    """The draft that was kept there; nothing where there is none, or where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, ValueError):
        return NOTHING


def write(path: Path, draft: Draft) -> None:
    """Keep the draft in the place of the one before; a reader sees one of them whole. No draft: no file."""
    with suppress(OSError):
        if draft == NOTHING:
            path.unlink(missing_ok=True)
        else:
            write_private(path, msgspec.json.encode(_sound(draft)), sync=False)


class DraftSaver:
    """Keeps the file as `draft` is, once it is attached. One write at a time, none where nothing changed."""

    def __init__(self, path: Path | None, draft: Callable[[], Draft]) -> None:
        self._path = path
        self._draft = draft
        self._kept = NOTHING
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: LoopTimer | None = None
        self._writing: asyncio.Future[None] | None = None

    def found(self) -> Draft:
        """What an earlier chat left."""
        if self._path is not None:
            self._kept = read(self._path)
        return self._kept

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on the session is this chat's, and so is the file."""
        self._loop = loop
        self.changed()

    def changed(self) -> None:
        """The line is another one."""
        if self._loop is None or self._path is None:
            return
        if self._draft() == NOTHING:
            self._keep()
        elif self._timer is None:
            self._timer = self._loop.call_later(PAUSE, self._keep)

    async def close(self) -> None:
        """Keep the last draft; nothing is written any more. A disk that does not answer is waited for a moment."""
        self._keep()
        while self._writing is not None:
            done, _ = await asyncio.wait([self._writing], timeout=CLOSE_LIMIT)
            if not done:
                break
            self._keep()
        self._loop = None
        self._call_off()

    def _keep(self) -> None:
        self._call_off()
        if self._loop is None or self._path is None or self._writing is not None:
            return
        draft = self._draft()
        if draft != self._kept:
            self._writing = self._loop.run_in_executor(None, write, self._path, draft)
            self._writing.add_done_callback(partial(self._wrote, draft))

    def _wrote(self, draft: Draft, done: asyncio.Future[None]) -> None:
        done.exception()
        self._writing, self._kept = None, draft
        self.changed()

    def _call_off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _sound(draft: Draft) -> Draft:
    """The draft as it can be encoded: a terminal may send bytes that are no text."""
    pastes = tuple((encodable(label), encodable(long)) for label, long in draft.pastes)
    return Draft(encodable(draft.text), pastes)


def encodable(text: str) -> str:
    """Without halves of characters."""
    return text.encode("utf-8", "replace").decode()
