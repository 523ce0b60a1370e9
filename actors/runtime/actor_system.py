"""An actor system: how the actors that share its services are started, replaced and stopped.

Supervisors use it to carry out their verdicts; the composition root uses it to begin and to end. Several may live in
one process; nothing here is global.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from actors.runtime.address import Address
from actors.runtime.cell import ActorStatus, Cell
from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.hosts.loop import LoopHost
from actors.runtime.hosts.threads import ThreadHost
from actors.runtime.mailbox import Mailbox
from actors.runtime.signals import Signal, Stop
from actors.runtime.system_services import SystemServices
from actors.runtime.thread_start import ThreadStartError
from actors.runtime.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.behaviour import Child
    from actors.runtime.clock import Clock
    from actors.runtime.hosts.actor_host import ActorHost
    from actors.runtime.log import Log
    from actors.runtime.message import Message

    MakeShell: TypeAlias = Callable[[SystemServices, Cell, int], ActorHost]

logging.getLogger("pykka").addHandler(logging.NullHandler())
logging.getLogger("pykka").propagate = False


def real_host(system: SystemServices, cell: Cell, number: int) -> ActorHost:
    """A thread for each actor, but the loop's."""
    return LoopHost(system, cell, number) if cell.child.on_loop else ThreadHost(system, cell, number)


class ActorSystem(SystemServices):
    """The services of a system, and its hosts."""

    def __init__(self, clock: Clock, log: Log, hang_limit: float = 10.0, make_shell: MakeShell = real_host) -> None:
        self._make_shell = make_shell
        super().__init__(clock, log)
        self.watch = Watchdog(self, hang_limit)
        self.busy = self.watch.busy
        self.decorate: Callable[[Child], Child] = lambda child: child
        """Called with each actor before it is started; a drill puts its faults around it."""
        self._shells: dict[str, ActorHost] = {}

    def start(self, child: Child, supervisor: Address | None = None) -> Address:
        """Start an actor; its failures are reported to the supervisor's address.

        Raises:
            ThreadStartError: the system gives it no thread; it counts as stopped.
        """
        child = self.decorate(child)
        address = self._address(child)
        cell = Cell(child, address.mailbox, address, supervisor)
        self.bus.subscribe(address, child.receives)
        with self._lock:
            self._cells[child.name] = cell
        self._begin(cell, 0)
        return address

    def replace(self, cell: Cell) -> None:
        """Give up the shell whose handler hangs: fence it, and let a new one adopt the mailbox, held."""
        if cell.context is not None:
            cell.context.close()
        number = cell.mailbox.adopt()
        cell.generation += 1  # whatever the fenced one may still report is of the past
        self.asks.given_up(cell.child.name, cell.thread)
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

    def ask(self, name: str, message: Message, timeout: float) -> Any:  # noqa: ANN401 - the handler's own answer
        """Ask an actor by name; see `Address.ask`."""
        return self._cells[name].address.ask(message, next(self.numbers), timeout)

    def statuses(self) -> tuple[ActorStatus, ...]:
        """Every actor, seen from outside; works while one of them hangs."""
        now = self.clock.now()
        return tuple(cell.status(now) for cell in self.watched())

    def _address(self, child: Child) -> Address:
        return Address(child.name, Mailbox(child.mailbox), self.add_dead_letter, self.asks)

    def _begin(self, cell: Cell, number: int) -> None:
        host = self._make_shell(self, cell, number)
        self._shells[cell.child.name] = host
        try:
            host.begin()
        except ThreadStartError:
            cell.state = "stopped"
            cell.stopped.set()
            raise
