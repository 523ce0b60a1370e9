"""The process that searches or lists: runs ripgrep, and prints what a result needs of it, bounded and in plain lines.

Started by `tools.search.ripgrep.pipeline` for list_files and search_text. Names are printed as
`tools.files.file_name.shown` has them, so that a newline in one is no line end, and a name that is not UTF-8 can be
asked for again. Found lines are printed as `name NUL number : text`, lines of context with a minus for the colon, and
`--` for a gap. The last line is NUL and a JSON object: what was left out (`tools.search.ripgrep.Trailer`).

It imports nothing third-party, starts no shell, and ends as soon as there is more than a result can hold.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from typing import IO, Final

from tools.files.file_name import shown
from tools.search.found_lines import FileHits, FoundLine, hits_of
from tools.search.search_scope import Scope, kind_of_file, output_of
from tools.text.byte_kind import SAMPLE_BYTES, ByteKind

OUTPUT_BYTES: Final = 58_000
"""Bytes of lines that are printed; the last line comes besides."""
CHUNK: Final = 1_048_576
FILES_AT_ONCE: Final = 200
NAMED: Final = 3
"""Files that are named as not searched to their end."""
_CODECS: Final[dict[ByteKind, str]] = {"windows-1252": "cp1252", "latin-1": "latin-1"}
FAILED: Final = 2
"""ripgrep's exit code for a search that did not work, or not everywhere."""
_SPECIAL: Final = frozenset("\\.[]?*+(){}|^$")


class Aside:
    """Work that is done on a thread of its own meanwhile."""

    def __init__(self, work: Callable[[], dict[str, object]]) -> None:
        self._found: dict[str, object] = {}
        self._thread = threading.Thread(target=lambda: self._found.update(work()), daemon=True)
        self._thread.start()

    def result(self) -> dict[str, object]:
        """What it came to; waits for it."""
        self._thread.join()
        return self._found


class Printer:
    """Standard output, with its bound; what was printed is out at once, should the process be ended."""

    def __init__(self) -> None:
        self.full = False
        self._room = OUTPUT_BYTES

    @property
    def used(self) -> bool:
        """Whether anything was printed."""
        return self._room < OUTPUT_BYTES

    def line(self, text: str) -> None:
        """Print a line, unless there is no room for it or was none for one before."""
        data = text.encode("utf-8", "replace") + b"\n"
        self.full = self.full or len(data) > self._room
        if not self.full:
            self._room -= len(data)
            _write(data)

    def trailer(self, fields: dict[str, object]) -> None:
        """Print the last line."""
        _write(b"\0" + json.dumps({"cut": self.full, **fields}).encode() + b"\n")


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def main(count: str, *words: str) -> int:
    """Do what so many orders say with the command that follows them; returns the exit code."""
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    orders, command = words[: int(count)], words[int(count) :]
    if orders[0] == "list":
        return _list(command, int(orders[1]), orders[2])
    return _search(command, int(orders[1]), int(orders[2]), orders[3:])


def _list(command: tuple[str, ...], depth: int, folder: str) -> int:
    """Names in order; with a depth each has in front how many files it stands for."""
    printer, ignored = Printer(), Aside(Scope(command).ignored)
    with subprocess.Popen((command[0], "--null", *command[1:]), stdout=subprocess.PIPE) as ripgrep:  # noqa: S603
        names = map(os.fsdecode, _names(output_of(ripgrep)))
        if depth:
            parts = folder.removeprefix("./").count("/") + depth
            groups = groupby(names, lambda name: _folded(name.removeprefix("./"), parts))
            lines = (f"{sum(1 for _ in group)} {shown(name)}" for name, group in groups)
        else:
            lines = (shown(name.removeprefix("./")) for name in names)
        for line in lines:
            printer.line(line)
            if printer.full:
                ripgrep.kill()
                break
    if ripgrep.returncode != FAILED or printer.used:
        printer.trailer(ignored.result())
    return ripgrep.returncode


