"""A message on its way: who sent it, because of what, and where an answer goes.

Envelopes are made by contexts and addresses, carried by mailboxes, seen by wire-taps. pykka's loop reads `message` and
`reply_to`; the rest is ours. One envelope may lie in many mailboxes, so it is never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import pykka

    from actors.runtime.message import Message


class Envelope(Struct, eq=False):
    """`id` counts up within one actor system; `cause` is the id of the message whose handling sent this one."""

    message: Message
    sender: str
    id: int
    cause: int = 0
    generation: int = 0
    reply_to: pykka.Future[Any] | None = None

    def carrying(self, message: Message) -> Envelope:
        """This envelope with a message that two were joined into."""
        return Envelope(message, self.sender, self.id, self.cause, self.generation)

    def __repr__(self) -> str:
        return f"Envelope({self.id} from {self.sender}: {self.message!r})"


class DeadLetter(Struct, frozen=True):
    """A message that will not be handled, and why.

    `reason` is `closed`, `full`, `fenced`, `no receiver`, `not received`, `failed` or `hung`.
    """

    message: Message
    sender: str
    receiver: str
    reason: str
