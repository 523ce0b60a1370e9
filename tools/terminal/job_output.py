"""What is kept of a job's output, and what of it is shown while it runs.

`tools.terminal.running_job` feeds every byte it reads to a `StreamKeeper` (head and tail, in memory), a `LiveText`
(what a screen may still show) and a `Spill` (everything, in a file). Nothing here reads a descriptor or knows of
processes; memory stays flat whatever the length of the output.
"""

from __future__ import annotations

import errno
import os
import re
from codecs import getincrementaldecoder
from pathlib import Path
from typing import Final

from tools.job import OutputSlice

SHOWN_MOST: Final = 65_536
"""Bytes of one stream that one `JobOutput` may carry."""

FLOOD_TAIL: Final = 8_192
"""Bytes that are shown of a piece that would be longer than `SHOWN_MOST`."""

_RESERVE_SHARE: Final = 10
_NEXT_LINE_WITHIN: Final = 1_024
_HELD_MOST: Final = 256
_NAME_MOST: Final = 120
_CONTINUATION_BYTES: Final = bytes(range(0x80, 0xC0))
_UTF_8: Final = getincrementaldecoder("utf-8")
_UNFINISHED_ESCAPE: Final = re.compile("\x1b(?:\\[[0-?]*[ -/]*|[\\]PX^_][^\x07\x1b\n]*|[ -/]*)")


class StreamKeeper:
    """The first and the last bytes of one stream, and the count of all of them."""

    def __init__(self, head: int, tail: int) -> None:
        self.total = 0
        self._line_ends = 0
        self._head_most = head
        self._tail_most = tail
        self._head = bytearray()
        self._tail = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next bytes, in order."""
        self.total += len(data)
        self._line_ends += data.count(b"\n")
        room = self._head_most - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data[-self._tail_most :]
        if len(self._tail) > 2 * self._tail_most:
            del self._tail[: -self._tail_most]

    def kept(self) -> OutputSlice:
        """Head and tail as text; a character that was cut in two at the gap is left out."""
        tail = bytes(self._tail[-self._tail_most :])
        omitted = self.total - len(self._head) - len(tail)
        decoder = _UTF_8(errors="replace")
        head = decoder.decode(bytes(self._head))
        if omitted:
            decoder.reset()
            tail = _from_character(tail)
        unfinished = not (tail or self._head).endswith(b"\n") if self.total else False
        return OutputSlice(head, decoder.decode(tail, final=True), self.total, omitted, self._line_ends + unfinished)


class LiveText:
    """What a screen has not been given yet: at most `SHOWN_MOST` bytes, else the last `FLOOD_TAIL` and a count."""

    def __init__(self) -> None:
        self._decoder = _UTF_8(errors="replace")
        self._data = bytearray()
        self._held = ""
        self._skipped = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes, in order."""
        self._data += data
        surplus = len(self._data) - FLOOD_TAIL
        if len(self._data) > SHOWN_MOST:
            del self._data[:surplus]
            self._skipped += surplus

    @property
    def waiting(self) -> bool:
        """Whether `take` has something to give."""
        return bool(self._data)

    def take(self, *, final: bool = False) -> str:
        """Everything since the last time. Half a character or half an escape sequence waits for its other half."""
        lead = self._held
        if self._skipped:
            self._decoder.reset()
            lead = f"[… {self._skipped_to_line():,} bytes not shown here …]\n"
        text = lead + self._decoder.decode(bytes(self._data), final=final)
        self._data.clear()
        self._skipped = 0
        whole = len(text) if final else _whole_escapes(text)
        self._held = text[whole:]
        return text[:whole]

    def _skipped_to_line(self) -> int:
        """Begin with a whole line where one begins soon, else with a whole character."""
        start = self._data.find(b"\n", 0, _NEXT_LINE_WITHIN) + 1
        if not start:
            start = len(self._data) - len(_from_character(bytes(self._data)))
        del self._data[:start]
        return self._skipped + start


class Spill:
    """The whole output of one job in one file, which is opened only when the output is longer than memory keeps.

    A disk that fills up never hurts the job: `problem` says what happened and the file ends there. It ends before the
    disk is full: `reserve` bytes, at most a tenth of the disk, are left for the session's journal.
    """

    def __init__(self, path: Path, memory: int, reserve: int = 0) -> None:
        self._reserve = reserve
        self.problem = ""
        self.size = 0
        """Bytes in the file."""
        self._path = path
        self._memory = memory
        self._pending = bytearray()
        self._descriptor = -1

    def write(self, data: bytes) -> None:
        """Take the next bytes of either stream, in the order of their arrival."""
        if self.problem:
            return
        try:
            self._keep(data)
        except OSError as error:
            self._pending.clear()
            self.problem = (
                f"the file with the whole output, {self._path}, ends after {self.size:,} bytes: "
                f"{_explained(error)} if you need the rest"
            )
            self.close()

    @property
    def path(self) -> str | None:
        """Where the whole output is; None if memory kept it all, or nothing could be written."""
        return str(self._path) if self.size else None

    def close(self) -> None:
        """Close the file; harmless a second time."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _leave_reserve(self, size: int) -> None:
        """Raises OSError where these bytes would take what is kept for others."""
        if not self._reserve:
            return
        disk = os.fstatvfs(self._descriptor)
        kept = min(self._reserve, disk.f_blocks * disk.f_frsize // _RESERVE_SHARE)
        if disk.f_bavail * disk.f_frsize - size < kept:
            raise OSError(errno.ENOSPC, f"only {kept:,} bytes are left on that disk, which the session itself needs")

    def _keep(self, data: bytes) -> None:
        if self._descriptor < 0:
            self._pending += data
            if len(self._pending) <= self._memory:
                return
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            data = bytes(self._pending)
            self._pending.clear()
        rest = memoryview(data)
        while rest:
            self._leave_reserve(len(rest))
            written = os.write(self._descriptor, rest)
            self.size += written
            rest = rest[written:]


def _explained(error: OSError) -> str:
    if error.errno == errno.EFBIG:
        return "no file may be longer (ulimit -f); raise that limit and run the command again"
    return f"{error.strerror}; make room there and run the command again"


def spill_path(directory: Path, job: str) -> Path:
    """The file of this job: its name with everything but letters, digits and `-_.` replaced, never hidden."""
    name = "".join(character if character.isalnum() or character in "-_." else "_" for character in job)
    return directory / f"{name[:_NAME_MOST].lstrip('.') or 'job'}.log"


def _from_character(data: bytes) -> bytes:
    """Without the rest of a character whose beginning is not here."""
    return data[len(data[:3]) - len(data[:3].lstrip(_CONTINUATION_BYTES)) :]


def _whole_escapes(text: str) -> int:
    """How much of the text can go out without cutting an escape sequence in two."""
    start = text.rfind("\x1b", max(0, len(text) - _HELD_MOST))
    return start if start >= 0 and _UNFINISHED_ESCAPE.fullmatch(text, start) else len(text)
