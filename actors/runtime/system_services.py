"""What all actors of one system share: cells, bus, clock, log, and where goes what cannot be delivered.

Hosts, contexts and the watchdog work with it and know no more of their system; `actors.runtime.actor_system` adds how
actors are started, replaced and stopped.
"""

from __future__ import annotations

import threading
from collections import deque
from itertools import count
from typing import TYPE_CHECKING

from actors.runtime.address import AskGraph
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.event_bus import EventBus
from actors.runtime.hosts.loop_gate import LoopGate
from actors.runtime.thread_start import BeginThread, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.cell import Cell
    from actors.runtime.clock import Clock
    from actors.runtime.log import Log
    from actors.runtime.message import Message

RECENT_DEAD_LETTERS = 100


class SystemServices:
    """One for each actor system; nothing here is global."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self.clock = clock
        self.log = log
        self.numbers = count(1)
        self.asks = AskGraph()
        self.gate = LoopGate()
        self.bus = EventBus(self.add_dead_letter, log)
        self.dead_letters: deque[DeadLetter] = deque(maxlen=RECENT_DEAD_LETTERS)
        self.dead_letter_count = 0
        self.escalated: Callable[[Message], object] = lambda _: None
        """Called with the report when an actor without a supervisor fails."""
        self.busy: Callable[[], object] = lambda: None
        """Called when an actor begins with a message; wakes the watchdog."""
        self.begin_thread: BeginThread = start_thread
        """How threads are begun."""
        self._cells: dict[str, Cell] = {}
        self._lock = threading.Lock()

    def subscribe(self, name: str, classes: tuple[type[Message], ...]) -> None:
        """From now on this actor hears these classes too, behind all who subscribed before."""
        cell = self._cells[name]
        cell.accepts |= set(classes)
        self.bus.subscribe(cell.address, classes)

    def cell(self, name: str) -> Cell:
        """The cell of this name; KeyError if there is none."""
        return self._cells[name]

    def watched(self) -> tuple[Cell, ...]:
        """All cells, in order of their start."""
        with self._lock:
            return tuple(self._cells.values())

    def publish(self, message: Message, sender: str) -> None:
        """Send from outside any actor: the main thread, an edge, the runtime itself."""
        self.bus.deliver(Envelope(message, sender, next(self.numbers)))

    def report(self, cell: Cell, report: Message) -> None:
        """Send to the actor's supervisor; call `escalated` where it has none."""
        if cell.supervisor is None:
            self.escalated(report)
        else:
            cell.supervisor.post(Envelope(report, cell.child.name, next(self.numbers)))

    def add_dead_letter(self, letter: DeadLetter) -> None:
        """Keep and log a message that no actor will handle."""
        with self._lock:
            self.dead_letter_count += 1
            self.dead_letters.append(letter)
        receiver = self._cells.get(letter.receiver)
        if receiver is not None:
            receiver.dead_letters += 1
        self.log.write(
            "dead letters",
            "dead letter",
            message=type(letter.message).__name__,
            sender=letter.sender,
            receiver=letter.receiver,
            reason=letter.reason,
        )
