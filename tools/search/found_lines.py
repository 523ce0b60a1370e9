"""What ripgrep reports in JSON, as the lines of each file, every one cut to what a result shows of it.

Of a long line the part around its first hit is kept, never just its beginning. Used by `tools.search.search_child`,
whose process starts bare: nothing third-party is imported. It reads a stream and starts nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import IO, Any, Final, NamedTuple

SHOWN_BYTES: Final = 400
"""Of one line."""
LEAD_BYTES: Final = 100
"""Of these stand before the hit."""
LONGEST_RECORD: Final = 64 * 1_048_576
"""Bytes of one record, which holds a whole line of a file; a longer one is only counted."""


class FoundLine(NamedTuple):
    """A line, or a piece of it: `before` and `after` are the bytes left out, `hidden` the hits in them."""

    number: int
    found: bool
    data: bytes
    before: int = 0
    after: int = 0
    hidden: int = 0


class FileHits(NamedTuple):
    """One file. `stopped`: the offset of a NUL byte that ended the search; `endless`: hits without a row."""

    path: bytes
    rows: tuple[FoundLine, ...]
    stopped: int | None
    endless: int


def hits_of(report: IO[bytes]) -> Iterator[FileHits]:
    """The files in the order of the report."""
    path, rows, endless = b"", list[FoundLine](), 0
    for record in _records(report):
        if record is None:
            endless += 1
            continue
        data = record["data"]
        match record["type"]:
            case "begin":
                path, rows, endless = _bytes(data["path"]), [], 0
            case "match" | "context":
                rows += _rows(data, found=record["type"] == "match")
            case "end":
                yield FileHits(path, tuple(rows), data["binary_offset"], endless)
            case _:
                pass


def _records(report: IO[bytes]) -> Iterator[dict[str, Any] | None]:
    """One record a line; None for one that is too long."""
    while line := report.readline(LONGEST_RECORD):
        if line.endswith(b"\n"):
            yield json.loads(line)
            continue
        while (rest := report.readline(LONGEST_RECORD)) and not rest.endswith(b"\n"):
            pass
        yield None


def _bytes(field: dict[str, str]) -> bytes:
    return field["text"].encode("utf-8", "surrogatepass") if "text" in field else base64.b64decode(field["bytes"])


def _rows(data: dict[str, Any], *, found: bool) -> Iterator[FoundLine]:
    spans = [(int(hit["start"]), int(hit["end"])) for hit in data["submatches"]]
    start, number = 0, int(data["line_number"])
    for line in _bytes(data["lines"]).removesuffix(b"\n").split(b"\n"):
        end = start + len(line)
        inside = [first - start for first, _ in spans if start <= first <= end]
        yield _window(number, line.removesuffix(b"\r"), inside, found=found)
        start, number = end + 1, number + 1


def _window(number: int, line: bytes, hits: list[int], *, found: bool) -> FoundLine:
    if len(line) <= SHOWN_BYTES:
        return FoundLine(number, found, line)
    first = hits[0] if hits else 0
    start = 0 if first <= SHOWN_BYTES - LEAD_BYTES else min(first - LEAD_BYTES, len(line) - SHOWN_BYTES)
    stop = start + SHOWN_BYTES
    while start and start < first and _within_character(line, start):
        start += 1
    while stop < len(line) and stop > start and _within_character(line, stop):
        stop -= 1
    hidden = sum(1 for hit in hits if not start <= hit < stop)
    return FoundLine(number, found, line[start:stop], start, len(line) - stop, hidden)


def _within_character(line: bytes, at: int) -> bool:
    return line[at] & 0xC0 == 0x80  # noqa: PLR2004 - what UTF-8 goes on with
