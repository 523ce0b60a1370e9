"""The probe: it records, it answers, and a wait that is in vain says what came instead."""

from __future__ import annotations

import pytest

from actors.drill.user.probe import Probe, ProbeTimeoutError
from tests.actors.runtime.rig import Also, Break, Rig, Say


def test_it_waits_for_the_message_that_matches() -> None:
    probe = Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (Say, Also)))
        for number in range(5):
            rig.system.publish(Say(number), "t")
        assert probe.wait_for(Say, lambda said: said.number == 3) == Say(3)
        assert probe.wait_for(Say, number=5) == Say(4)
        assert probe.heard(Say) == [Say(number) for number in range(5)]


def test_it_sends_what_it_was_told_to_answer() -> None:
    probe = Probe().answering(Say, lambda said: (Also(said.number), Also(said.number + 1)))
    with Rig() as rig:
        rig.system.start(probe.child("probe", (Say, Also)))
        rig.system.publish(Say(1), "t")
        assert probe.wait_for(Also, number=2) == Also(2)


def test_a_wait_in_vain_lists_what_was_heard() -> None:
    probe = Probe()
    probe.hear(Say(1))
    probe.hear(Also(1))
    with pytest.raises(ProbeTimeoutError, match=r"no Break within 0.01 s; the last heard: \['Say', 'Also'\]"):
        probe.wait_for(Break, timeout=0.01)


def test_what_a_recorder_failed_on_was_heard_once() -> None:
    probe = Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (Say,)))
        cell = rig.system.cell("probe")
        rig.system.publish(Say(1), "t")
        probe.wait_for(Say)
        assert cell.behaviour is not None
        cell.behaviour.failed_on(probe.heard(Say)[0])
        cell.behaviour.failed_on(Say(2))
    assert probe.heard(Say) == [Say(1), Say(2)]
