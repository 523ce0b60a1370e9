"""The actor layer beside plain pykka and plain queues: throughput, the way of a cancel, the front end's loop.

S0-5: a cancel overtakes 20,000 deltas, as a ratio to what it takes where there is one queue. S3-9: 24,000 messages a
second through the Loop runtime, none lost. S1-19: "stays responsive" as a number: how late the loop gets to a key in
that flood.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from statistics import median
from typing import ClassVar

import pykka

from actors.runtime.actor_system import ActorSystem
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.clock import RealClock
from actors.runtime.log import Log
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Event
from tests.benchmarks.table import CannotMeasureError, Row, in_turns, least, most, ratios

MESSAGES = 50_000
FLOOD = 200_000
DELTAS = 20_000
DEMANDED = 24_000
"""Messages a second that the front end must take."""
FRAME = 1 / 60
LOOKS_EACH = 0.002
LONGEST = 60.0
SWITCH_INTERVAL = 0.0005
"""As the program sets it for itself."""


class Delta(Event, frozen=True):
    """A piece of an answer."""

    text: str


class Halt(Event, frozen=True):
    """An urgent message."""

    urgent: ClassVar[bool] = True


class Go(Event, frozen=True):
    """Send the deltas, or go on after having been held up."""


class Tally:
    """What every side does with a message, and when it was done with the last."""

    def __init__(self, expected: int) -> None:
        self.count = 0
        self.length = 0
        self.ended = 0.0
        self.done = threading.Event()
        self._expected = expected

    def take(self, delta: Delta) -> None:
        """Count one."""
        self.count += 1
        self.length += len(delta.text)
        if self.count == self._expected:
            self.ended = time.perf_counter()
            self.done.set()

    def since(self, begun: float) -> float:
        """Seconds until the last one was taken; waits for it."""
        if not self.done.wait(LONGEST):
            raise CannotMeasureError(f"{self._expected - self.count} of {self._expected} messages did not arrive")
        return self.ended - begun


class Source(Behaviour[object]):
    """Sends deltas as fast as it can, from its own thread."""

    def __init__(self, context: Context, number: int) -> None:
        self._context, self._number = context, number

    def handle(self, message: object) -> object:
        """On `Go`."""
        send = self._context.send
        for _ in range(self._number):
            send(Delta("word "))
        return message


class Sink(Behaviour[object]):
    """Takes deltas; on `Go` it is held up until the gate opens, on `Halt` it notes the time."""

    def __init__(self, tally: Tally, gate: threading.Event | None = None) -> None:
        self._tally, self._gate = tally, gate
        self.halted = 0.0

    def handle(self, message: object) -> object:
        """Each as it is."""
        match message:
            case Delta():
                self._tally.take(message)
            case Go() if self._gate is not None:
                self._gate.wait(LONGEST)
            case Halt():
                self.halted = time.perf_counter()
            case _:
                pass
        return None


class PykkaSink(pykka.ThreadingActor):
    """The same on plain pykka."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def on_receive(self, message: object) -> object:
        """Hand it on."""
        return self._sink.handle(message)


class PykkaSource(pykka.ThreadingActor):
    """The same on plain pykka."""

    def __init__(self, sink: pykka.ActorRef[PykkaSink], number: int) -> None:
        super().__init__()
        self._sink, self._number = sink, number

    def on_receive(self, message: object) -> object:
        """Send the deltas."""
        tell = self._sink.tell
        for _ in range(self._number):
            tell(Delta("word "))
        return message


def new_system() -> ActorSystem:
    """An actor system with nobody in it."""
    clock = RealClock()
    return ActorSystem(clock, Log(clock, str))


def ours_told() -> float:
    """Seconds for one actor of ours to tell another all the messages."""
    system, tally = new_system(), Tally(MESSAGES)
    system.start(Child("sink", lambda _: Sink(tally), (Delta,), MailboxSpec()))
    system.start(Child("source", lambda context: Source(context, MESSAGES), (Go,), MailboxSpec()))
    begun = time.perf_counter()
    system.publish(Go(), "bench")
    try:
        return tally.since(begun)
    finally:
        system.stop(1.0)


def pykka_told() -> float:
    """The same between two actors of plain pykka."""
    tally = Tally(MESSAGES)
    sink = PykkaSink.start(Sink(tally))
    source = PykkaSource.start(sink, MESSAGES)
    begun = time.perf_counter()
    source.tell(Go())
    try:
        return tally.since(begun)
    finally:
        source.stop()
        sink.stop()


