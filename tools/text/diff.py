"""The unified diff of a change to one text: quick on long files, never longer than a person would look at.

Used by write_file and edit_file, before approval and in their results; `tools.text.kept_lines` asks it which lines
stayed. Only the lines between the first and the last change are compared, and where these are many, only in a way that
takes no more than linear time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from tools.text.bounded_text import cut

CONTEXT_LINES = 3
COMPARED_LINES = 2_000
"""Stretches up to this length are compared thoroughly."""

Change: TypeAlias = tuple[int, int, int, int]
"""Lines [a, b) of the old text become lines [c, d) of the new one."""


def unified_diff(old: str, new: str, name: str, *, created: bool = False) -> str:
    """The diff with three lines of context, empty where nothing changed."""
    before, after = lines_with_ends(old), lines_with_ends(new)
    changed = changes(before, after)
    if not changed:
        return ""
    lines = ["--- /dev/null\n" if created else f"--- a/{name}\n", f"+++ b/{name}\n"]
    for group in _grouped(changed):
        lines.extend(_hunk(before, after, group))
    return cut("".join(lines))[0]


def lines_with_ends(text: str) -> list[str]:
    """With their line ends; only a line feed ends a line, whatever else `splitlines` may know."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def changes(before: list[str], after: list[str]) -> list[Change]:
    """Where two lists of lines differ, in order and apart from each other."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return [(start + a, start + b, start + c, start + d) for a, b, c, d in _compared(old, new)]


def _compared(old: list[str], new: list[str]) -> Iterator[Change]:
    if not old and not new:
        return
    if len(old) == len(new) and len(old) > COMPARED_LINES:
        yield from _line_by_line(old, new)
    elif max(len(old), len(new)) > COMPARED_LINES:
        yield 0, len(old), 0, len(new)
    else:
        from difflib import SequenceMatcher  # noqa: PLC0415 - slow to import, and only a change needs it

        for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
            if tag != "equal":
                yield a, b, c, d


def _line_by_line(old: list[str], new: list[str]) -> Iterator[Change]:
    start: int | None = None
    for at, (one, other) in enumerate(zip(old, new, strict=True)):
        if one != other and start is None:
            start = at
        elif one == other and start is not None:
            yield start, at, start, at
            start = None
    if start is not None:
        yield start, len(old), start, len(new)


def _grouped(changes: list[Change]) -> Iterator[list[Change]]:
    """Changes whose context would touch belong to one hunk."""
    group = [changes[0]]
    for change in changes[1:]:
        if change[0] - group[-1][1] > 2 * CONTEXT_LINES:
            yield group
            group = []
        group.append(change)
    yield group


def _hunk(before: list[str], after: list[str], group: list[Change]) -> Iterator[str]:
    first, last = group[0], group[-1]
    lead = min(CONTEXT_LINES, first[0])
    trail = min(CONTEXT_LINES, len(before) - last[1])
    old_span = _span(first[0] - lead, last[1] + trail)
    new_span = _span(first[2] - lead, last[3] + trail)
    yield f"@@ -{old_span} +{new_span} @@\n"
    position = first[0] - lead
    for a, b, c, d in group:
        yield from _marked(" ", before[position:a])
        yield from _marked("-", before[a:b])
        yield from _marked("+", after[c:d])
        position = b
    yield from _marked(" ", before[position : position + trail])


def _span(start: int, stop: int) -> str:
    """`line,count` as diff writes it: an empty range is named after the line before it."""
    count = stop - start
    return f"{start + 1 if count else start}" + ("" if count == 1 else f",{count}")


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
