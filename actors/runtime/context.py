"""A behaviour's way out: sends, timers, time, the log. Void once the behaviour was replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.runtime.envelope import DeadLetter, Envelope

if TYPE_CHECKING:
    from actors.runtime.cell import Cell
    from actors.runtime.clock import Timer
    from actors.runtime.message import Command, Message
    from actors.runtime.system_services import SystemServices


class LiveContext:
    """`Context` for one generation of one actor."""

    def __init__(self, system: SystemServices, cell: Cell, generation: int) -> None:
        self._system = system
        self._cell = cell
        self._generation = generation
        self._void = False
        self._timers: list[Timer] = []
        self._deliver = system.bus.deliver
        self._numbers = system.numbers
        self.now = system.clock.now
        self.wall = system.clock.wall

    @property
    def name(self) -> str:
        """Implement `Context`."""
        return self._cell.child.name

    def send(self, message: Message) -> None:
        """Implement `Context`. An edge thread that feeds a full mailbox waits here, an actor's own thread never."""
        cell = self._cell
        if self._void:
            self._system.add_dead_letter(DeadLetter(message, cell.child.name, "", "fenced"))
            return
        handling = cell.envelope
        cause = handling.id if handling is not None else 0
        self._deliver(Envelope(message, cell.child.name, next(self._numbers), cause, self._generation))

    def feed(self, message: Message) -> None:
        """Send from an edge thread: where the receiver's mailbox is bounded with `block`, wait for room."""
        if self._void:
            self._system.add_dead_letter(DeadLetter(message, self.name, "", "fenced"))
            return
        self._deliver(Envelope(message, self.name, next(self._numbers), 0, self._generation), may_wait=True)

    def after(self, seconds: float, command: Command) -> Timer:
        """Implement `Context`."""
        timer = self._system.clock.call_later(seconds, lambda: self.send(command))
        self._timers.append(timer)
        if len(self._timers) > 64:  # noqa: PLR2004 - keep the last ones; the older have long been due or cancelled
            del self._timers[:32]
        return timer

    def log(self, event: str, **fields: object) -> None:
        """Implement `Context`."""
        handling = self._cell.envelope
        if handling is not None:
            fields["message_id"] = handling.id
            turn = getattr(handling.message, "turn", None)
            if turn:
                fields.setdefault("turn", turn)
        self._system.log.write(self.name, event, **fields)

    def close(self) -> None:
        """From now on nothing sent through this context arrives, and its timers are off."""
        self._void = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
