r"""A new text for an old file, with what the model cannot see of the old one kept: line ends and broken bytes.

read_file shows every line end as one and every byte that is no UTF-8 as U+FFFD, so a model that writes the file anew
cannot give them back. Lines that are as they were shown are taken from the old text, byte for byte; new ones end like
their neighbours. Used by write_file and, for the piece that is replaced, by edit_file. Pure.
"""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct

from tools.text.diff import changes, lines_with_ends
from tools.text.encoding import LineEnd, line_end, with_line_ends
from tools.text.plural import plural

_BROKEN = re.compile("[\udc80-\udcff]")
_UNSHOWN = "\ufffd"


class Kept(Struct, frozen=True):
    """The text to write, and what is to be said about it."""

    text: str
    notes: tuple[str, ...] = ()


def has_mixed_ends(text: str) -> bool:
    """Whether some lines end with CR LF and some with LF."""
    return 0 < text.count("\r\n") < text.count("\n")


def kept(old: str, new: str) -> Kept:
    """The new text as it fits the old one."""
    notes: list[str] = []
    if has_mixed_ends(old) or _BROKEN.search(old):
        text = merged(old, new, line_end(old))
        if has_mixed_ends(old) and "\n" in text:
            notes.append("mixed line ends kept where lines are as they were")
    elif "\r\n" in old:
        text = with_line_ends(new, "\r\n")
        notes += ["line ends kept as CRLF"] if text != new else []
    elif "\r" in old and "\n" not in old and "\r" not in new:
        text = new.replace("\n", "\r")
        notes += ["line ends kept as CR"] if text != new else []
    else:
        text = new
        if "\r\n" in new and "\n" in old:
            notes.append(f"line ends {'mixed' if has_mixed_ends(new) else 'now CRLF'}, as given: the file had LF")
    lost = text.count(_UNSHOWN) - old.count(_UNSHOWN) if _BROKEN.search(old) else 0
    if lost > 0:
        notes.append(f"{plural(lost, 'broken byte')} replaced by U+FFFD, in lines that were changed")
    return Kept(text, tuple(notes))


def merged(old: str, new: str, otherwise: LineEnd) -> str:
    """The new text, its unchanged lines as in the old one; `otherwise` ends a line that has no neighbour there.

    A line that was given with CR LF keeps it.
    """
    before, after = lines_with_ends(old), lines_with_ends(new)
    sources = _sources([_as_shown(line) for line in before], [_as_shown(line) for line in after])
    end: str = otherwise
    written: list[str] = []
    for line, (source, same) in zip(after, sources, strict=True):
        if source is not None:
            end = _end_of(before[source]) or end
        body = _body_of(before[source] if source is not None and same else line)
        written.append(body + (_given_end(line) or end if line.endswith("\n") else ""))
    return "".join(written)


def _sources(before: list[str], after: list[str]) -> list[tuple[int | None, bool]]:
    """For each new line the old one in its place, and whether the two are the same."""
    found: list[tuple[int | None, bool]] = []
    edges = [(0, 0, 0, 0), *changes(before, after), (len(before), len(before), len(after), len(after))]
    for (_, old_end, _, _), (start, stop, new_start, new_stop) in pairwise(edges):
        found += ((at, True) for at in range(old_end, start))
        found += ((start + at if start + at < stop else None, False) for at in range(new_stop - new_start))
    return found


def _as_shown(line: str) -> str:
    return _BROKEN.sub(_UNSHOWN, _body_of(line))


def _body_of(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line


def _end_of(line: str) -> str:
    return line[len(_body_of(line)) :]


def _given_end(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else ""
