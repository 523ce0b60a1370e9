"""The bus: who hears what, in which order; and observers that cannot hurt anybody."""

from __future__ import annotations

import threading

import pytest

from actors.drill.user.probe import Probe
from actors.runtime.behaviour import Context
from actors.runtime.envelope import Envelope
from actors.runtime.event_bus import DuplicateReceiverError
from tests.actors.runtime.rig import Also, Ask, Rig, Say, actor


def idle(context: Context, message: object) -> object:
    del context
    return message


def test_an_event_goes_to_everybody_who_subscribed_and_to_nobody_else() -> None:
    first, second, other = Probe(), Probe(), Probe()
    with Rig() as rig:
        rig.system.start(first.child("first", (Say,)))
        rig.system.start(second.child("second", (Say,)))
        rig.system.start(other.child("other", (Also,)))
        rig.system.publish(Say(1), "t")
        assert first.wait_for(Say) == second.wait_for(Say) == Say(1)
        rig.system.publish(Also(2), "t")
        other.wait_for(Also)
        assert other.heard(Say) == []


def test_a_command_has_one_receiver() -> None:
    with Rig() as rig:
        rig.system.start(actor("one", idle, Ask))
        with pytest.raises(DuplicateReceiverError, match="Ask belongs to one, two cannot receive it too"):
            rig.system.start(actor("two", idle, Ask))


def test_a_command_without_a_receiver_is_a_dead_letter_and_an_event_is_not() -> None:
    with Rig() as rig:
        rig.system.publish(Ask(1), "t")
        rig.system.publish(Say(1), "t")
        assert [(letter.message, letter.reason) for letter in rig.system.dead_letters] == [(Ask(1), "no receiver")]


def test_a_wire_tap_sees_every_envelope_with_its_cause() -> None:
    """S1-6: the trace of a turn is made of this."""
    seen: list[tuple[Envelope, tuple[str, ...]]] = []
    probe = Probe().answering(Say, lambda heard: (Also(heard.number),))
    with Rig() as rig:
        rig.system.bus.tap(lambda envelope, receivers: seen.append((envelope, receivers)))
        rig.system.start(probe.child("probe", (Say, Also)))
        rig.system.publish(Say(1), "t")
        probe.wait_for(Also)
    said, also = seen[0][0], seen[1][0]
    assert (said.sender, said.message, seen[0][1]) == ("t", Say(1), ("probe",))
    assert (also.sender, also.cause, also.generation) == ("probe", said.id, 1)
    assert also.id > said.id


def test_a_wire_tap_that_fails_is_taken_off_and_the_mail_goes_on() -> None:
    calls: list[object] = []

    def broken(envelope: Envelope, receivers: tuple[str, ...]) -> None:
        calls.append(envelope)
        raise ValueError("no")

    probe = Probe()
    with Rig() as rig:
        rig.system.bus.tap(broken)
        rig.system.start(probe.child("probe", (Say,)))
        rig.system.publish(Say(1), "t")
        rig.system.publish(Say(2), "t")
        probe.wait_for(Say, number=2)
    assert len(calls) == 1


def test_a_subscriber_that_fails_hurts_no_other() -> None:
    probe = Probe()

    def act(context: Context, message: object) -> object:
        raise ValueError("no")

    with Rig() as rig:
        rig.system.start(actor("bad", act, Say))
        rig.system.start(probe.child("good", (Say,)))
        for number in range(3):
            rig.system.publish(Say(number), "t")
        probe.wait_for(Say, number=3)


def test_subscribers_that_come_at_the_same_time_are_all_kept() -> None:
    with Rig() as rig:
        ready = threading.Barrier(8)

        def start(number: int) -> None:
            ready.wait()
            for each in range(20):
                rig.system.start(actor(f"{number}-{each}", idle, Say))

        threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        receivers: list[tuple[str, ...]] = []
        rig.system.bus.tap(lambda _, names: receivers.append(names))
        rig.system.publish(Say(1), "t")
        assert len(receivers[0]) == 160


def test_who_unsubscribed_hears_nothing() -> None:
    probe, other = Probe(), Probe()
    with Rig() as rig:
        address = rig.system.start(probe.child("probe", (Say,)))
        rig.system.start(other.child("other", (Say,)))
        rig.system.bus.unsubscribe(address)
        rig.system.publish(Say(1), "t")
        other.wait_for(Say)
        assert probe.heard(Say) == []
