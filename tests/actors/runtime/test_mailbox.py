"""The mailbox: two lanes and signals, the four policies, holding, fencing, closing."""

from __future__ import annotations

import threading
import time

import pytest

from actors.runtime.envelope import Envelope
from actors.runtime.mailbox import FencedError, Mailbox, MailboxSpec, Put, WhenFull
from actors.runtime.message import Message
from actors.runtime.signals import Restart, Stop
from tests.actors.runtime.rig import BOUND, Also, Halt, Piece, Say


def envelope(message: Message, sender: str = "a") -> Envelope:
    return Envelope(message, sender, 1)


def filled(mailbox: Mailbox, *messages: Message) -> list[Put]:
    return [mailbox.put(envelope(message)) for message in messages]


def nothing() -> None:
    """Nobody is woken."""


def emptied(mailbox: Mailbox, host: int = 0) -> list[Message]:
    taken: list[Message] = []
    while (found := mailbox.take(host, nothing)) is not None:
        taken.append(found.message)
    return taken


def test_signals_come_before_urgent_messages_and_those_before_the_rest() -> None:
    """S0-26: each lane keeps its order of arrival."""
    mailbox = Mailbox(MailboxSpec())
    filled(mailbox, Say(1), Halt(), Say(2), Restart(), Halt(), Stop())
    assert emptied(mailbox) == [Restart(), Stop(), Halt(), Halt(), Say(1), Say(2)]


def test_an_urgent_message_overtakes_twenty_thousand() -> None:
    """S0-5, S0-26: the first that is taken is the urgent one, at once."""
    mailbox = Mailbox(MailboxSpec())
    filled(mailbox, *(Say(number) for number in range(20_000)))
    begun = time.perf_counter()
    mailbox.put(envelope(Halt()))
    first = mailbox.take(0, nothing)
    assert first is not None
    assert first.message == Halt()
    assert time.perf_counter() - begun < 0.05
    assert mailbox.depth() == 20_000


def test_it_grows_beyond_its_bound_and_tells() -> None:
    mailbox = Mailbox(MailboxSpec(2, "grow"))
    assert filled(mailbox, *(Say(number) for number in range(5))) == [Put.TAKEN] * 5
    assert mailbox.high_water == 5


def test_it_rejects_beyond_its_bound_but_never_an_urgent_message() -> None:
    """S3-6."""
    mailbox = Mailbox(MailboxSpec(2, "reject"))
    assert filled(mailbox, Say(1), Say(2), Say(3), Halt()) == [Put.TAKEN, Put.TAKEN, Put.FULL, Put.TAKEN]
    assert emptied(mailbox) == [Halt(), Say(1), Say(2)]


def test_an_actor_is_never_blocked_by_a_full_mailbox() -> None:
    mailbox = Mailbox(MailboxSpec(1, "block"))
    assert filled(mailbox, Say(1), Say(2)) == [Put.TAKEN, Put.TAKEN]


def test_an_edge_thread_waits_for_room() -> None:
    """S3-4."""
    mailbox = Mailbox(MailboxSpec(1, "block"))
    filled(mailbox, Say(1))
    outcomes: list[Put] = []

    def feed() -> None:
        outcomes.extend(mailbox.put(envelope(Say(number)), may_wait=True) for number in (2, 3))

    feeder = threading.Thread(target=feed)
    feeder.start()
    taken: list[Message] = []
    arrived = threading.Event()
    while len(taken) < 3:
        found = mailbox.take(0, arrived.set)
        if found is None:
            assert arrived.wait(BOUND)
            arrived.clear()
        else:
            taken.append(found.message)
    feeder.join(BOUND)
    assert taken == [Say(1), Say(2), Say(3)]
    assert outcomes == [Put.TAKEN, Put.TAKEN]


def test_closing_frees_an_edge_thread_that_waits_for_room() -> None:
    mailbox = Mailbox(MailboxSpec(1, "block"))
    filled(mailbox, Say(1))
    outcomes: list[Put] = []
    feeder = threading.Thread(target=lambda: outcomes.append(mailbox.put(envelope(Say(2)), may_wait=True)))
    feeder.start()
    while mailbox.take_leftover() is not None or not mailbox.close_if_empty(0):
        pass
    feeder.join(BOUND)
    assert outcomes in ([Put.CLOSED], [Put.TAKEN]), "it waited, or it came just before the lid closed"