def _names(output: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := os.read(output.fileno(), CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _folded(name: str, parts: int) -> str:
    """The folder at this depth, with a slash at its end; a file that is not so deep as it is."""
    pieces = name.split("/")
    return name if len(pieces) <= parts else "/".join(pieces[:parts]) + "/"


def _search(command: tuple[str, ...], context: int, most: int, withheld: tuple[str, ...]) -> int:
    """Found lines by file, those of files in an 8-bit encoding among the others.

    Files whose whole name one of the expressions in `withheld` matches are left out: the policy keeps them unread.
    """
    scope = Scope(command)
    printer, ignored = Printer(), Aside(scope.ignored)
    latin = scope.latin_files() if _may_match_beyond_ascii(command) else {}
    others = [hits for files in _batches(latin) for hits in _run_whole(_in_windows_1252(command, files))]
    report = _Report(printer, context, most)
    with subprocess.Popen((command[0], "--json", *command[1:]), stdout=subprocess.PIPE) as ripgrep:  # noqa: S603
        plain = (hits for hits in hits_of(output_of(ripgrep)) if hits.path not in latin)
        for hits in merge(plain, sorted(others, key=_place), key=_place):
            if not _is_withheld(hits.path, withheld):
                report.file(hits)
            if printer.full:
                ripgrep.kill()
                break
    if ripgrep.returncode != FAILED or printer.used:
        printer.trailer({**report.fields(), **ignored.result()})
    return ripgrep.returncode


def _is_withheld(path: bytes, withheld: tuple[str, ...]) -> bool:
    name = os.fsdecode(path).removeprefix("./")
    return any(re.fullmatch(expression, name) for expression in withheld)


def _may_match_beyond_ascii(command: tuple[str, ...]) -> bool:
    pattern = next(word for word in command if word.startswith("--regexp=")).partition("=")[2]
    return not pattern.isascii() or ("--fixed-strings" not in command and not _SPECIAL.isdisjoint(pattern))


def _in_windows_1252(command: tuple[str, ...], files: list[bytes]) -> list[bytes]:
    words = (*command[: command.index("--")], "--json", "--encoding=windows-1252", "--")
    return [*map(os.fsencode, words), *files]


def _batches(files: Iterable[bytes]) -> Iterator[list[bytes]]:
    """As many as a command line may have."""
    left = iter(files)
    while batch := list(islice(left, FILES_AT_ONCE)):
        yield batch


def _run_whole(command: list[bytes]) -> list[FileHits]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ripgrep:  # noqa: S603
        return list(hits_of(output_of(ripgrep)))


def _place(hits: FileHits) -> list[bytes]:
    """By folders, as ripgrep sorts."""
    return hits.path.split(b"/")


class _Report:
    """Prints the lines of one file after the other, and keeps what the last line will say."""

    def __init__(self, printer: Printer, context: int, most: int) -> None:
        self._printer = printer
        self._context = context
        self._most = most
        self._found = 0
        self._endless = 0
        self._unread: list[str] = []

    def file(self, hits: FileHits) -> None:
        """One more file."""
        name = shown(os.fsdecode(hits.path))
        if hits.stopped is not None:
            if hits.stopped < SAMPLE_BYTES:
                return  # no text for read_file either
            self._unread.append(name)
        self._endless += hits.endless
        codec = _codec(hits)
        last = -1
        for row in hits.rows:
            if self._context and self._printer.used and row.number != last + 1:
                self._printer.line("--")
            last = row.number
            self._found += row.found
            self._printer.line(f"{name}\0{row.number}{':' if row.found else '-'}{_text(row, codec)}")
        self._printer.full = self._printer.full or self._found > self._most

    def fields(self) -> dict[str, object]:
        """For the last line."""
        return {"unread": self._unread[:NAMED], "more_unread": len(self._unread[NAMED:]), "endless": self._endless}


def _codec(hits: FileHits) -> str:
    try:
        for row in hits.rows:
            row.data.decode()
    except UnicodeDecodeError:
        return _CODECS.get(kind_of_file(hits.path), "utf-8")
    return "utf-8"


def _text(row: FoundLine, codec: str) -> str:
    """The line; of a long one the piece with its hit, between counts of what is left out."""
    before = f"[{row.before:,} bytes before] …" if row.before else ""
    hidden = f", with {row.hidden:,} more hit{'s' * (row.hidden > 1)} in this line" if row.hidden else ""
    after = f"… [{row.after:,} bytes after{hidden}]" if row.after else ""
    return f"{before}{row.data.decode(codec, 'replace')}{after}"
