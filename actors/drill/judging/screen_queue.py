"""What was sent to the screen, by sender and mailbox lane, matched with what was shown there.

Used by `actors.drill.judging.evidence`; it finds and does not judge. Joined messages are taken apart again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct, field

from actors.runtime.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

MessageT = TypeVar("MessageT", bound=Message)


class Observed(Struct, Generic[MessageT], eq=False):
    """A message as the wire-tap saw it; `index` is its place in the trace."""

    message: MessageT
    at: float
    step: int
    index: int


class ScreenQueue(Struct, eq=False):
    """What one sender sent to the screen in one mailbox lane, and what of it was shown."""

    sender: str
    sent: list[Observed[Message]] = field(default_factory=list)
    skipped: list[Observed[Message]] = field(default_factory=list)
    out_of_order: list[Message] = field(default_factory=list)
    place: int = 0

    def show(self, message: Message) -> bool:
        """Note that the message, or several joined into it, was shown; False if it is not of this queue."""
        found = self.parts(message)
        if found is None:
            return False
        begin, end = found
        if begin < self.place:
            self.out_of_order.append(message)
        else:
            self.skipped += self.sent[self.place : begin]
            self.place = end
        return True

    def parts(self, message: Message) -> tuple[int, int] | None:
        """Which of the messages it is, or was joined from: the first, and the one behind the last."""
        for begin, sent in enumerate(self.sent):
            if sent.message is message:
                return begin, begin + 1
        return self._joined(range(self.place, len(self.sent)), message)

    def forgive(self, dead: Iterable[Message]) -> None:
        """Take what became a dead letter, also as a part of one, out of what was skipped or came too late."""
        for message in dead:
            skipped = [place for place, sent in enumerate(self.sent) if sent in self.skipped or sent.message is message]
            found = self._joined(skipped, message)
            lost = self.sent[found[0] : found[1]] if found is not None else []
            self.skipped = [sent for sent in self.skipped if sent.message is not message and sent not in lost]
            self.out_of_order = [shown for shown in self.out_of_order if shown is not message]

    def _joined(self, begins: Iterable[int], message: Message) -> tuple[int, int] | None:
        for begin in begins:
            end = self._end_of(begin, message)
            if end:
                return begin, end
        return None

    def _end_of(self, begin: int, message: Message) -> int:
        joined: Message | None = self.sent[begin].message
        if type(joined) is not type(message):
            return 0
        for end in range(begin + 1, len(self.sent)):
            joined = joined.joined(self.sent[end].message)
            if joined is None:
                return 0
            if joined == message:
                return end + 1
        return 0


def matched(
    sent: Iterable[tuple[str, Observed[Message]]], shown: Iterable[Message], *, read_to_the_end: bool
) -> list[ScreenQueue]:
    """A queue for each sender and lane, with what of it was skipped and what came out of order.

    `sent` are senders and messages. Unless everything was read, what was not reached is not skipped.
    """
    queues: dict[tuple[str, bool], ScreenQueue] = {}
    homes: dict[int, ScreenQueue] = {}
    for sender, observed in sent:
        queue = queues.setdefault((sender, observed.message.urgent), ScreenQueue(sender))
        queue.sent.append(observed)
        homes[id(observed.message)] = queue
    for message in shown:
        home = homes.get(id(message))
        if home is not None:
            home.show(message)
        else:
            any(queue.show(message) for queue in queues.values())
    for queue in queues.values():
        queue.skipped += queue.sent[queue.place :] if read_to_the_end else []
    return list(queues.values())