def test_a_flood_is_folded_into_few_messages_without_losing_a_character() -> None:
    """S3-7, S3-9."""
    mailbox = Mailbox(MailboxSpec(10, "coalesce"))
    filled(mailbox, *(Piece(str(number)) for number in range(5_000)))
    pieces = [piece for piece in emptied(mailbox) if isinstance(piece, Piece)]
    assert "".join(piece.text for piece in pieces) == "".join(map(str, range(5_000)))
    assert mailbox.joined == 5_000 - len(pieces)
    assert len(pieces) < 50


def test_only_neighbours_of_one_sender_and_class_are_joined() -> None:
    mailbox = Mailbox(MailboxSpec(10, "coalesce"))
    mailbox.put(envelope(Piece("a"), "one"))
    mailbox.put(envelope(Piece("b"), "other"))
    mailbox.put(envelope(Say(1), "other"))
    mailbox.put(envelope(Piece("c"), "other"))
    assert emptied(mailbox) == [Piece("a"), Piece("b"), Say(1), Piece("c")]


def test_a_message_that_lies_in_two_mailboxes_is_joined_in_one_of_them_only() -> None:
    """S0-14, S3-19, S3-20: an envelope is never changed."""
    both = envelope(Piece("a"))
    joining, plain = Mailbox(MailboxSpec(10, "coalesce")), Mailbox(MailboxSpec())
    joining.put(both)
    plain.put(both)
    joining.put(envelope(Piece("b")))
    assert emptied(joining) == [Piece("ab")]
    assert emptied(plain) == [Piece("a")]


@pytest.mark.parametrize("policy", ["grow", "block", "coalesce", "reject"])
def test_a_held_mailbox_hands_out_signals_only_and_loses_nothing(policy: WhenFull) -> None:
    mailbox = Mailbox(MailboxSpec(10, policy))
    mailbox.hold()
    filled(mailbox, Say(1), Halt(), Restart())
    assert emptied(mailbox) == [Restart()]
    assert mailbox.release(0)
    assert emptied(mailbox) == [Halt(), Say(1)]


def test_a_sleeper_is_woken_once() -> None:
    mailbox = Mailbox(MailboxSpec())
    woken: list[int] = []
    assert mailbox.take(0, lambda: woken.append(1)) is None
    filled(mailbox, Say(1), Say(2))
    assert woken == [1]


def test_an_adopted_mailbox_fences_its_shell_and_keeps_its_mail() -> None:
    mailbox = Mailbox(MailboxSpec())
    woken: list[int] = []
    mailbox.take(0, lambda: woken.append(1))
    assert mailbox.adopt() == 1
    assert woken == [1]
    filled(mailbox, Say(1))
    with pytest.raises(FencedError):
        mailbox.take(0, nothing)
    assert emptied(mailbox, 1) == [], "held until the verdict"
    assert not mailbox.release(0), "the fenced shell has no say"
    assert not mailbox.hold(0)
    assert mailbox.release(1)
    assert emptied(mailbox, 1) == [Say(1)]


def test_it_closes_for_good_when_it_is_found_empty_and_not_before() -> None:
    mailbox = Mailbox(MailboxSpec())
    filled(mailbox, Say(1))
    assert not mailbox.close_if_empty(0)
    assert mailbox.put(envelope(Say(2))) is Put.TAKEN
    assert [mailbox.take_leftover() is not None for _ in range(3)] == [True, True, False]
    assert mailbox.close_if_empty(0)
    assert mailbox.put(envelope(Say(3))) is Put.CLOSED
    assert mailbox.put(envelope(Halt())) is Put.CLOSED


def test_a_fenced_shell_closes_nothing() -> None:
    mailbox = Mailbox(MailboxSpec())
    mailbox.adopt()
    assert mailbox.close_if_empty(0), "it must end"
    assert mailbox.put(envelope(Say(1))) is Put.TAKEN


def test_it_names_what_waits_longest() -> None:
    mailbox = Mailbox(MailboxSpec())
    assert mailbox.oldest() == ""
    filled(mailbox, Also(1), Say(1))
    assert mailbox.oldest() == "Also"
