"""An incremental decoder of server-sent events, as the WHATWG HTML standard describes them.

Used by dialects. Bytes may be cut anywhere, also inside a line end or a character: text is never decoded here, an
event's data stays bytes. Never keeps more than one unfinished event, and refuses one that grows without bound.
"""

from __future__ import annotations

from typing import NamedTuple

LONGEST_EVENT = 33_554_432
"""Bytes; a server that sends more without a line end is broken."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ServerEvent(NamedTuple):
    """One event; `name` is empty unless the server gave one."""

    name: bytes
    data: bytes


class EventTooLong(ValueError):  # noqa: N818 - reads as what happened
    """An event passed `LONGEST_EVENT`."""


class EventDecoder:
    """Feed it bytes, take events."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []  # the unfinished line, in parts: joined once, when its end has come
        self._pending = 0
        self._held = 0
        self._data: list[bytes] = []
        self._name = b""
        self._skip_newline = False
        self._opening: bytes | None = b""

    def feed(self, data: bytes) -> list[ServerEvent]:
        """The events that these bytes complete.

        Raises:
            EventTooLong: the server sends a line without end.
        """
        if self._opening is not None:
            data = self._without_mark(data)
        if self._skip_newline and data:
            self._skip_newline = False
            if data[:1] == b"\n":
                data = data[1:]
        if b"\r" in data:
            self._skip_newline = data[-1:] == b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = data.split(b"\n")
        last = lines.pop()
        if lines and self._rest:
            lines[0] = b"".join((*self._rest, lines[0]))
            self._rest.clear()
            self._pending = 0
        events = self._events(lines) if lines else []
        if last:
            self._rest.append(last)
            self._pending += len(last)
        if self._pending + self._held > LONGEST_EVENT:
            raise EventTooLong(f"a single event is longer than {LONGEST_EVENT} bytes")
        return events

    def close(self) -> list[ServerEvent]:
        """The stream is over: the event that lacked only its empty line, if any. Servers do forget it."""
        opening, self._opening = self._opening, None
        line = b"".join((opening or b"", *self._rest))
        self._rest.clear()
        return self._events([line, b""] if line else [b""])

    def _without_mark(self, data: bytes) -> bytes:
        """Drops a byte order mark at the very beginning, which may come in three parts."""
        data = (self._opening or b"") + data
        if len(data) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(data):
            self._opening = data
            return b""
        self._opening = None
        return data.removeprefix(BYTE_ORDER_MARK)

    def _events(self, lines: list[bytes]) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        data = self._data
        known = len(data)
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line:
                if data:
                    events.append(ServerEvent(self._name, data[0] if len(data) == 1 else b"\n".join(data)))
                    data.clear()
                self._name = b""
                known = self._held = 0
            elif line == b"data":
                data.append(b"")
            elif line.startswith(b"event:"):
                self._name = line[6:].strip()
            elif line.startswith(b"error:"):  # no field of the standard, but of llama.cpp
                events.append(ServerEvent(b"error", line[6:].strip()))
        if len(data) > known:
            self._held += sum(map(len, data[known:]))
        return events
