"""A run: a scenario under a fault plan and a schedule, in one incarnation or several with a kill between them.

`run` is the one way to make one; exploration, shrinking, replay and the tests all use it. The same arguments give the
same run, to the last byte, on any machine and any Python.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.incarnation import Incarnation, SimulatedCompany
from actors.drill.simulated.strategies import Departure, PlainStrategy, PriorityStrategy, RandomWalk, ReplayStrategy
from actors.runtime.simulated.scheduler import chance

if TYPE_CHECKING:
    from actors.drill.plan.scenario import Scenario
    from actors.drill.simulated.world import World


SLOW = {"delay": ("slow",)}
"""What else a kind is called in a plan."""


@dataclass(frozen=True, slots=True)
class Kill:
    """kill -9 after this step of an incarnation; `cut` bytes that were not yet on the disk for certain are lost."""

    step: int
    cut: int = 0


@dataclass(slots=True)
class Run:
    """What happened. `departures` has the schedule of each incarnation."""

    world: World
    incarnations: list[Incarnation]
    departures: list[tuple[Departure, ...]]
    struck: tuple[InjectedFault, ...]
    cut: bool
    """Whether a kill lost unsynced bytes of the journal."""

    def happened(self) -> set[tuple[str, str]]:
        """The faults that struck, by place and kind; a fault that slows an actor is a delay each time."""
        struck = {(fault.at, kind) for fault in self.struck for kind in (fault.kind, *SLOW.get(fault.kind, ()))}
        kills = {"kill"} if len(self.incarnations) > 1 else set[str]()
        return struck | {("program", kind) for kind in self.world.happened | kills}

    def digest(self) -> str:
        """The same for the same run."""
        return " ".join(incarnation.trace.digest() for incarnation in self.incarnations)


def strategy_for(seed: int, incarnation: int) -> PlainStrategy:
    """`PriorityStrategy` for every fourth seed, else `RandomWalk`; each incarnation gets its own random numbers."""
    numbers = chance(seed * 1_000 + incarnation)
    return PriorityStrategy(numbers) if seed % 4 == 0 else RandomWalk(numbers)


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What decides a run, beside its scenario: the seed (schedules and chances), the faults, the kills.

    With `schedule` the recorded departures decide, one tuple for each incarnation; the seed decides only the faults'
    chances.
    """

    seed: int = 0
    faults: tuple[InjectedFault, ...] = ()
    kills: tuple[Kill, ...] = ()
    schedule: tuple[tuple[Departure, ...], ...] | None = None


def run(
    scenario: Scenario,
    run_spec: RunSpec,
    fixtures: Fixtures | None = None,
    *,
    sealed: bool = False,
    way: PlainStrategy | None = None,
) -> Run:
    """Make the run that the spec describes: an incarnation for each kill, and one that ends by itself.

    `way` replaces the schedule of the first incarnation.
    """
    fixtures = fixtures or Fixtures()
    world = fixtures.begin(scenario)
    injector = Injector(run_spec.faults, chance(run_spec.seed) if run_spec.faults else no_chance)
    done = Run(world, [], [], (), any(kill.cut for kill in run_spec.kills))
    for kill in (*run_spec.kills, None):
        strategy = way if way is not None and not done.incarnations else _strategy(run_spec, len(done.incarnations))
        stage = SimulatedCompany(fixtures, strategy, injector, sealed=sealed)
        done.incarnations.append(stage.live(kill.step if kill is not None else 0))
        done.departures.append(tuple(strategy.departures))
        if kill is None or done.incarnations[-1].end != "killed":
            break
        world.kill(kill.cut)
    return replace(done, struck=tuple(injector.struck))


def no_chance() -> float:
    """Random numbers for a run without faults: none may be drawn."""
    return 0.0


def _strategy(run_spec: RunSpec, incarnation: int) -> PlainStrategy:
    if run_spec.schedule is not None:
        return ReplayStrategy(run_spec.schedule[incarnation] if incarnation < len(run_spec.schedule) else ())
    return strategy_for(run_spec.seed, incarnation)