def queued() -> float:
    """The same between two threads with a queue and nothing else."""
    queue: SimpleQueue[Delta | None] = SimpleQueue()
    tally = Tally(MESSAGES)

    def consume() -> None:
        while (delta := queue.get()) is not None:
            tally.take(delta)

    def produce() -> None:
        for _ in range(MESSAGES):
            queue.put(Delta("word "))
        queue.put(None)

    threads = [threading.Thread(target=work) for work in (consume, produce)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    try:
        return tally.since(begun)
    finally:
        for thread in threads:
            thread.join(LONGEST)


def held_up(sink: Sink, gate: threading.Event, tally: Tally, tell: Callable[[Event], object]) -> float:
    """Seconds from the moment an actor comes back, 20,000 deltas and a cancel before it, until it hears the cancel."""
    tell(Go())
    for _ in range(DELTAS):
        tell(Delta("word "))
    tell(Halt())
    begun = time.perf_counter()
    gate.set()
    if not tally.done.wait(LONGEST):
        raise CannotMeasureError("the cancel or the last delta was not heard")
    return sink.halted - begun


class LateTally(Tally):
    """Ends with the cancel or the last delta, whichever is later."""

    def take(self, delta: Delta) -> None:
        """Count one; the ring is up to the sink."""
        self.count += 1
        self.length += len(delta.text)


class HaltingSink(Sink):
    """Rings when it has heard all deltas and the cancel."""

    def __init__(self, tally: LateTally, gate: threading.Event) -> None:
        super().__init__(tally, gate)
        self._late = tally

    def handle(self, message: object) -> object:
        """As `Sink`."""
        super().handle(message)
        if self.halted and self._late.count == DELTAS:
            self._late.done.set()
        return None


def ours_cancelled() -> float:
    """A cancel's way through our mailbox."""
    system, tally, gate = new_system(), LateTally(DELTAS), threading.Event()
    sink = HaltingSink(tally, gate)
    system.start(Child("sink", lambda _: sink, (Go, Delta, Halt), MailboxSpec()))
    try:
        return held_up(sink, gate, tally, lambda message: system.publish(message, "bench"))
    finally:
        system.stop(1.0)


def pykka_cancelled() -> float:
    """A cancel's way through plain pykka's."""
    tally, gate = LateTally(DELTAS), threading.Event()
    sink = HaltingSink(tally, gate)
    actor = PykkaSink.start(sink)
    try:
        return held_up(sink, gate, tally, actor.tell)
    finally:
        actor.stop()


class Lateness:
    """How late a loop gets to something that is due every few milliseconds, as a key press would be."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.seconds: list[float] = []
        self._loop = loop
        self._due = loop.time() + LOOKS_EACH
        self._handle = loop.call_at(self._due, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        self.seconds.append(now - self._due)
        self._due = now + LOOKS_EACH
        self._handle = self._loop.call_at(self._due, self._look)

    def end(self) -> float:
        """Stop looking; the 99th of a hundred."""
        self._handle.cancel()
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Flood:
    """Seconds that a loop took for all messages, and how late it got to its timer."""

    seconds: float
    late: float


async def flooded(send_all: Callable[[], None], tally: Tally) -> Flood:
    """Let a thread send, and watch the loop that receives."""
    loop = asyncio.get_running_loop()
    lateness = Lateness(loop)
    begun = time.perf_counter()
    await asyncio.gather(loop.run_in_executor(None, send_all), loop.run_in_executor(None, tally.done.wait, LONGEST))
    return Flood(tally.since(begun), lateness.end())


def ours_on_loop() -> Flood:
    """An actor of ours on an asyncio loop, flooded from a thread."""

    async def measure() -> Flood:
        system, tally = new_system(), Tally(FLOOD)

        def send_all() -> None:
            for _ in range(FLOOD):
                system.publish(Delta("word "), "bench")

        system.gate.attach(asyncio.get_running_loop().call_soon_threadsafe)
        system.start(Child("view", lambda _: Sink(tally), (Delta,), MailboxSpec(), on_loop=True))
        try:
            return await flooded(send_all, tally)
        finally:
            system.stop(1.0)

    return asyncio.run(measure())


def bare_loop() -> Flood:
    """A bare callback for each message."""

    async def measure() -> Flood:
        loop, tally = asyncio.get_running_loop(), Tally(FLOOD)

        def send_all() -> None:
            for _ in range(FLOOD):
                loop.call_soon_threadsafe(tally.take, Delta("word "))

        return await flooded(send_all, tally)

    return asyncio.run(measure())


def rows() -> Iterator[Row]:
    """See the module."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    told = in_turns(11, ours_told, pykka_told, queued)
    yield Row(
        "throughput of tells between two actors ÷ plain pykka's",
        tuple(pykka / ours for ours, pykka, _ in told),
        least(0.6),
        f"{MESSAGES:,} messages, through bus, mailbox and shell",
    )
    yield Row("throughput of tells ÷ two threads and a SimpleQueue", tuple(bare / ours for ours, _, bare in told))
    cancelled = in_turns(7, ours_cancelled, pykka_cancelled)
    yield Row("S0-5 a cancel behind 20,000 deltas ÷ plain pykka's", ratios(cancelled), most(0.05))
    floods = in_turns(5, ours_on_loop, bare_loop)
    yield Row(
        "S3-9 messages a second on the loop ÷ 24,000, none lost",
        tuple(FLOOD / ours.seconds / DEMANDED for ours, _ in floods),
        least(1),
    )
    yield Row(
        "S3-9 throughput of the loop ÷ a bare call_soon_threadsafe each",
        tuple(bare.seconds / ours.seconds for ours, bare in floods),
        least(0.6),
    )
    yield Row(
        "S1-19 how late the flooded loop gets to a key, p99 ÷ a frame of 1/60 s",
        tuple(ours.late / FRAME for ours, _ in floods),
        most(1),
        f"a bare call_soon each: {median(bare.late for _, bare in floods) / FRAME:.2f}",
    )
