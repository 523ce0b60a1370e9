"""The scheduler of the Simulation runtime: who acts next, and what time it is. Nothing runs unless it says so.

A *lane* is a simulated thread: an actor, a worker, a model's connection, the clock. The scheduler asks a *chooser*
which lane acts, lets it take one step, and delivers what it sent. What can really happen in another order can happen
here: lanes act in any order, the messages of one step may leave one by one with others acting in between, and time may
pass although there is work. What cannot, cannot: a lane's own messages keep their order.

A step that has to wait (an ask, a pause) parks its thread and passes the baton to another: one thread runs at a time.
"""

from __future__ import annotations

import _thread
import heapq
import math
import random
from collections import deque
from typing import TYPE_CHECKING, Protocol

from actors.runtime.mailbox import Put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actors.runtime.clock import Clock
    from actors.runtime.envelope import Envelope

EPOCH = 1_700_000_000.0
"""What the virtual wall clock shows at the beginning, in UTC seconds since 1970."""
HURRY_WITHIN = 0.3
"""Seconds by which actors may be late although they have work: what a busy machine does to them."""


def chance(seed: int) -> Callable[[], float]:
    """Numbers from 0 to 1 (1 excluded), the same for the same seed on every Python."""
    return random.Random(seed).random  # noqa: S311 - not for secrets


class SchedulingStrategy(Protocol):
    """Decides what is left open. Steps are counted from 1."""

    hurry_at: int
    """From this step on it is asked whether time passes."""
    split_at: int
    """From this step on it is asked how many messages leave."""

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        """Which of two or more lanes acts; they are in the order in which they became ready."""
        ...

    def part(self, step: int, lane: SimThread) -> int:
        """How many of the lane's messages (from 0 to all) leave now; the rest waits for its next step."""
        ...

    def hurry(self, step: int) -> bool:
        """Whether the next timer is due now, although others could act before."""
        ...


class Destination(Protocol):
    """Where a lane's envelopes go."""

    name: str

    def deliver(self, envelope: Envelope) -> Put:
        """Put it into the mailbox now, and say what became of it."""
        ...


class SimThread:
    """A simulated thread."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.outbox: deque[tuple[Destination, Envelope]] = deque()
        self.queued = False
        self.more = False
        """Whether it can go on once its outbox is empty."""
        self.parking: Parking | None = None

    def step(self) -> bool:
        """Do one thing; whether another can be done at once."""
        raise NotImplementedError(f"{self.name} has nothing to do")


class SimThreads(Protocol):
    """What lets simulated threads act: a scheduler, or a real thread where a drill runs in real time."""

    touched: set[str]
    """Whose queues were added to."""

    @property
    def clock(self) -> Clock:
        """The time they live in."""
        ...

    def wake(self, lane: SimThread) -> None:
        """The lane has something to do."""
        ...


class Edge(SimThread):
    """A lane outside of the cast: it does what is pushed, one thing a step."""

    def __init__(self, name: str, scheduler: SimThreads) -> None:
        super().__init__(name)
        self._scheduler = scheduler
        self._actions: deque[Callable[[], object]] = deque()

    def push(self, action: Callable[[], object], seconds: float = 0.0) -> None:
        """Do this after so many seconds, behind what was pushed for then."""
        if seconds > 0:
            self._scheduler.clock.call_later(seconds, lambda: self.push(action))
            return
        self._actions.append(action)
        self._scheduler.touched.add(f"behind {self.name}")
        self._scheduler.wake(self)

    def step(self) -> bool:
        """Implement `SimThread`."""
        self._actions.popleft()()
        return bool(self._actions)


class SimTimer:
    """A pending call of the virtual clock."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], object]) -> None:
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Implement `Timer`."""
        self.action = None


class VirtualClock(SimThread):
    """Time that passes when no thread has anything to do, or when the chooser says so. Due timers act one by one."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__("clock")
        self._scheduler = scheduler
        self._heap: list[tuple[float, int, SimTimer]] = []
        self._count = 0
        self._now = 0.0
        self._wall = EPOCH

    def now(self) -> float:
        """Implement `Clock`."""
        return self._now

    def wall(self) -> float:
        """Implement `Clock`."""
        return self._wall + self._now

    def begin(self) -> None:
        """Implement `Clock`; virtual time needs no thread."""

    def call_later(self, seconds: float, action: Callable[[], object]) -> SimTimer:
        """Implement `Clock`."""
        timer = SimTimer(action)
        self._scheduler.touched.add(self.name)
        self._count += 1
        heapq.heappush(self._heap, (self._now + max(0.0, seconds), self._count, timer))
        self._wake_if_due()
        return timer

    def jump(self, seconds: float, wall: float = 0.0) -> None:
        """Let the monotonic clock jump ahead (the machine slept), and set the wall clock by as much again or less."""
        self._now += seconds
        self._wall += wall
        self._wake_if_due()

    def advance(self, within: float = math.inf) -> bool:
        """Go to the moment of the next timer, if it is due within so many seconds; False if there is none."""
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
        if not self._heap or self._heap[0][0] > self._now + within:
            return False
        self._now = max(self._now, self._heap[0][0])
        self._wake_if_due()
        return True

    def step(self) -> bool:
        """Implement `SimThread`."""
        timer = heapq.heappop(self._heap)[2] if self._due() else None
        if timer is not None and timer.action is not None:
            action, timer.action = timer.action, None
            action()
        return self._due()

    def _due(self) -> bool:
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
        return bool(self._heap) and self._heap[0][0] <= self._now

    def _wake_if_due(self) -> None:
        if not self.queued and self._due():
            self._scheduler.wake(self)


