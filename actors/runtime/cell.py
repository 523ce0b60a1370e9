"""A cell: everything about one actor that outlives its behaviours and shells, and what can be asked of it from outside.

Its numbers are written by the shell that runs it and read by anyone, also while a handler hangs.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from actors.runtime.behaviour import Context

if TYPE_CHECKING:
    from actors.runtime.address import Address
    from actors.runtime.behaviour import Behaviour, Child
    from actors.runtime.envelope import Envelope
    from actors.runtime.mailbox import Mailbox
    from actors.runtime.message import Message

CellState: TypeAlias = Literal["starting", "running", "failed", "stopped"]
"""`failed`: it waits for its supervisor's verdict, its mailbox fills and nothing is lost."""

LATENCY_BUCKETS = 40


class ActorStatus(Struct, frozen=True):
    """What an actor looks like from outside. Times in seconds; `busy` is for how long the present message has run.

    `oldest` is the class of the message that waits longest; `dead_letters` counts those that were meant for it.
    """

    name: str
    state: CellState
    depth: int
    high_water: int
    joined: int
    oldest: str
    handled: int
    crashes: int
    restarts: int
    dead_letters: int
    handling: str
    busy: float | None
    p99: float


class ClosableContext(Context, Protocol):
    """The context of the present behaviour."""

    def close(self) -> None:
        """From now on nothing sent through it arrives, and its timers are off."""
        ...


class Cell:
    """The shared record of one actor."""

    def __init__(self, child: Child, mailbox: Mailbox, address: Address, supervisor: Address | None) -> None:
        self.child = child
        self.mailbox = mailbox
        self.address = address
        self.supervisor = supervisor
        self.accepts = frozenset(child.receives)
        """Classes that its behaviour may be given; empty: the actor is off the bus, and its address takes all."""
        self.behaviour: Behaviour[Any] | None = None
        self.context: ClosableContext | None = None
        self.state: CellState = "starting"
        self.generation = 0
        self.handled = 0
        self.crashes = 0
        self.dead_letters = 0
        self.envelope: Envelope | None = None
        self.busy_since = 0.0
        self.lost: list[Message] = []
        """What earlier behaviours failed on, for the next one to know."""
        self.thread: int | None = None
        self.stopped = threading.Event()
        self._latencies = [0] * LATENCY_BUCKETS

    def took(self, seconds: float) -> None:
        """Count one handled message; the buckets are powers of two of a microsecond."""
        self.handled += 1
        bucket = int(seconds * 1e6).bit_length()
        self._latencies[bucket if bucket < LATENCY_BUCKETS else LATENCY_BUCKETS - 1] += 1

    def p99(self) -> float:
        """Upper bound, in seconds, of the fastest 99 % of all handled messages; 0 if there were none."""
        counts = list(self._latencies)
        most = sum(counts) * 0.99
        seen = 0
        for bucket, number in enumerate(counts):
            seen += number
            if number and seen >= most:
                return float(2**bucket) / 1e6
        return 0.0

    def status(self, now: float) -> ActorStatus:
        """A snapshot; it does not wait for the actor."""
        envelope = self.envelope
        return ActorStatus(
            name=self.child.name,
            state=self.state,
            depth=self.mailbox.depth(),
            high_water=self.mailbox.high_water,
            joined=self.mailbox.joined,
            oldest=self.mailbox.oldest(),
            handled=self.handled,
            crashes=self.crashes,
            restarts=max(0, self.generation - 1),
            dead_letters=self.dead_letters,
            handling=type(envelope.message).__name__ if envelope is not None else "",
            busy=now - self.busy_since if envelope is not None else None,
            p99=self.p99(),
        )
