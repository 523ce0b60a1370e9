"""What may travel between actors: commands, which have one receiver, and events, which anyone may hear.

A message is a frozen struct. The class says how it travels: `urgent` ones take the control lane of every
mailbox; `joined` lets a mailbox fold a flood of small ones into few large ones.
"""

from __future__ import annotations

from typing import ClassVar, cast, get_args

from msgspec import Struct


class Message(Struct, frozen=True):
    """The root of everything that is put into a mailbox."""

    urgent: ClassVar[bool] = False

    def joined(self, later: Message) -> Message | None:
        """This message and a later one as one, or None where both must arrive by themselves."""
        del later
        return None


class Command(Message, frozen=True):
    """An imperative with exactly one receiver, which is known by the command's class."""


class Event(Message, frozen=True):
    """Something that happened; published to its subscribers, of which there may be none."""


def classes_of(union: object) -> tuple[type[Message], ...]:
    """The members of a union of message classes, or the one class, in the order in which they were written."""
    return cast("tuple[type[Message], ...]", get_args(union) or (union,))
