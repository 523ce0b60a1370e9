"""A run: a scenario under a fault plan and a schedule, in one life or in several with a kill between them.

`run` is the one way to make one; exploration, shrinking, replay and the tests all use it. The same arguments give the
same run, to the last byte, on any machine and any Python.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actors.drill.choosers import Departure, Plain, Priorities, Replayed, Walk
from actors.drill.faults import Fault, Injector
from actors.drill.life import Life, Stage
from actors.drill.props import Props
from actors.runtime.scheduler import chance

if TYPE_CHECKING:
    from actors.drill.scenario import Scenario
    from actors.drill.world import World


SLOW = {"delay": ("slow",)}
"""What else a kind is called in a plan."""


@dataclass(frozen=True, slots=True)
class Kill:
    """kill -9 after this step of a life; `cut` bytes that were not yet on the disk for certain are lost."""

    step: int
    cut: int = 0


@dataclass(slots=True)
class Run:
    """What happened. `departures` has the schedule of each life."""

    world: World
    lives: list[Life]
    departures: list[tuple[Departure, ...]]
    struck: tuple[Fault, ...]
    cut: bool
    """Whether a kill took bytes of the journal along."""

    def happened(self) -> set[tuple[str, str]]:
        """The faults that struck, by place and kind; a fault that slows an actor is a delay each time."""
        struck = {(fault.at, kind) for fault in self.struck for kind in (fault.kind, *SLOW.get(fault.kind, ()))}
        kills = {"kill"} if len(self.lives) > 1 else set[str]()
        return struck | {("program", kind) for kind in self.world.happened | kills}

    def digest(self) -> str:
        """The same for the same run."""
        return " ".join(life.trace.digest() for life in self.lives)


def chooser_for(seed: int, life: int) -> Plain:
    """Every fourth seed goes by priorities, the others walk; a second life goes another way than the first."""
    numbers = chance(seed * 1_000 + life)
    return Priorities(numbers) if seed % 4 == 0 else Walk(numbers)


@dataclass(frozen=True, slots=True)
class Course:
    """What decides a run, beside its scenario: the seed (schedules and chances), the faults, the kills.

    With `schedule` the recorded departures decide, one tuple for each life, and the seed only the chances of faults.
    """

    seed: int = 0
    faults: tuple[Fault, ...] = ()
    kills: tuple[Kill, ...] = ()
    schedule: tuple[tuple[Departure, ...], ...] | None = None


def run(
    scenario: Scenario, course: Course, props: Props | None = None, *, sealed: bool = False, way: Plain | None = None
) -> Run:
    """The run that the course describes: a life for each kill, and the one that ends by itself.

    `way` decides the first life's schedule instead of the course.
    """
    props = props or Props()
    world = props.begin(scenario)
    injector = Injector(course.faults, chance(course.seed) if course.faults else no_chance)
    done = Run(world, [], [], (), any(kill.cut for kill in course.kills))
    for kill in (*course.kills, None):
        chooser = way if way is not None and not done.lives else _chooser(course, len(done.lives))
        stage = Stage(props, chooser, injector, sealed=sealed)
        done.lives.append(stage.live(kill.step if kill is not None else 0))
        done.departures.append(tuple(chooser.departures))
        if kill is None or done.lives[-1].end != "killed":
            break
        world.kill(kill.cut)
    return replace(done, struck=tuple(injector.struck))


def no_chance() -> float:
    """Without faults nothing is left to chance but the schedule."""
    return 0.0


def _chooser(course: Course, life: int) -> Plain:
    if course.schedule is not None:
        return Replayed(course.schedule[life] if life < len(course.schedule) else ())
    return chooser_for(course.seed, life)
