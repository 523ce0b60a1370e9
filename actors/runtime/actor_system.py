"""An actor system: cells, bus, clock and log that belong together; how cells are started, replaced and stopped.

Supervisors use it to carry out their verdicts; the composition root uses it to begin and to end. Several may live in
one process; nothing here is global.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from actors.runtime.address import Address, AskGraph
from actors.runtime.cell import ActorStatus, Cell
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.event_bus import EventBus
from actors.runtime.loop import LoopGate, LoopHost
from actors.runtime.mailbox import Mailbox
from actors.runtime.signals import Signal, Stop
from actors.runtime.threads import ThreadHost
from actors.runtime.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.actor_host import ActorHost
    from actors.runtime.behaviour import Child
    from actors.runtime.clock import Clock
    from actors.runtime.log import Log
    from actors.runtime.message import Message

    MakeShell: TypeAlias = Callable[["ActorSystem", Cell, int], ActorHost]

RECENT_DEAD_LETTERS = 100
logging.getLogger("pykka").addHandler(logging.NullHandler())
logging.getLogger("pykka").propagate = False


def real_host(system: ActorSystem, cell: Cell, number: int) -> ActorHost:
    """A thread for each actor, but the loop's."""
    return LoopHost(system, cell, number) if cell.child.on_loop else ThreadHost(system, cell, number)


class ActorSystem:
    """The runtime's objects, wired together."""

    def __init__(self, clock: Clock, log: Log, hang_limit: float = 10.0, make_shell: MakeShell = real_host) -> None:
        self._make_shell = make_shell
        self.clock = clock
        self.log = log
        self.numbers = count(1)
        self.asks = AskGraph()
        self.gate = LoopGate()
        self.bus = EventBus(self.add_dead_letter, log)
        self.watch = Watchdog(self, hang_limit)
        self.dead_letters: deque[DeadLetter] = deque(maxlen=RECENT_DEAD_LETTERS)
        self.dead_letter_count = 0
        self.escalated: Callable[[Message], object] = lambda _: None
        """Called with the report when an actor without a supervisor fails."""
        self.decorate: Callable[[Child], Child] = lambda child: child
        """Called with each actor before it is started; a drill puts its faults around it."""
        self._cells: dict[str, Cell] = {}
        self._shells: dict[str, ActorHost] = {}
        self._lock = threading.Lock()

    def start(self, child: Child, supervisor: Address | None = None) -> Address:
        """Start an actor; its failures are reported to the supervisor's address."""
        child = self.decorate(child)
        address = self._address(child)
        cell = Cell(child, address.mailbox, address, supervisor)
        self.bus.subscribe(address, child.receives)
        with self._lock:
            self._cells[child.name] = cell
        self._begin(cell, 0)
        return address

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

    def replace(self, cell: Cell) -> None:
        """Give up the shell whose handler hangs: fence it, and let a new one adopt the mailbox, held."""
        if cell.context is not None:
            cell.context.close()
        number = cell.mailbox.adopt()
        cell.generation += 1  # whatever the fenced one may still report is of the past
        lost, cell.envelope = cell.envelope, None
        cell.state = "failed"
        cell.crashes += 1
        if lost is not None and not isinstance(lost.message, Signal):
            cell.lost.append(lost.message)
            self.add_dead_letter(DeadLetter(lost.message, lost.sender, cell.child.name, "hung"))
        self._begin(cell, number)

    def stop(self, limit: float) -> tuple[str, ...]:
        """Stop every actor, last started first, except the calling one; the names of those that did not in time."""
        me = threading.get_ident()
        cells = [cell for cell in reversed(self.watched()) if cell.thread != me or cell.child.on_loop]
        deadline = self.clock.now() + limit
        for cell in cells:
            cell.mailbox.put(Envelope(Stop(), "", 0))
            host = self._shells.get(cell.child.name)
            if isinstance(host, LoopHost) and not self.gate.attached:
                host.drain()
        return tuple(cell.child.name for cell in cells if not cell.stopped.wait(max(0.0, deadline - self.clock.now())))

    def publish(self, message: Message, sender: str) -> None:
        """Send from outside any actor: the main thread, an edge, the runtime itself."""
        self.bus.deliver(Envelope(message, sender, next(self.numbers)))

    def ask(self, name: str, message: Message, timeout: float) -> Any:  # noqa: ANN401 - the handler's own answer
        """Ask an actor by name; see `Address.ask`."""
        return self._cells[name].address.ask(message, next(self.numbers), timeout)

    def report(self, cell: Cell, report: Message) -> None:
        """Tell the actor's supervisor, or whoever stands above the topmost one."""
        if cell.supervisor is None:
            self.escalated(report)
        else:
            cell.supervisor.post(Envelope(report, cell.child.name, next(self.numbers)))

    def add_dead_letter(self, letter: DeadLetter) -> None:
        """Keep and log a message that nobody will handle."""
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

    def statuses(self) -> tuple[ActorStatus, ...]:
        """Every actor, seen from outside; works while one of them hangs."""
        now = self.clock.now()
        return tuple(cell.status(now) for cell in self.watched())

    def _address(self, child: Child) -> Address:
        return Address(child.name, Mailbox(child.mailbox), self.add_dead_letter, self.asks)

    def _begin(self, cell: Cell, number: int) -> None:
        host = self._make_shell(self, cell, number)
        self._shells[cell.child.name] = host
        host.begin()
