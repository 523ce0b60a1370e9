"""Prints what many runs came to, a line a scenario: the same text on every Python and every machine.

python -m tests.drills.digests
"""

from __future__ import annotations

import hashlib
import platform
import sys

from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import SCENARIOS
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Kill, RunSpec, run

SEEDS = 12
FAULTS = (
    InjectedFault("turn_loop", "crash_before", probability=0.05),
    InjectedFault("journal", "crash_after", probability=0.05),
    InjectedFault("model", "cut", probability=0.3),
    InjectedFault("terminals", "flood", probability=0.3, size=20),
)
KILLED_AFTER = 40


def run_specs() -> tuple[RunSpec, ...]:
    """Undisturbed, under faults, and killed, seed by seed."""
    return tuple(
        run_spec
        for seed in range(SEEDS)
        for run_spec in (RunSpec(seed), RunSpec(seed, FAULTS), RunSpec(seed, kills=(Kill(KILLED_AFTER, 10),)))
    )


def digests() -> list[str]:
    """One for each scenario, over all of its runs."""
    lines: list[str] = []
    fixtures = Fixtures()
    for scenario in SCENARIOS:
        hasher = hashlib.blake2b(digest_size=16)
        for run_spec in run_specs():
            hasher.update(run(scenario, run_spec, fixtures).digest().encode())
        lines.append(f"{hasher.hexdigest()}  {scenario.name}")
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(digests()) + "\n")
    sys.stderr.write(f"Python {platform.python_version()}: {len(SCENARIOS) * len(run_specs())} runs\n")
