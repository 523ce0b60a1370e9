"""Scheduling strategies: who acts next, by chance, by priorities (PCT), or as recorded in an earlier run.

Each decision that departs from the plainest order (first ready, first to act; everything sent at once; time passes only
when no thread can act) is noted as a `Departure`. The list of departures *is* the schedule: a failure is
replayed and shrunk by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from actors.runtime.simulated.scheduler import Scheduler, SimThread

HURRY = 0.01
"""How often a walk lets time pass although there is work."""
SPLIT = 0.1
"""How often a walk lets the messages of one step leave in parts."""
NEVER = 1 << 60
NO_COUNT = -1
HELD_BACK = -2


class Departure(Struct, frozen=True, order=True):
    """At this step this thread acted instead of the first; or, with a count, only so many of its messages left.

    With `HELD_BACK` the thread acted, from this step on, only when no other could. An empty name: time passed.
    """

    step: int
    lane: str = ""
    count: int = NO_COUNT


class PlainStrategy:
    """No departures; also what is common to the others."""

    def __init__(self) -> None:
        self.departures: list[Departure] = []
        self.hurry_at = NEVER
        self.split_at = NEVER

    def follow(self, scheduler: Scheduler) -> None:
        """Attach to the scheduler before the first step."""

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Implement `SchedulingStrategy`."""
        del step, ready
        return 0

    def part(self, step: int, lane: SimThread) -> int:
        """Implement `SchedulingStrategy`."""
        del step
        return len(lane.outbox)

    def hurry(self, step: int) -> bool:
        """Implement `SchedulingStrategy`."""
        del step
        return False


class RandomWalk(PlainStrategy):
    """A random walk; `chance` gives numbers from 0 to 1 (1 excluded)."""

    def __init__(self, chance: Callable[[], float]) -> None:
        super().__init__()
        self._chance = chance
        self.hurry_at = self._after(0, HURRY)
        self.split_at = self._after(0, SPLIT)

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Implement `SchedulingStrategy`."""
        place = int(self._chance() * len(ready))
        if place:
            self.departures.append(Departure(step, ready[place].name))
        return place

    def part(self, step: int, lane: SimThread) -> int:
        """Implement `SchedulingStrategy`."""
        self.split_at = self._after(step, SPLIT)
        part = int(self._chance() * len(lane.outbox))
        self.departures.append(Departure(step, lane.name, part))
        return part

    def hurry(self, step: int) -> bool:
        """Implement `SchedulingStrategy`."""
        self.hurry_at = self._after(step, HURRY)
        self.departures.append(Departure(step))
        return True

    def _after(self, step: int, often: float) -> int:
        """A step behind this one, on average the inverse of `often` away."""
        return step + 1 + int(self._chance() * 2 / often)


class PriorityStrategy(PlainStrategy):
    """PCT: each thread gets a random priority, the highest acts; at a few chosen steps it becomes the lowest.

    Finds a bug that needs `changes + 1` ordered events with a probability that is bounded from below.
    """

    def __init__(self, chance: Callable[[], float], changes: int = 3, expected_steps: int = 200) -> None:
        super().__init__()
        self._chance = chance
        self._changes = {1 + int(chance() * expected_steps) for _ in range(changes)}
        self.split_at = 0
        self._lowest = 0.0
        self._priorities: dict[str, float] = {}

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Implement `SchedulingStrategy`."""
        place = self._highest(ready)
        if step in self._changes:
            self._lowest -= 1.0
            self._priorities[ready[place].name] = self._lowest
            place = self._highest(ready)
        if place:
            self.departures.append(Departure(step, ready[place].name))
        return place

    def part(self, step: int, lane: SimThread) -> int:
        """Implement `SchedulingStrategy`. At a change the thread is stopped in the middle of what it sends."""
        count = len(lane.outbox)
        if step not in self._changes:
            return count
        self.departures.append(Departure(step, lane.name, 0))
        return 0

    def _highest(self, ready: Sequence[SimThread]) -> int:
        known = self._priorities
        for lane in ready:
            if lane.name not in known:
                known[lane.name] = 1.0 + self._chance()
        priorities = [known[lane.name] for lane in ready]
        return priorities.index(max(priorities))


class ReplayStrategy(PlainStrategy):
    """The departures of an earlier run. One that does not fit any more is passed over."""

    def __init__(self, departures: Iterable[Departure]) -> None:
        super().__init__()
        self._lanes: dict[int, str] = {}
        self._counts: dict[int, tuple[str, int]] = {}
        self._hurries: set[int] = set()
        self._held: dict[str, Departure] = {}
        for departure in departures:
            if departure.count == HELD_BACK:
                self._held[departure.lane] = departure
            elif not departure.lane:
                self._hurries.add(departure.step)
            elif departure.count == NO_COUNT:
                self._lanes[departure.step] = departure.lane
            else:
                self._counts[departure.step] = (departure.lane, departure.count)
        self.hurry_at = min(self._hurries, default=NEVER)
        self.split_at = min(self._counts, default=NEVER)

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Implement `SchedulingStrategy`."""
        wanted = self._lanes.get(step)
        for place, lane in enumerate(ready):
            if lane.name == wanted:
                if place:
                    self.departures.append(Departure(step, lane.name))
                return place
        return self._first(step, ready) if self._held else 0

    def _first(self, step: int, ready: Sequence[SimThread]) -> int:
        """The first thread that is not held back."""
        for place, lane in enumerate(ready):
            held = self._held.get(lane.name)
            if held is None or held.step > step:
                return place
            if held not in self.departures:
                self.departures.append(held)
        return 0

    def part(self, step: int, lane: SimThread) -> int:
        """Implement `SchedulingStrategy`."""
        name, count = self._counts.get(step, ("", NO_COUNT))
        if name != lane.name or count >= len(lane.outbox):
            return len(lane.outbox)
        self.departures.append(Departure(step, name, count))
        return count

    def hurry(self, step: int) -> bool:
        """Implement `SchedulingStrategy`."""
        if step not in self._hurries:
            return False
        self.departures.append(Departure(step))
        return True
