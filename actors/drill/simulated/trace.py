"""What the wire-tap saw of one incarnation, in order: every message sent, and which actor took it when.

The invariants read it, the digest pins it, the report draws it. It holds envelopes, which are immutable; with `sealed`
it also keeps the text of each message at the time it was sent, so that a change is seen.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.runtime.envelope import DeadLetter, Envelope
    from actors.runtime.message import Message


class SentMessage(Struct, eq=False):
    """A message left its sender; `receivers` are the actors that will hear it."""

    step: int
    at: float
    envelope: Envelope
    receivers: tuple[str, ...]

    @property
    def message(self) -> Message:
        """What was sent."""
        return self.envelope.message


class TakenMessage(Struct, eq=False):
    """An actor began to handle a message."""

    step: int
    at: float
    actor: str
    envelope: Envelope


class Trace:
    """One incarnation, in order."""

    def __init__(self, *, sealed: bool = False) -> None:
        self.entries: list[SentMessage | TakenMessage] = []
        self.dead: list[DeadLetter] = []
        self.seals: list[str] | None = [] if sealed else None
        """The text of each message when it was sent, in the order of `sent()`."""

    def note_sent(self, step: int, at: float, envelope: Envelope, receivers: tuple[str, ...]) -> None:
        """The wire-tap."""
        self.entries.append(SentMessage(step, at, envelope, receivers))
        if self.seals is not None:
            self.seals.append(repr(envelope.message))

    def note_taken(self, step: int, at: float, actor: str, envelope: Envelope) -> None:
        """Called by an actor's inbox."""
        self.entries.append(TakenMessage(step, at, actor, envelope))

    def sent(self) -> Iterator[SentMessage]:
        """All messages, in the order they were sent."""
        return (entry for entry in self.entries if type(entry) is SentMessage)

    def digest(self) -> str:
        """The same for the same run, on any machine and any Python."""
        hasher = hashlib.blake2b(digest_size=16)
        for entry in self.entries:
            envelope = entry.envelope
            who = entry.actor if isinstance(entry, TakenMessage) else "→" + ",".join(entry.receivers)
            hasher.update(f"{entry.step} {entry.at!r} {who} {envelope.sender} {envelope.message!r}\n".encode())
        return hasher.hexdigest()
