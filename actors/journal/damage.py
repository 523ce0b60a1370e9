"""What a journal still tells of which lines were lost, garbled, doubled or swapped; and words for the damage.

`actors.journal.journal` reads the lines; here their numbers say what is missing and what stands in the wrong place. A
line that was torn by a crash or a full disk was never acted on, and its number may be given again: nothing is missing
there.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from actors.conversation import NEW, Conversation, applied, in_doubt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actors.records import Record

NUMBER = re.compile(rb'\{"n":(\d{1,15}),')
TURN = re.compile(rb'"turn":"t(\d{1,9})"')
NAME = re.compile(r"[A-Za-z]{1,40}")
"""What the class of a record may look like; any other text from a file is not repeated."""
NAMED = 5
"""So many lines are named one by one."""


class JournalLine(Struct, frozen=True):
    """One line of a journal. `place` counts from 1; `record` is None where it cannot be read.

    `text` is the line where it cannot be read, else what tells it from every other one. `number` is what it was
    written with; 0 if that cannot be told. `unknown` is the class of a whole line's record that
    this version does not know.
    """

    place: int
    text: bytes
    number: int
    record: Record | None
    torn: bool = False
    unknown: str = ""


def number_of(text: bytes) -> int:
    """The number of a line that cannot be read; 0 if that cannot be told either."""
    found = NUMBER.match(text)
    return int(found[1]) if found else 0


class ReadBack(Struct, frozen=True):
    """A journal as it was found. `skipped` are the numbers of lines that could not be read, counted from 1."""

    records: tuple[Record, ...]
    skipped: tuple[int, ...]
    unknown: tuple[tuple[int, str], ...] = ()
    """The places of whole lines that only a newer version can read, and the classes of their records.

    One may be a known class that was garbled: so for all that follows it is as good as missing.
    """
    missing: int = 0
    """Records that were written and of which there is no line."""
    repeated: int = 0
    """Lines that are there more than once."""
    gaps: frozenset[int] = frozenset()
    """The places in `records` before which something is missing that may have been acted on."""
    number: int = 0
    """The highest number of a line."""
    turns: int = 0
    """The highest number of a turn in the lines that could not be read."""


class Restored(Struct, frozen=True):
    """What a journal adds up to. `misfits` counts the records that were passed over."""

    conversation: Conversation
    misfits: int


def mended(lines: Iterable[JournalLine]) -> ReadBack:
    """What the lines say, each taken once and in the order in which they were written."""
    lines = tuple(lines)
    whole = tuple(
        line.record for place, line in enumerate(lines, 1) if line.number == place and line.record is not None
    )
    if len(whole) == len(lines):  # nearly all are; the rest is costly
        return ReadBack(whole, (), number=len(whole))
    kept, repeated = _once(lines)
    records: list[Record] = []
    skipped: list[int] = []
    unknown: list[tuple[int, str]] = []
    gaps: set[int] = set()
    missing = last = turns = unread = 0
    for line in _in_order(kept):
        lost = max(0, line.number - last - 1 - unread) if line.number else 0
        missing += lost
        if lost or (line.record is None and not line.torn):
            gaps.add(len(records))
        if line.record is not None:
            records.append(line.record)
        else:
            if line.unknown:
                unknown.append((line.place, line.unknown))
            else:
                skipped.append(line.place)
            turns = max(turns, *(int(turn) for turn in TURN.findall(line.text)), 0) if not line.torn else turns
        unread = 0 if line.number else unread + 1
        last = max(last, line.number)
    return ReadBack(
        tuple(records), tuple(skipped), tuple(unknown), missing, repeated, frozenset(gaps), last + unread, turns
    )


def restored(found: ReadBack) -> Restored:
    """The conversation that was read back."""
    conversation, misfits = NEW, 0
    for place, record in enumerate(found.records):
        if place in found.gaps:
            conversation = in_doubt(conversation)
        conversation, fitted = applied(conversation, record)
        misfits += not fitted
    if len(found.records) in found.gaps:
        conversation = in_doubt(conversation)
    return Restored(replace(conversation, turns=max(conversation.turns, found.turns)), misfits)


def damage(found: ReadBack, misfits: int) -> str:
    """What is wrong with a journal, in words; empty if nothing is."""
    names, unread = _names(found.skipped), "could not be read and"
    newer = _names(tuple(place for place, _ in found.unknown))
    classes = sorted({name for _, name in found.unknown if NAME.fullmatch(name)})[:NAMED]
    kinds = f" ({', '.join(classes)})" if classes else ""
    counts = (
        (len(found.skipped), f"line {names} {unread} was skipped", f"lines {names} {unread} were skipped"),
        (
            len(found.unknown),
            f"line {newer} is of a kind that only a newer Callboard knows{kinds} and was skipped",
            f"lines {newer} are of kinds that only a newer Callboard knows{kinds} and were skipped",
        ),
        (found.missing, "1 record is missing", "{} records are missing"),
        (found.repeated, "1 line was there twice and was taken once", "{} lines were there twice and were taken once"),
        (misfits, "1 record does not fit and was skipped", "{} records do not fit and were skipped"),
    )
    return "; ".join(one if count == 1 else many.format(count) for count, one, many in counts if count)


def _once(lines: Iterable[JournalLine]) -> tuple[list[JournalLine], int]:
    """Without the lines that are there already: no two are written with the same number at the same time."""
    kept: dict[bytes, JournalLine] = {}
    repeated = 0
    for line in lines:
        twice = line.record is not None and line.number > 0 and line.text in kept
        repeated += twice
        if not twice:
            kept[line.text if line.record is not None and line.number else b"%d" % line.place] = line
    return list(kept.values()), repeated


def _in_order(lines: list[JournalLine]) -> list[JournalLine]:
    """By number, where no two have the same; a line without one stays behind the one before it.

    Where numbers were given twice they tell less: only neighbours that were swapped are put back.
    """
    numbers = [line.number for line in lines if line.number]
    if len(set(numbers)) == len(numbers):
        place, keyed = 0, list[tuple[int, JournalLine]]()
        for line in lines:
            place = line.number or place
            keyed.append((place, line))
        return [line for _, line in sorted(keyed, key=itemgetter(0))]
    ordered = list(lines)
    for place in range(len(ordered) - 1):
        before = ordered[place - 1].number if place else 0
        here, there = ordered[place].number, ordered[place + 1].number
        if before + 1 == there == here - 1:
            ordered[place], ordered[place + 1] = ordered[place + 1], ordered[place]
    return ordered


def _names(places: tuple[int, ...]) -> str:
    more = len(places) - NAMED
    if more > 0:
        return f"{', '.join(map(str, places[:NAMED]))} and {more} more"
    return " and ".join(filter(None, (", ".join(map(str, places[:-1])), *map(str, places[-1:]))))
