"""The bus: a table from message class to the mailboxes that hear it, and the wire-taps that see everything.

There is no bus actor: the sender's own thread puts the envelope into each mailbox, so messages of one sender arrive in
the order they were sent. The table is replaced, never changed. A command has one receiver; the bus refuses a second.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.message import Command, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.address import Address
    from actors.runtime.log import Log

    WireTap: TypeAlias = Callable[[Envelope, tuple[str, ...]], object]


class DuplicateReceiverError(Exception):
    """Two actors claim the same command."""


class EventBus:
    """Delivers envelopes; never blocks, never raises."""

    def __init__(self, dead: Callable[[DeadLetter], object], log: Log) -> None:
        self._changing = threading.Lock()
        self._table: dict[type[Message], tuple[Address, ...]] = {}
        self._taps: tuple[WireTap, ...] = ()
        self._dead = dead
        self._log = log

    def subscribe(self, address: Address, classes: tuple[type[Message], ...]) -> None:
        """From now on the address hears messages of these classes.

        Raises:
            DuplicateReceiverError: one of them is a command that has its receiver.
        """
        with self._changing:
            table, mine = dict(self._table), (address,)
            for message_class in classes:
                others = table.get(message_class)
                if others is None:
                    table[message_class] = mine
                    continue
                others = tuple([other for other in others if other.name != address.name])
                if others and issubclass(message_class, Command):
                    raise DuplicateReceiverError(
                        f"{message_class.__name__} belongs to {others[0].name}, {address.name} cannot receive it too"
                    )
                table[message_class] = (*others, address)
            self._table = table

    def unsubscribe(self, address: Address) -> None:
        """The address hears nothing any more."""
        with self._changing:
            self._table = {
                message_class: kept
                for message_class, addresses in self._table.items()
                if (kept := tuple(other for other in addresses if other is not address))
            }

    def tap(self, wire_tap: WireTap) -> None:
        """Show every envelope, with the names of its receivers, before it is delivered. A tap must be short."""
        self._taps = (*self._taps, wire_tap)

    def deliver(self, envelope: Envelope, *, may_wait: bool = False) -> None:
        """Put the envelope into every mailbox that hears its class."""
        message = envelope.message
        receivers = self._table.get(type(message), ())
        if self._taps:
            self._show(envelope, tuple([address.name for address in receivers]))
        for address in receivers:
            address.post(envelope, may_wait=may_wait)
        if not receivers and isinstance(message, Command):
            self._dead(DeadLetter(message, envelope.sender, "", "no receiver"))

    def _show(self, envelope: Envelope, receivers: tuple[str, ...]) -> None:
        for wire_tap in self._taps:
            try:
                wire_tap(envelope, receivers)
            except Exception as error:  # noqa: BLE001 - a broken observer must not stop the mail
                self._taps = tuple(other for other in self._taps if other is not wire_tap)
                self._log.write("bus", "wire-tap removed", problem=repr(error))
