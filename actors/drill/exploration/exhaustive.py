"""Every schedule of a small scenario, once each: depth first, with sleep sets.

Two steps of different threads that touch nothing in common lead to the same state in either order; sleep sets make sure
that only one of the orders is run. What a step touches is known from running it: the threads that it put something
into. A message that only joins the end of a queue leaves that thread's own next step as it was.

With `grain` "messages" each message leaves in a step of its own; with "handlers" all of a step's messages leave
together, which is coarser and much smaller. Time passes only when no thread can act. What takes too many runs as a
whole can be searched from a later step on; up to there threads act in their plainest order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from actors.drill.exploration.explore import Failure, failure_of
from actors.drill.judging.invariants import check
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import RunSpec, run
from actors.drill.simulated.strategies import NEVER, Departure, PlainStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from actors.drill.plan.scenario import Scenario
    from actors.runtime.simulated.scheduler import Scheduler, SimThread

Grain: TypeAlias = Literal["handlers", "messages"]
Touched: TypeAlias = frozenset[str]
PRUNED = "pruned"


@dataclass(frozen=True, slots=True)
class Search:
    """What counts as a step, and from which step on every order is tried."""

    grain: Grain = "handlers"
    since: int = 0


WHOLE = Search()
PLAINEST = RunSpec()
MOST_RUNS = 100_000


@dataclass(slots=True)
class Fork:
    """A point at which several threads could act. `done` were followed, `asleep` need not be."""

    lanes: tuple[str, ...]
    chosen: str
    asleep: dict[str, Touched]
    done: dict[str, Touched] = field(default_factory=dict[str, Touched])
    touched: Touched = frozenset()

    def turn(self) -> bool:
        """Choose a thread that was not followed yet; False if there is none."""
        self.done[self.chosen] = self.touched
        for lane in self.lanes:
            if lane not in self.done and lane not in self.asleep:
                self.chosen = lane
                return True
        return False


@dataclass(frozen=True, slots=True)
class Coverage:
    """The result of the search. `complete`: there is no other schedule. `pruned` runs were cut short as redundant."""

    runs: int
    pruned: int
    complete: bool
    failure: Failure | None


def exhaust(
    scenario: Scenario,
    run_spec: RunSpec = PLAINEST,
    most_runs: int = MOST_RUNS,
    search: Search = WHOLE,
    progress: Callable[[int], object] = lambda _: None,
) -> Coverage:
    """Run every schedule, up to the first failure or to the bound. The spec has the faults and their chances.

    `progress` is called with the number of finished runs.
    """
    fixtures, runs, pruned = Fixtures(), 0, 0
    for way in ways(search):
        progress(runs)
        if runs == most_runs:
            return Coverage(runs, pruned, complete=False, failure=None)
        runs += 1
        done = run(scenario, run_spec, fixtures, way=way)
        if done.incarnations[0].end == PRUNED:
            pruned += 1
        elif violations := check(done):
            return Coverage(runs, pruned, complete=False, failure=failure_of(scenario, run_spec, done, violations))
    return Coverage(runs, pruned, complete=True, failure=None)


def ways(search: Search = WHOLE) -> Iterator[Way]:
    """Each way to be followed by one run, to its end, before the next is asked for."""
    forks: list[Fork] = []
    while True:
        yield Way(forks, search)
        while forks and not forks[-1].turn():
            forks.pop()
        if not forks:
            return


class Way(PlainStrategy):
    """One schedule: along the forks that are known, and on into the open.

    It ends its run as `PRUNED` where all that could follow is equivalent to another run.
    """

    def __init__(self, forks: list[Fork], search: Search) -> None:
        super().__init__()
        self._since = search.since
        self.split_at = 0 if search.grain == "messages" else NEVER
        self._forks = forks
        self._place = 0
        self._asleep: dict[str, Touched] = {}
        self._fork: Fork | None = None

    def follow(self, scheduler: Scheduler) -> None:
        """Implement `PlainStrategy`."""
        self._scheduler = scheduler
        scheduler.stepped = self._stepped

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Implement `Chooser`."""
        if step < self._since:
            return 0
        names = tuple(lane.name for lane in ready)
        if self._place == len(self._forks):
            awake = [name for name in names if name not in self._asleep]
            self._forks.append(Fork(names, (awake or names)[0], dict(self._asleep)))
        fork = self._fork = self._forks[self._place]
        self._place += 1
        self._asleep = {**fork.asleep, **fork.done}
        place = names.index(fork.chosen)
        if place:
            self.departures.append(Departure(step, fork.chosen))
        return place

    def part(self, step: int, lane: SimThread) -> int:
        """Implement `Chooser`."""
        if len(lane.outbox) > 1:
            self.departures.append(Departure(step, lane.name, 1))
        return 1

    def _stepped(self, lane: SimThread) -> None:
        if lane.name in self._asleep:  # no other could act: what follows is equivalent to another run
            self._scheduler.finish(PRUNED)
        touched = frozenset(self._scheduler.touched)
        self._scheduler.touched.clear()
        if self._fork is not None:
            self._fork.touched, self._fork = touched, None
        self._asleep = {
            name: other
            for name, other in self._asleep.items()
            if name != lane.name and name not in touched and lane.name not in other and not touched & other
        }
