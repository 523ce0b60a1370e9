"""Drills: how many schedules of the smallest whole turn (a prompt, its answer, the end) run in a second on one core.

Counted in seconds of the processor, so that a busy machine does not count against it.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from itertools import count

from actors.drill.invariants import check
from actors.drill.props import Props
from actors.drill.run import Course, run
from actors.drill.scenarios import ANSWER
from tests.benchmarks.table import Bar, Row

BATCH = 150
BATCHES = 12
THOUSAND = 1_000.0
COLLECT_EACH = 20_000
"""As the program sets it for itself."""


def rows() -> Iterator[Row]:
    """The runs alone, and with every promise checked after each."""
    props, seeds = Props(), count()
    gc.freeze()
    gc.set_threshold(COLLECT_EACH)

    def alone() -> object:
        return run(ANSWER, Course(next(seeds)), props)

    def checked() -> object:
        return check(run(ANSWER, Course(next(seeds)), props))

    yield Row("thousand schedules a second", thousands(alone), Bar(1.0, at_least=True))
    enough = 30 / 60
    yield Row("the same, every promise checked", thousands(checked), Bar(enough, at_least=True), "10,000 × 3 a minute")


def thousands(action: Callable[[], object]) -> tuple[float, ...]:
    """How often a second, in thousands, batch by batch."""
    found: list[float] = []
    for _ in range(BATCHES):
        begun = time.process_time()
        for _ in range(BATCH):
            action()
        found.append(BATCH / (time.process_time() - begun) / THOUSAND)
    return tuple(found)
