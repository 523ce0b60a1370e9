"""Everything that happens on the bus as JSON lines, for `--events FILE`: `{"at": …, "type": …, "data": {…}}`.

The lines have the shape of the journal's, and hold more: also what is not kept. Used by `ui.headless.front_end`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from actors.runtime import signals
from actors.runtime.message import Event
from actors.vocabulary import events
from config.errors import ConfigError
from config.places import PRIVATE_FILE
from ui.headless.reports import encode

if TYPE_CHECKING:
    from pathlib import Path

    from actors.runtime.message import Message


def all_events() -> tuple[type[Message], ...]:
    """Every class of event that may be published."""
    reports = (item for item in vars(signals).values() if isinstance(item, type) and issubclass(item, Event))
    return tuple(dict.fromkeys((*events(), *(item for item in reports if item is not Event))))


def open_events(path: Path, named: Path | None = None) -> int:
    """A descriptor to append lines to. `named` is the path as the person wrote it, for the error.

    Raises:
        ConfigError: the file cannot be opened.
    """
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as problem:
        raise ConfigError(f"--events {named or path}: cannot be opened: {problem.strerror}") from problem


def event_line(event: Event, at: float) -> bytes:
    """One event; `at` in UTC seconds since 1970."""
    return encode({"at": round(at, 6), "type": type(event).__name__, "data": event})
