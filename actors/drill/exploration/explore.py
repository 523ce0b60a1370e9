"""Exploration: many runs of a scenario, up to the first that breaks an invariant.

A failure is kept as a run spec without randomness: the schedule as it was taken, each fault
at the moment at which it struck. `actors.drill.exploration.shrinking` makes it small,
`actors.drill.exploration.report` tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actors.drill.judging.invariants import check
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Kill, RunSpec, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actors.drill.judging.evidence import Violation
    from actors.drill.plan.faults import InjectedFault
    from actors.drill.plan.scenario import Scenario
    from actors.drill.simulated.run import Run

SEALED_EVERY = 16
"""One run in so many also watches whether a message is changed after it was sent; it costs as much again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A run spec that breaks an invariant. `digest` pins the run; `run_spec.seed` is the seed that found it."""

    scenario: Scenario
    run_spec: RunSpec
    violations: tuple[Violation, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class ExplorationResult:
    """How many runs a search made, and the first failure if there was one."""

    runs: int
    failure: Failure | None


def explore(scenario: Scenario, run_specs: Iterable[RunSpec], fixtures: Fixtures | None = None) -> ExplorationResult:
    """Make the runs one after the other, up to the first that breaks an invariant."""
    fixtures = fixtures or Fixtures()
    runs = 0
    for runs, run_spec in enumerate(run_specs, 1):
        done = run(scenario, run_spec, fixtures, sealed=runs % SEALED_EVERY == 0)
        violations = check(done)
        if violations:
            return ExplorationResult(runs, failure_of(scenario, run_spec, done, violations))
    return ExplorationResult(runs, None)


def seeds(first: int, number: int, faults: tuple[InjectedFault, ...] = ()) -> Iterator[RunSpec]:
    """A run spec for each seed."""
    return (RunSpec(seed, faults) for seed in range(first, first + number))


def boundaries(scenario: Scenario, seed: int, *, stride: int = 1, cut: int = 0) -> Iterator[RunSpec]:
    """Kill -9 after each step of this seed's run (or after every `stride`-th), `cut` bytes of the journal lost."""
    undisturbed = RunSpec(seed)
    steps = run(scenario, undisturbed).incarnations[0].steps
    for step in range(1, steps + 1, stride):
        yield replace(undisturbed, kills=(Kill(step, cut),))


def second_kills(run_specs: Iterable[RunSpec], steps: Iterable[int], *, cut: int = 0) -> Iterator[RunSpec]:
    """Each spec once more for each of these steps of its last incarnation, at which the program is killed again."""
    moments = tuple(steps)
    for run_spec in run_specs:
        for step in moments:
            yield replace(run_spec, kills=(*run_spec.kills, Kill(step, cut)))


def failure_of(scenario: Scenario, run_spec: RunSpec, done: Run, violations: list[Violation]) -> Failure:
    """The failure as a run spec without randomness; it gives the run that failed."""
    always = tuple(fault for fault in run_spec.faults if fault.kind == "overflow")
    exact = replace(run_spec, faults=(*always, *done.struck), schedule=tuple(done.departures))
    return Failure(scenario, exact, tuple(violations), done.digest())
