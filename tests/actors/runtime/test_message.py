"""The roots of all messages."""

from __future__ import annotations

import pytest

from actors.runtime.message import Command, Event, Message, classes_of
from tests.actors.runtime.rig import Halt, Piece, Say


def test_a_message_cannot_be_changed() -> None:
    """S0-14."""
    with pytest.raises(AttributeError):
        Say(1).number = 2  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


def test_a_message_is_not_urgent_and_is_not_joined_unless_its_class_says_so() -> None:
    assert not Say(1).urgent
    assert Halt.urgent
    assert Say(1).joined(Say(2)) is None
    assert Piece("a").joined(Piece("b")) == Piece("ab")


def test_commands_and_events_are_messages() -> None:
    assert issubclass(Command, Message)
    assert issubclass(Event, Message)


def test_the_classes_of_a_union_are_its_members_and_those_of_one_class_it_alone() -> None:
    assert classes_of(Say | Piece | Halt) == (Say, Piece, Halt)
    assert classes_of((Say | Piece) | (Halt | Say)) == (Say, Piece, Halt)
    assert classes_of(Halt) == (Halt,)
