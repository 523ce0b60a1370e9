"""What the actors of a system share: their cells, their bus, and the letters that nobody handles."""

from __future__ import annotations

import threading

from actors.runtime.behaviour import Context
from actors.runtime.envelope import DeadLetter
from actors.runtime.signals import Ping, ReportFailure
from tests.actors.runtime.rig import BOUND, Also, Ask, Rig, Say, actor


def idle(context: Context, message: object) -> object:
    del context
    return message


def test_dead_letters_are_counted_exactly_and_the_last_are_kept() -> None:
    with Rig() as rig:

        def add_dead_letter() -> None:
            for number in range(500):
                rig.system.add_dead_letter(DeadLetter(Say(number), "a", "b", "full"))

        threads = [threading.Thread(target=add_dead_letter) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(BOUND)
        assert rig.system.dead_letter_count == 2_000
        assert len(rig.system.dead_letters) == 100


def test_a_dead_letter_is_counted_with_the_actor_that_it_was_meant_for() -> None:
    with Rig() as rig:
        rig.system.start(actor("meant", idle, Ask))
        rig.system.add_dead_letter(DeadLetter(Say(1), "a", "meant", "full"))
        rig.system.add_dead_letter(DeadLetter(Say(2), "a", "unknown", "full"))
        assert rig.system.cell("meant").dead_letters == 1
        assert rig.system.dead_letter_count == 2


def test_a_failure_goes_to_the_supervisor_or_to_whom_the_system_names() -> None:
    heard: list[object] = []
    with Rig() as rig:
        above = rig.system.start(actor("above", lambda _, message: heard.append(message), ReportFailure))
        rig.system.start(actor("below", idle, Ask), above)
        report = ReportFailure("below", 1, "no", "Ask")
        rig.system.report(rig.system.cell("below"), report)
        rig.system.report(rig.system.cell("above"), report)
        assert rig.escalated.wait(BOUND)
        assert rig.escalations == [report]
        rig.system.ask("above", Ping(), BOUND)
    assert heard == [report]


def test_a_later_subscription_is_known_to_the_bus_and_to_the_cell() -> None:
    with Rig() as rig:
        rig.system.start(actor("curious", idle, Ask))
        rig.system.subscribe("curious", (Also,))
        assert rig.system.cell("curious").accepts == {Ask, Also}
