"""A context without a runtime: what a behaviour sends, asks to be sent later and logs, as lists; time that is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from actors.runtime.clock import Timer
from actors.runtime.message import Command, Message


@dataclass
class Pending(Timer):
    """A timer that the test lets expire."""

    seconds: float
    command: Command
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class StagedContext:
    """`Context` for one behaviour that a test drives by hand."""

    name: str = "staged"
    sent: list[Message] = field(default_factory=list)
    timers: list[Pending] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    time: float = 100.0

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def after(self, seconds: float, command: Command) -> Pending:
        self.timers.append(Pending(seconds, command))
        return self.timers[-1]

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    def log(self, event: str, **fields: object) -> None:
        self.logged.append(f"{event} {fields}")

    def taken(self) -> list[Message]:
        """What was sent since the last look."""
        sent, self.sent = self.sent, []
        return sent
