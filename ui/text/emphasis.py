"""Which runs of `*`, `_` and `~` are marks: CommonMark's rules, and the coder's rule that keeps code as it is written.

Used by `ui.text.inline`; pure. CommonMark decides by the characters on both sides of a run. The coder's rule takes
marks away from that, it never adds one: a run whose outer side touches a word, a slash, a dot before a word or a
bracket of code stays text, and so does one whose inner side touches what only globs, calls and patterns have there. So
`__init__.py`, `*star*.py`, `**/*.py`, `2*3*4`, `count(*)`, `a_*_b` and `find -name "*x*"` are shown as they came.
Scripts without blanks between words (Chinese, Japanese, Korean, Thai …) are not words in this sense.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

LONGEST_MARK: Final = 1_000
"""Characters between the two ends of a mark; further apart, both are text."""
LONGEST_RUN: Final = 10
"""Characters of a run; a longer one is text."""
_LOOKED_THROUGH: Final = 8
"""Neighbouring marks that are passed over to find what a run touches."""
_MARKS: Final = "*_~"
_UNSPACED: Final = (
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
_NAME: Final = r"_{2,}[A-Za-z0-9]\w*_{2,}(?!\w)"
"""Two underscores around one word are a name of Python's, as `__init__`."""

# What may stand where, for a single mark and for two or more. A single star is far more often code.
_BEFORE: Final = ("([", "([{\"'-:,;!?>|")
_AFTER: Final = (".,;:!?)]\"'<|", ".,;:!?)]\"'<|-}>")
_NOT_FIRST: Final = (".,;:!?/\\|=)]}-+%^$>", ",;:!?/|=)]}")
_NOT_LAST: Final = ("([{/\\|=+$^%@&<-", "([{/\\|")


class DelimiterRun(Struct):
    """A run of one mark. `left`: its characters that have no partner; `shut` and `opened`: what it ends and begins.

    `opens` and `closes` are CommonMark's word; where the coder's rule says no (`may_open`, `may_close`) the pair is
    formed all the same, so that no other is formed in its place, but its marks are `kept` as text.
    """

    start: int
    mark: str
    size: int
    left: int
    opens: bool
    closes: bool
    may_open: bool
    may_close: bool
    depth: int
    """Brackets that are open before it: a pair across the end of one is text."""
    kept: int = 0
    shut: int = 0
    opened: tuple[str, ...] = ()
    """Styles, the innermost first."""
    first: int = -1
    """Where what it ends has begun, the outermost."""


def is_space(character: str) -> bool:
    """A blank, or the end of the text."""
    return not character or character.isspace()


def is_word(character: str) -> bool:
    """A letter, digit or underscore, also of a script without blanks."""
    return character == "_" or character.isalnum() or (not character.isascii() and ("a" + character).isidentifier())


def touches(character: str) -> bool:
    """A word that a mark cannot stand beside: of a script that has blanks between words."""
    return bool(character) and is_word(character) and not re.match(_UNSPACED, character)


def run_at(text: str, start: int, before: str, depth: int) -> DelimiterRun:
    """The run of marks that begins here; `before` is the character before the text."""
    mark, end = text[start], start + 1
    while end < len(text) and text[end] == mark:
        end += 1
    size = end - start
    previous = text[start - 1] if start else before
    opens = closes = may_open = may_close = False
    if size <= LONGEST_RUN and (start or before != mark) and (mark != "~" or size == 2):  # noqa: PLR2004 - `~~`
        left, right = _flanking(previous, text[end : end + 1])
        opens = left and (mark != "_" or not right or not _is_letter(previous))
        closes = right and (mark != "_" or not left or not _is_letter(text[end : end + 1]))
        may_open = opens and _may_open(text, start, end, before)
        may_close = closes and _may_close(text, start, end, previous)
    return DelimiterRun(start, mark, size, size, opens, closes, may_open, may_close, depth)


def name_at(text: str, start: int) -> int:
    """The end of a name in double underscores that begins here; 0 where there is none."""
    found = re.compile(_NAME, re.ASCII).match(text, start)
    return found.end() if found else 0


def _flanking(previous: str, following: str) -> tuple[bool, bool]:
    """CommonMark: whether the run could begin and could end something."""
    blank_before, blank_after = is_space(previous), is_space(following)
    mark_before = not blank_before and not _is_letter(previous)
    mark_after = not blank_after and not _is_letter(following)
    left = not blank_after and (not mark_after or blank_before or mark_before)
    right = not blank_before and (not mark_before or blank_after or mark_after)
    return left, right