class AbandonedError(BaseException):
    """The run is over; raised in every thread that still waits."""


class Parking:
    """A lane in the middle of a step, waiting on its own thread."""

    def __init__(self, lane: SimThread, condition: Callable[[], bool] | None) -> None:
        self.lane = lane
        self.condition = condition
        self.met = False
        self.done = False
        """Met, or out of time."""
        self.bell = _thread.allocate_lock()
        self.bell.acquire()


class Scheduler:
    """One run, from the first step to the last."""

    def __init__(self, strategy: SchedulingStrategy, most_steps: int = 20_000, most_seconds: float = 86_400.0) -> None:
        self._strategy = strategy
        self.most_steps = most_steps
        self._most_seconds = most_seconds
        self.ready: list[SimThread] = []
        self.clock = VirtualClock(self)
        self.current: SimThread | None = None
        self.steps = 0
        self.end = ""
        """Why the run is over: `over`, `quiet` (no thread can act), `steps` or `seconds` (a bound was reached)."""
        self.parkings: list[Parking] = []
        self.nests = False
        """A step that waits keeps its thread and lets the others act on top of it: twenty times as fast, and the same
        as long as one step waits at a time; of two, the one that began later must be done first."""
        self.parked: Callable[[SimThread], object] = lambda _: None
        """Called with a lane that begins to wait in the middle of a step."""
        self.stepped: Callable[[SimThread], object] | None = None
        """Called after each step, and where one begins to wait."""
        self.touched: set[str] = set()
        """Lanes that steps have changed; the reader empties it. What was only put at the end of what waits
        there, so that the lane's next step stays the same, counts as `behind` it.
        """
        self.idle: Callable[[], bool] = lambda: False
        """Called when no thread can act and no timer is set; True if that has changed now."""
        self._problem: BaseException | None = None
        self._home = _thread.allocate_lock()

    def wake(self, lane: SimThread) -> None:
        """The lane has something to do, or can go on where it waits."""
        lane.more = True
        self._queue(lane)

    def run(self) -> str:
        """Run until `finish` is called or no thread can act; return why it ended. A scheduler runs once."""
        self._home.acquire()
        self._loop()
        self._home.acquire()
        if self._problem is not None:
            raise self._problem
        return self.end

    def finish(self, why: str = "over") -> None:
        """End the run with the present step."""
        self.end = self.end or why

    def park(self, condition: Callable[[], bool] | None, seconds: float | None) -> bool:
        """The step that runs now waits for the condition, or for so many seconds; whether the condition was met."""
        lane = self.current
        if lane is None:
            raise RuntimeError("only a step of a run can wait in virtual time")
        self.deliver(lane, len(lane.outbox))
        lane.parking = parking = Parking(lane, condition)
        self.parkings.append(parking)
        timer = None if seconds is None else self.clock.call_later(seconds, lambda: self._resume(parking))
        self.parked(lane)
        if self.stepped is not None:
            self.stepped(lane)
        if self.nests:
            self._nest(parking)
        else:
            _thread.start_new_thread(self._loop, ())
            parking.bell.acquire()
        if self.end:
            raise AbandonedError
        if timer is not None:
            timer.cancel()
        self.current = lane
        return parking.met

    def deliver(self, lane: SimThread, count: int) -> None:
        """Let the first messages of a lane's outbox go."""
        outbox = lane.outbox
        for _ in range(count):
            address, envelope = outbox.popleft()
            put = address.deliver(envelope)
            if self.stepped is not None:
                queued = put is Put.TAKEN and not envelope.message.urgent
                self.touched.add(f"behind {address.name}" if queued else address.name)

    def _loop(self) -> None:
        """Hold the baton until another thread gets it."""
        if not self._act(None):
            return
        if self.parkings:
            self._give_to(self.parkings[-1])
        else:
            self._home.release()

    def _nest(self, parking: Parking) -> None:
        """Let the others act until the parking's own lane is to go on."""
        self._act(parking)
        self.parkings.remove(parking)
        parking.lane.parking = None
        for outer in self.parkings:
            if outer.done:
                self._queue(outer.lane)

    def _act(self, mine: Parking | None) -> bool:
        """Up to the end of the run, or to where `mine` goes on; False: the baton was given away."""
        ready, strategy = self.ready, self._strategy
        while not self.end:
            number = self.steps + 1
            if number >= strategy.hurry_at and ready and strategy.hurry(number):
                self.clock.advance(HURRY_WITHIN)
            if not ready:
                self._wait()
                continue
            lane = ready.pop(0 if len(ready) == 1 else strategy.pick(number, ready))
            lane.queued = False
            parking = lane.parking
            if parking is None:
                self._step(lane)
                if self.parkings:
                    self._look_at_parkings()
            elif parking is mine:
                break
            elif not self.nests:
                self._give_to(parking)
                return False
        return True

    def _wait(self) -> None:
        """No thread can act: let time pass, or end."""
        if not self.clock.advance():
            if not self.idle():
                self.finish("quiet")
        elif self.clock.now() > self._most_seconds:
            self.finish("seconds")

    def _step(self, lane: SimThread) -> None:
        self.steps += 1
        outbox = lane.outbox
        self.current = lane
        if not outbox:
            lane.more = False
            try:
                lane.more = lane.step() or lane.more
            except AbandonedError:
                return
            except BaseException as problem:  # noqa: BLE001 - raised by `run`, which may be on another thread
                self._problem = problem
                self.finish("problem")
        if outbox:
            split = self.steps >= self._strategy.split_at
            self.deliver(lane, self._strategy.part(self.steps, lane) if split else len(outbox))
        self.current = None
        if lane.more or outbox:
            self._queue(lane)
        if self.stepped is not None:
            self.stepped(lane)
        if self.steps >= self.most_steps:
            self.finish("steps")

    def _queue(self, lane: SimThread) -> None:
        if not lane.queued and (lane.parking is None or lane.parking.done):
            lane.queued = True
            self.ready.append(lane)

    def _give_to(self, parking: Parking) -> None:
        self.parkings.remove(parking)
        parking.lane.parking = None
        parking.bell.release()

    def _look_at_parkings(self) -> None:
        for parking in self.parkings:
            if not parking.done and parking.condition is not None and parking.condition():
                parking.met = True
                self._resume(parking)

    def _resume(self, parking: Parking) -> None:
        parking.done = True
        if parking.lane.parking is parking:
            self._queue(parking.lane)
