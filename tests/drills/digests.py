"""Prints what many runs came to, a line a scenario: the same text on every Python and every machine.

python -m tests.drills.digests
"""

from __future__ import annotations

import hashlib
import platform
import sys

from actors.drill.faults import Fault
from actors.drill.props import Props
from actors.drill.run import Course, Kill, run
from actors.drill.scenarios import SCENARIOS

SEEDS = 12
FAULTS = (
    Fault("turn_loop", "crash_before", probability=0.05),
    Fault("journal", "crash_after", probability=0.05),
    Fault("model", "cut", probability=0.3),
    Fault("terminals", "flood", probability=0.3, size=20),
)
KILLED_AFTER = 40


def courses() -> tuple[Course, ...]:
    """Undisturbed, under faults, and killed, seed by seed."""
    return tuple(
        course
        for seed in range(SEEDS)
        for course in (Course(seed), Course(seed, FAULTS), Course(seed, kills=(Kill(KILLED_AFTER, 10),)))
    )


def digests() -> list[str]:
    """One for each scenario, over all of its runs."""
    lines: list[str] = []
    props = Props()
    for scenario in SCENARIOS:
        hasher = hashlib.blake2b(digest_size=16)
        for course in courses():
            hasher.update(run(scenario, course, props).digest().encode())
        lines.append(f"{hasher.hexdigest()}  {scenario.name}")
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(digests()) + "\n")
    sys.stderr.write(f"Python {platform.python_version()}: {len(SCENARIOS) * len(courses())} runs\n")