def _is_letter(character: str) -> bool:
    return character != "_" and is_word(character)


def _may_open(text: str, start: int, end: int, before: str) -> bool:
    strong = end - start > 1
    outer, first = _outer_before(text, start, before), text[end : end + 1]
    if touches(outer):
        return False
    if outer.isascii() and not is_space(outer):
        if outer not in _BEFORE[strong]:
            return False
        if outer not in _BEFORE[False] and not is_word(first):
            return False
    if first == "." and not is_word(text[end + 1 : end + 2]):
        return False
    return first not in _NOT_FIRST[strong]


def _may_close(text: str, start: int, end: int, last: str) -> bool:
    strong = end - start > 1
    if last and last in _NOT_LAST[strong]:
        return False
    place = _outer_after(text, end)
    outer, beyond = text[place : place + 1], text[place + 1 : place + 2]
    if is_space(outer):
        return True
    if not outer.isascii():
        return not touches(outer)
    if outer not in _AFTER[strong]:
        return False
    if outer == "." or (outer in ",;:!?" and not strong):
        return not touches(beyond) and beyond not in tuple("/\\*")
    return True


def _outer_before(text: str, start: int, before: str) -> str:
    place = start - 1
    while place >= 0 and text[place] in _MARKS and start - place <= _LOOKED_THROUGH:
        place -= 1
    return text[place] if place >= 0 else before


def _outer_after(text: str, end: int) -> int:
    place = end
    while place < len(text) and text[place] in _MARKS and place - end < _LOOKED_THROUGH:
        place += 1
    return place


# ── Pairs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Stack:
    """The runs that may still begin something."""

    def __init__(self) -> None:
        self._runs: list[DelimiterRun] = []
        self._floors: dict[tuple[str, bool, int], int] = {}
        """Below these places of the stack nothing fits, for each kind of end."""

    def add(self, run: DelimiterRun) -> None:
        self._runs.append(run)

    def opener(self, end: DelimiterRun) -> DelimiterRun | None:
        """The nearest run that this one can end; what stands above it begins nothing any more."""
        key = (end.mark, end.opens, end.size % 3)
        floor = min(self._floors.get(key, 0), len(self._runs))
        for place in range(len(self._runs) - 1, floor - 1, -1):
            run = self._runs[place]
            if end.start - run.start > LONGEST_MARK:
                break
            if run.mark != end.mark or not _fits(run, end):
                continue
            self._shrink(place + 1)
            return run
        self._floors[key] = len(self._runs)
        return None

    def drop_spent(self) -> None:
        if self._runs and not self._runs[-1].left:
            self._shrink(len(self._runs) - 1)

    def _shrink(self, size: int) -> None:
        del self._runs[size:]
        self._floors = {key: min(floor, size) for key, floor in self._floors.items()}

    def open_runs(self) -> list[DelimiterRun]:
        return self._runs


def _fits(run: DelimiterRun, end: DelimiterRun) -> bool:
    """CommonMark's rule of three: runs that could both begin and end something must not add up to a multiple of it."""
    either = run.closes or end.opens
    return not (either and (run.size + end.size) % 3 == 0 and (run.size % 3 or end.size % 3))


def pair(runs: list[DelimiterRun]) -> list[DelimiterRun]:
    """Find the ends of the runs and note on them what they begin and end; those that are left over and may begin."""
    stack = _Stack()
    for run in runs:
        while run.closes and run.left:
            opener = stack.opener(run)
            if opener is None:
                break
            _join(opener, run)
            stack.drop_spent()
        if run.opens and run.left:
            stack.add(run)
    return stack.open_runs()


def _join(opener: DelimiterRun, end: DelimiterRun) -> None:
    size = 2 if opener.left > 1 and end.left > 1 else 1
    opener.left -= size
    end.left -= size
    if not opener.may_open or not end.may_close or opener.depth != end.depth:
        opener.kept += size
        end.kept += size
        return
    style = "strike" if end.mark == "~" else ("class:strong" if size == 2 else "class:emphasis")  # noqa: PLR2004 - `**`
    opener.opened = (*opener.opened, style)
    end.shut += 1
    end.first = opener.start
