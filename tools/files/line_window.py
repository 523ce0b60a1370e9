"""Some lines of a file, without reading more of it than needed.

Used by read_file. A file of any length, also one without a single line end, takes a fixed amount of memory.
"""

from __future__ import annotations

from io import BufferedReader, BytesIO, TextIOWrapper
from typing import Literal, TypeAlias

from msgspec import Struct

from tools.text.encoding import TextForm

LINE_LIMIT = 2_000
"""Characters of one line that are shown."""

LONGEST_LINE = 16 * 1024 * 1024
"""The end of a line is looked for as far as this; a longer line is the last one shown."""

CHUNK = 1024 * 1024
NUMBER_BYTES = 8
"""What a line number and a tab take of the budget."""

LineStop: TypeAlias = Literal["line end", "file end", "nowhere"]
"""Where a line was found to stop; `nowhere` within `LONGEST_LINE`."""


class LineWindow(Struct, frozen=True):
    """Lines from `first` on, without their line ends.

    `more`: lines follow. `shortened`: numbers of the lines of which only the beginning is here. `open_end`: the last
    one here is the last of the file, and no line end follows it.
    """

    first: int
    lines: tuple[str, ...]
    more: bool = False
    shortened: tuple[int, ...] = ()
    open_end: bool = False


def read_window(source: BufferedReader | BytesIO, form: TextForm, first: int, count: int, budget: int) -> LineWindow:
    """At most `count` lines from line `first` on (1-based), and about `budget` UTF-8 bytes of them, but at least one.

    The source is closed afterwards.
    """
    source.seek(len(form.mark))
    to_skip = first - 1
    if form.codec in {"utf-8", "latin-1", "cp1252"}:
        if not _skip_bytes(source, to_skip):
            source.close()
            return LineWindow(first, ())
        to_skip = 0
    with TextIOWrapper(source, form.codec, "replace", newline="\n") as text:
        while to_skip and (piece := text.readline(CHUNK)):
            to_skip -= piece.endswith("\n")
        return _collected(text, first, count, budget)


def _skip_bytes(source: BufferedReader | BytesIO, lines: int) -> bool:
    """Go behind so many line feeds; False where there are not as many."""
    while lines > 0:
        start = source.tell()
        chunk = source.read(CHUNK)
        if not chunk:
            return False
        found = chunk.count(b"\n")
        if found < lines:
            lines -= found
            continue
        position = -1
        for _ in range(lines):
            position = chunk.index(b"\n", position + 1)
        source.seek(start + position + 1)
        lines = 0
    return True


def _collected(text: TextIOWrapper, first: int, count: int, budget: int) -> LineWindow:
    lines: list[str] = []
    shortened: list[int] = []
    stop: LineStop = "line end"
    while stop == "line end" and len(lines) < count and budget > 0 and (piece := text.readline(LINE_LIMIT + 1)):
        line = piece.removesuffix("\n")
        stop = "line end" if piece.endswith("\n") else "file end"
        if len(line) > LINE_LIMIT:
            shortened.append(first + len(lines))
            line, stop = line[:LINE_LIMIT], _skip_rest(text)
        lines.append(line.removesuffix("\r"))
        budget -= len(line.encode("utf-8", "replace")) + NUMBER_BYTES
    more = stop == "nowhere" or (stop == "line end" and bool(text.read(1)))
    return LineWindow(first, tuple(lines), more, tuple(shortened), open_end=stop == "file end")


def _skip_rest(text: TextIOWrapper) -> LineStop:
    for _ in range(LONGEST_LINE // CHUNK):
        piece = text.readline(CHUNK)
        if piece.endswith("\n"):
            return "line end"
        if not piece:
            return "file end"
    return "nowhere"
