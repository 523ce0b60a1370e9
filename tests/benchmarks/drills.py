"""Drills: how many schedules of the smallest whole turn (a prompt, its answer, the end) run in a second on one core.

Counted in seconds of the processor, so that a busy machine does not count against it.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from itertools import count

from actors.drill.exploration.explore import explore, seeds
from actors.drill.judging.invariants import check
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import RunSpec, run
from tests.benchmarks.table import Bar, CannotMeasureError, Row
from tests.drills.three_plans import PLANS, SEEDS

BATCH = 150
BATCHES = 12
THOUSAND = 1_000.0


def rows() -> Iterator[Row]:
    """The runs alone, and with every promise checked after each."""
    fixtures, numbers = Fixtures(), count()
    gc.freeze()  # as the command does

    def alone() -> object:
        return run(ANSWER, RunSpec(next(numbers)), fixtures)

    def checked() -> object:
        return check(run(ANSWER, RunSpec(next(numbers)), fixtures))

    yield Row("thousand schedules a second", thousands(alone), Bar(1.0, at_least=True))
    yield Row("the same, every promise checked", thousands(checked))
    note = f"{SEEDS:,} seeds of {', '.join(PLANS)}"
    yield Row("schedules of three plans, checked ÷ what a minute has room for", minutes(), Bar(1.0), note)


def minutes() -> tuple[float, ...]:
    """Minutes of one core for all seeds of the three plans, extrapolated from a few hundred of each, batch by batch."""
    found: list[float] = []
    for batch in range(BATCHES):
        begun = time.process_time()
        for faults in PLANS.values():
            outcome = explore(ANSWER, seeds(batch * BATCH, BATCH, faults))
            if outcome.failure is not None:
                raise CannotMeasureError(f"a promise was broken: {outcome.failure.violations}")
        found.append((time.process_time() - begun) * SEEDS / BATCH / 60)
    return tuple(found)


def thousands(action: Callable[[], object]) -> tuple[float, ...]:
    """How often a second, in thousands, batch by batch."""
    found: list[float] = []
    for _ in range(BATCHES):
        begun = time.process_time()
        for _ in range(BATCH):
            action()
        found.append(BATCH / (time.process_time() - begun) / THOUSAND)
    return tuple(found)
