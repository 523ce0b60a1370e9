"""The three plans that the tests run ten thousand times each, and the benchmark measures: the smallest whole turn."""

from __future__ import annotations

from actors.drill.plan.faults import InjectedFault

SEEDS = 10_000
PLANS: dict[str, tuple[InjectedFault, ...]] = {
    "undisturbed": (),
    "crashes": (
        InjectedFault("turn_loop", "crash_before", probability=0.1),
        InjectedFault("journal", "crash_after", probability=0.1),
    ),
    "disk full": (InjectedFault("journal_file", "disk_full", probability=0.15),),
}
"""By name: what goes wrong in the scenario `answer`."""
