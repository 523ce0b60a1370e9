"""Which lines of a file the model has seen, so that it does not overwrite what it never read.

The workspace keeps one `Seen` for each file that was read; write_file asks it, edit_file keeps it up to date. Pure.
"""

from __future__ import annotations

from msgspec import Struct

from tools.text.plural import plural


class Seen(Struct, frozen=True):
    """Ranges of lines (first and last, from 1, in order, apart from each other) of a file with `total` lines.

    `total` None: the whole file was seen. `cut`: lines of which only the beginning was shown.
    """

    total: int | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    cut: frozenset[int] = frozenset()

    def joined(self, other: Seen) -> Seen:
        """What was seen now and before, of the same content."""
        if self.total is None or other.total is None:
            return WHOLE
        ranges: list[tuple[int, int]] = []
        for first, last in sorted((*self.ranges, *other.ranges)):
            if ranges and first <= ranges[-1][1] + 1:
                ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
            else:
                ranges.append((first, last))
        both = Seen(self.total, tuple(ranges), self.cut | other.cut)
        return both if both.missing() else WHOLE

    def before(self, line: int) -> Seen:
        """What is left of it after a change at this line: the numbers of what follows are others now."""
        if self.total is None:
            return WHOLE
        kept = ((first, min(last, line - 1)) for first, last in self.ranges if first < line)
        return Seen(self.total, tuple(kept), frozenset(number for number in self.cut if number < line))

    def missing(self) -> str:
        """What was not seen, and how to see it, as the end of a sentence; empty where all was."""
        if self.total is None:
            return ""
        unread = self._first_unread()
        if unread is not None:
            had = ", ".join(f"{first}–{last}" for first, last in self.ranges[:5]) or "none"
            return (
                f"was read only in part (lines {had} of {self.total:,}): read the rest first, "
                f"read_file with first_line={unread}"
            )
        if not self.cut:
            return ""
        return (
            f"was not seen whole: {plural(len(self.cut), 'line')} longer than read_file shows, the first of them "
            f"line {min(self.cut)}"
        )

    def _first_unread(self) -> int | None:
        next_line = 1
        for first, last in self.ranges:
            if first > next_line:
                break
            next_line = last + 1
        return next_line if self.total is not None and next_line <= self.total else None


WHOLE = Seen()


def seen_range(first: int, count: int, total: int, cut: tuple[int, ...] = ()) -> Seen:
    """So many lines from the first on, of so many; the numbers of those that were cut."""
    seen = Seen(total, ((first, first + count - 1),) if count else (), frozenset(cut))
    return seen.joined(seen)
