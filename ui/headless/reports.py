"""What a script gets to read on stdout: the last answer, one JSON object, or JSON lines.

A report turns events into bytes; `ui.headless.front_end` writes them. None of them touches a descriptor or decides an
exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import msgspec

from actors.messages import ReplyStreamed
from actors.records import TurnFinished
from ui.headless.partial_message import JsonLine
from ui.headless.stream_json import StreamJson

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.message import Message
    from ui.front_end import Opening


class Report(Protocol):
    """One of the three output formats."""

    streams: bool
    """Whether it wants text while it comes."""

    def opened(self) -> bytes:
        """Before the first prompt."""
        ...

    def heard(self, event: Message, now: float) -> bytes:
        """What an event gives to read; `now` in seconds of a monotonic clock."""
        ...

    def closed(self) -> bytes:
        """After the last prompt; what was said once is not said again."""
        ...


class TextReport:
    """The last answer of each prompt, and nothing else. A prompt that failed gives nothing here."""

    streams = False

    def __init__(self, clean: Callable[[str], str]) -> None:
        self._clean = clean
        """Takes out what a terminal would obey, where stdout is one."""

    def opened(self) -> bytes:
        """Implement `Report`."""
        return b""

    def heard(self, event: Message, now: float) -> bytes:
        """Implement `Report`."""
        del now
        if not isinstance(event, TurnFinished) or event.outcome != "done" or not event.text:
            return b""
        text = self._clean(event.text)
        return (text if text.endswith("\n") else f"{text}\n").encode("utf-8", "replace")

    def closed(self) -> bytes:
        """Implement `Report`."""
        return b""


class JsonReport:
    """One object: the result of the last prompt."""

    streams = False

    def __init__(self, opening: Opening) -> None:
        self._lines = StreamJson(opening)
        self._last: JsonLine | None = None

    def opened(self) -> bytes:
        """Implement `Report`."""
        return b""

    def heard(self, event: Message, now: float) -> bytes:
        """Implement `Report`."""
        if isinstance(event, TurnFinished):
            self._last = self._lines.result(event)
        else:
            self._lines.lines(event, now)
        return b""

    def closed(self) -> bytes:
        """Implement `Report`."""
        last, self._last = self._last, None
        return encode(last) if last is not None else b""


class StreamJsonReport:
    """A line for everything that matters, as it happens."""

    def __init__(self, opening: Opening, *, partial: bool) -> None:
        self.streams = partial
        self._lines = StreamJson(opening, partial=partial)

    def opened(self) -> bytes:
        """Implement `Report`."""
        return encode(self._lines.first())

    def heard(self, event: Message, now: float) -> bytes:
        """Implement `Report`."""
        if isinstance(event, TurnFinished):
            return encode(self._lines.result(event))
        if isinstance(event, ReplyStreamed) and not self.streams:
            return b""
        return b"".join(encode(line) for line in self._lines.lines(event, now))

    def closed(self) -> bytes:
        """Implement `Report`."""
        return b""


LINE_ENDS = {b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029", b"\xc2\x85": b"\\u0085"}
"""Characters at which some readers cut lines, Python's `splitlines` among them. In JSON they stand in strings only."""


def encode(value: object) -> bytes:
    """One JSON line, whatever its reader takes for a line end; characters that UTF-8 cannot carry are replaced."""
    try:
        line = msgspec.json.encode(value)
    except UnicodeEncodeError:
        line = msgspec.json.encode(_mended(msgspec.to_builtins(value)))
    for character, escape in LINE_ENDS.items():
        line = line.replace(character, escape)
    return line + b"\n"


def _mended(value: object) -> object:
    """The same without lone surrogates, which a file name that is not UTF-8 may bring."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in cast("JsonLine", value).items()}
    if isinstance(value, list):
        return [_mended(item) for item in cast("list[object]", value)]
    return value
