"""The only user of structlog: JSON lines into the session's log file, never onto the screen.

Anyone may write from any thread; a line is queued at once and written by a thread of the log's own, which also carries
the cost of importing structlog. Secrets are redacted before anything reaches the file.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TextIO, cast

import msgspec

from actors.runtime.thread_start import ThreadStartError, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from actors.runtime.clock import Clock

OWNER_ONLY = 0o600
KEPT_UNOPENED = 10_000
"""Lines kept until the file is known; more are counted and said."""


class Log:
    """A queue of lines, and at most one thread that writes them."""

    def __init__(self, clock: Clock, redact: Callable[[str], str]) -> None:
        self._wall = clock.wall
        self._redact = redact
        self._lines: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._skipped = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def write(self, actor: str, event: str, **fields: object) -> None:
        """One line; never blocks."""
        if self._closed or (self._thread is None and self._lines.qsize() >= KEPT_UNOPENED):
            self._skipped += 1
            return
        self._lines.put({"at": self._wall(), "actor": actor, "event": event, **fields})

    def open(self, path: Path) -> None:
        """Begin to write what was queued, and what comes; without a thread for it, the end writes what is queued."""
        if self._thread is None:
            with suppress(ThreadStartError):
                self._thread = start_thread(partial(self._run, path), "log")

    def close(self, unopened: Path | None = None, limit: float = 1.0) -> None:
        """Write out what is queued, for at most `limit` seconds, and end.

        A log that was never opened is written to `unopened` from here and without structlog, whose import takes longer
        than the whole end of a short program.
        """
        if self._closed:
            return
        self._closed = True
        if self._skipped:
            self._lines.put({"at": self._wall(), "actor": "log", "event": "lines were skipped", "count": self._skipped})
        self._lines.put(None)
        if self._thread is not None:
            self._thread.join(limit)
        elif unopened is not None:
            with suppress(OSError):
                self._write_out(unopened)

    def _write_out(self, path: Path) -> None:
        lines = [_ordered(line, self._redact) for line in iter(self._lines.get, None)]
        if lines:
            with open(path, "ab", opener=private) as file:
                file.write(msgspec.json.Encoder().encode_lines(lines))

    def _run(self, path: Path) -> None:
        try:
            with open(path, "a", encoding="utf-8", opener=private) as file:
                self._write_all(file)
        except (OSError, MemoryError):  # the disk, or little memory: the program goes on without a log
            while self._lines.get() is not None:
                pass

    def _write_all(self, file: TextIO) -> None:
        logger = structured(file, self._redact)
        while (line := self._lines.get()) is not None:
            logger.info(line.pop("event"), **line)
            if self._lines.empty():
                file.flush()


def private(path: str, flags: int) -> int:
    """An `opener` whose new files only their owner can read."""
    return os.open(path, flags | os.O_CLOEXEC, OWNER_ONLY)


def structured(file: TextIO, redact: Callable[[str], str]) -> Any:  # noqa: ANN401 - structlog's own logger type
    """A structlog logger that writes JSON lines to the file."""
    import structlog  # noqa: PLC0415 - off the start path, on the log's own thread

    def redacted(_logger: object, _method: str, line: Any) -> Any:  # noqa: ANN401
        return {key: _cleaned(value, redact) for key, value in line.items()}

    return structlog.wrap_logger(
        structlog.PrintLogger(file),
        processors=[redacted, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _ordered(line: dict[str, Any], redact: Callable[[str], str]) -> dict[str, object]:
    """As structlog has it: without secrets, the event last."""
    event = line.pop("event")
    return {key: _cleaned(value, redact) for key, value in {**line, "event": event}.items()}


def _cleaned(value: object, redact: Callable[[str], str]) -> object:
    """The value as JSON can hold it, without secrets at any depth."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value).encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        parts = cast("dict[object, object]", value)
        return {str(_cleaned(str(key), redact)): _cleaned(part, redact) for key, part in parts.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(part, redact) for part in cast("Iterable[object]", value)]
    return _cleaned(repr(value), redact)
