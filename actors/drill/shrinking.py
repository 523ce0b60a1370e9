"""Making a failure small: fewer faults, fewer kills, fewer departures from the plainest schedule.

Delta debugging: leave out one half, then quarters, and so on, and keep what still breaks the same promise in the same
way. What remains is what a person has to understand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from actors.drill.exploration import Failure, failure_of
from actors.drill.invariants import check
from actors.drill.run import Course, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actors.drill.choosers import Departure
    from actors.drill.evidence import Violation
    from actors.drill.props import Props

T = TypeVar("T")
MOST_RUNS = 2_000


def shrink(failure: Failure, props: Props, most_runs: int = MOST_RUNS) -> Failure:
    """The smallest failure found within so many runs; the given one if none is smaller."""
    search = _Search(failure, props, most_runs)
    size = -1
    while size != _size(search.best.course) and search.left > 0:
        size = _size(search.best.course)
        search.leave_out_kills()
        search.leave_out_faults()
        search.leave_out_departures()
    return search.best


def signature(violation: Violation) -> str:
    """What makes two violations the same: the promise and the text, numbers aside."""
    return f"{violation.invariant} {re.sub(r'[0-9]+', '#', violation.text)}"


def smallest(items: Sequence[T], breaks: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """A part of the items that still breaks, of which no smaller half, quarter … can be left out."""
    parts = 2
    while items:
        size = -(-len(items) // parts)
        for start in range(0, len(items), size):
            rest = [*items[:start], *items[start + size :]]
            if breaks(rest):
                items, parts = rest, max(2, parts - 1)
                break
        else:
            if size == 1:
                break
            parts = min(len(items), parts * 2)
    return items


@dataclass(slots=True)
class _Search:
    best: Failure
    props: Props
    left: int

    def leave_out_kills(self) -> None:
        """Fewer lives."""
        smallest(self.best.course.kills, lambda kills: self._try(replace(self.best.course, kills=tuple(kills))))

    def leave_out_faults(self) -> None:
        """Fewer faults."""
        smallest(self.best.course.faults, lambda faults: self._try(replace(self.best.course, faults=tuple(faults))))

    def leave_out_departures(self) -> None:
        """A plainer schedule."""
        schedule = self.best.course.schedule or ()
        everything = [(life, departure) for life, departures in enumerate(schedule) for departure in departures]
        smallest(everything, lambda kept: self._try(replace(self.best.course, schedule=_by_life(kept, len(schedule)))))

    def _try(self, course: Course) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        done = run(self.best.scenario, course, self.props)
        violations = check(done)
        if not {signature(violation) for violation in violations} & {signature(self.best.violations[0])}:
            return False
        violations.sort(key=lambda violation: signature(violation) != signature(self.best.violations[0]))
        self.best = failure_of(self.best.scenario, course, done, violations)
        return True


def _by_life(kept: Sequence[tuple[int, Departure]], lives: int) -> tuple[tuple[Departure, ...], ...]:
    return tuple(tuple(departure for at, departure in kept if at == life) for life in range(lives))


def _size(course: Course) -> int:
    return len(course.faults) + len(course.kills) + sum(len(departures) for departures in course.schedule or ())
