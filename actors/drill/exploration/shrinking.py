"""Shrinking a failure: fewer faults, fewer kills, fewer departures from the plainest schedule.

Delta debugging: leave out one half, then quarters, and so on, and keep what still breaks the same invariant in the same
way. Where many departures remain, one slow thread may explain them: that is tried, too. What remains is what a reader
has to understand. The search ends when its budget of steps is spent.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from actors.drill.exploration.explore import Failure, failure_of
from actors.drill.judging.invariants import check
from actors.drill.simulated.run import RunSpec, run
from actors.drill.simulated.strategies import HELD_BACK, Departure
from actors.drill.simulated.trace import TakenMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actors.drill.judging.evidence import Violation
    from actors.drill.simulated.fixtures import Fixtures

T = TypeVar("T")
STEPS_TO_SPEND = 400_000
"""Of all runs of a search together, so there are the more tries the shorter a run is."""
LONG = 2_000
"""From so many steps on an incarnation costs more than its steps: each request repeats the whole transcript."""
FEW = 3
"""So many departures need no simpler explanation."""
COARSE = 6
"""Where two threads are held back, the second is from one of so many steps on."""


class _SpentError(Exception):
    """The search has had all of its steps."""


def shrink(failure: Failure, fixtures: Fixtures, steps: int = STEPS_TO_SPEND) -> Failure:
    """The smallest failure found within about so many steps; the given one if none is smaller."""
    search = _Search(failure, fixtures, steps)
    with suppress(_SpentError):
        search.run()
    return search.best


def cost_of(steps: int) -> int:
    """What an incarnation of so many steps takes from the budget."""
    return steps + steps**2 // LONG


def signature(violation: Violation) -> str:
    """What makes two violations the same: the invariant and the text without its numbers."""
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
    fixtures: Fixtures
    left: int
    """Steps that may still be spent."""
    lanes: tuple[str, ...] = ()
    """The actors of the last run."""

    def run(self) -> None:
        """Until nothing more can be left out.

        Raises:
            _SpentError: the steps are spent before that.
        """
        size = -1
        while size != _size(self.best.run_spec):
            size = _size(self.best.run_spec)
            self.leave_out_kills()
            self.leave_out_faults()
            self.leave_out_departures()
            self.hold_back()

    def leave_out_kills(self) -> None:
        """Fewer incarnations."""
        smallest(self.best.run_spec.kills, lambda kills: self._try(replace(self.best.run_spec, kills=tuple(kills))))

    def leave_out_faults(self) -> None:
        """Fewer faults."""
        smallest(self.best.run_spec.faults, lambda faults: self._try(replace(self.best.run_spec, faults=tuple(faults))))

    def leave_out_departures(self) -> None:
        """A plainer schedule."""
        schedule = self.best.run_spec.schedule or ()
        everything = [
            (incarnation, departure) for incarnation, departures in enumerate(schedule) for departure in departures
        ]

        def breaks(kept: Sequence[tuple[int, Departure]]) -> bool:
            return self._try(replace(self.best.run_spec, schedule=_by_incarnation(kept, len(schedule))))

        if everything and not breaks(()):  # the plainest schedule is mostly enough
            smallest(everything, breaks)

    def hold_back(self) -> None:
        """Instead of many departures, one thread or two that act only when no other can, from some step on."""
        incarnation = self.best.violations[0].incarnation
        schedule = self.best.run_spec.schedule or ()
        departures = schedule[incarnation] if incarnation < len(schedule) else ()
        if len(departures) <= FEW:
            return
        lanes = tuple(dict.fromkeys((*self.lanes, *(departure.lane for departure in departures if departure.lane))))
        steps = (0, *(departure.step for departure in departures))
        ones = [Departure(step, lane, HELD_BACK) for step in steps for lane in lanes]
        coarse = steps[:: -(-len(steps) // COARSE)]
        twos = [
            (one, Departure(step, lane, HELD_BACK)) for one in ones if not one.step for step in coarse for lane in lanes
        ]
        for held in (*((one,) for one in ones), *twos):
            if self._try(
                replace(self.best.run_spec, schedule=(*schedule[:incarnation], held, *schedule[incarnation + 1 :]))
            ):
                return

    def _try(self, run_spec: RunSpec) -> bool:
        if self.left <= 0:
            raise _SpentError
        done = run(self.best.scenario, run_spec, self.fixtures)
        self.left -= sum(cost_of(incarnation.steps) for incarnation in done.incarnations)
        self.lanes = tuple(
            entry.actor for entry in done.incarnations[-1].trace.entries if isinstance(entry, TakenMessage)
        )
        violations = check(done)
        if not {signature(violation) for violation in violations} & {signature(self.best.violations[0])}:
            return False
        violations.sort(key=lambda violation: signature(violation) != signature(self.best.violations[0]))
        self.best = failure_of(self.best.scenario, run_spec, done, violations)
        return True


def _by_incarnation(kept: Sequence[tuple[int, Departure]], incarnations: int) -> tuple[tuple[Departure, ...], ...]:
    return tuple(tuple(departure for at, departure in kept if at == incarnation) for incarnation in range(incarnations))


def _size(run_spec: RunSpec) -> int:
    return len(run_spec.faults) + len(run_spec.kills) + sum(len(departures) for departures in run_spec.schedule or ())
