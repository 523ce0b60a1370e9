"""Envelopes: made once, seen by many."""

from __future__ import annotations

from actors.runtime.envelope import DeadLetter, Envelope
from tests.actors.runtime.rig import Say


def test_an_envelope_with_another_message_is_another_envelope() -> None:
    first = Envelope(Say(1), "a", 7, cause=3, generation=2)
    second = first.carrying(Say(2))
    assert (first.message, second.message) == (Say(1), Say(2))
    assert (second.sender, second.id, second.cause, second.generation) == ("a", 7, 3, 2)
    assert second.reply_to is None


def test_it_says_what_it_carries() -> None:
    assert repr(Envelope(Say(1), "a", 7)) == "Envelope(7 from a: Say(number=1))"


def test_a_dead_letter_says_why() -> None:
    letter = DeadLetter(Say(1), "a", "b", "closed")
    assert letter.reason == "closed"
