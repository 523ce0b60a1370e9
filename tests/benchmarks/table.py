"""Ratios, the bars they are held against, and the one table that a run prints.

Every group of benchmarks yields rows; `tests.benchmarks.run` prints them. A ratio compares two things that were
measured in turns in the same run, so that a slow or busy machine slows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

MISSED_BY_FAR = 1.25
"""How far beyond its bar a median must be for `--check` to fail: machines are noisy, regressions are not."""

Side = TypeVar("Side")


class CannotMeasureError(Exception):
    """Something that must hold for a figure to mean anything does not; the text says what."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a median is held against: at most, or at least, so much."""

    limit: float
    at_least: bool = False

    def met(self, value: float, slack: float = 1.0) -> bool:
        """Whether the value keeps the bar, or is beyond it by no more than the factor `slack`."""
        return value * slack >= self.limit if self.at_least else value <= self.limit * slack

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {shown(self.limit)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Without a bar it is there to be known, not to be kept."""

    what: str
    ratios: tuple[float, ...]
    bar: Bar | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Against the bar."""
        if self.bar is None:
            return ""
        return "ok" if self.bar.met(median(self.ratios)) else "missed"

    @property
    def missed_by_far(self) -> bool:
        """Whether it is beyond the bar by more than noise."""
        return self.bar is not None and not self.bar.met(median(self.ratios), MISSED_BY_FAR)


def most(limit: float) -> Bar:
    """A bar that must not be exceeded."""
    return Bar(limit)


def least(limit: float) -> Bar:
    """A bar that must be reached."""
    return Bar(limit, at_least=True)


def in_turns(rounds: int, *sides: Callable[[], Side]) -> list[tuple[Side, ...]]:
    """Measure every side once unrecorded, to warm caches up, and then `rounds` times: A B A B."""
    for side in sides:
        side()
    return [tuple(side() for side in sides) for _ in range(rounds)]


def ratios(pairs: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The first of each pair as multiples of the second."""
    return tuple(first / second for first, second, *_ in pairs)


def shown(value: float) -> str:
    """Three figures, whatever the size."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def lines(rows: Iterator[Row], keep: Callable[[Row], object]) -> Iterator[str]:
    """The table, each line as soon as it is known; every row is handed to `keep`."""
    yield f"{'what':<76}{'min':>8}{'median':>8}{'max':>8}   {'bar':<8}{'verdict':<9}note"
    for row in rows:
        keep(row)
        numbers = "".join(f"{shown(value):>8}" for value in (min(row.ratios), median(row.ratios), max(row.ratios)))
        yield f"{row.what:<76}{numbers}   {row.bar or ''!s:<8}{row.verdict:<9}{row.note}".rstrip()
