"""A behaviour's way out: what it sends, when, and how it is told apart from its predecessors."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from actors.drill.user.probe import Probe
from actors.ids import CallId, TurnId
from actors.messages import ExecuteCall
from actors.runtime.behaviour import Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import Ping
from tests.actors.runtime.rig import BOUND, Ask, Break, Rig, Say, TurnedClock, actor


def test_a_timer_sends_to_oneself_or_to_others_later() -> None:
    probe, clock = Probe(), TurnedClock()

    def act(context: Context, message: object) -> object:
        context.after(5.0, Break())
        return context.name, context.now(), context.wall()

    with Rig(clock) as rig:
        rig.system.start(probe.child("probe", (Break,)))
        rig.system.start(actor("one", act, Ask))
        assert rig.system.ask("one", Ask(), BOUND) == ("one", 1000.0, 1000.0)
        clock.move(4.9)
        assert probe.heard(Break) == []
        clock.move(0.2)
        probe.wait_for(Break)


def test_timers_of_a_replaced_behaviour_are_off() -> None:
    probe, clock = Probe(), TurnedClock()

    def act(context: Context, message: object) -> object:
        context.after(5.0, Break())
        raise ValueError("no")

    with Rig(clock) as rig:
        rig.system.start(probe.child("probe", (Break,)))
        rig.system.start(actor("one", act, Say))
        rig.system.publish(Say(1), "t")
        assert rig.escalated.wait(BOUND)
        clock.move(10.0)
        assert probe.heard(Break) == []


def test_log_lines_carry_the_actor_the_turn_and_the_message(tmp_path: Path) -> None:
    """Issue 3: JSON lines with actor, turn and message ids."""

    def act(context: Context, message: object) -> object:
        context.log("working", more=1)
        return None

    with Rig() as rig:
        rig.system.start(actor("runner", act, ExecuteCall))
        numbers: list[int] = []
        rig.system.bus.tap(lambda envelope, _: numbers.append(envelope.id))
        rig.system.publish(ExecuteCall(TurnId("t7"), CallId("c1")), "t")
        rig.system.ask("runner", ExecuteCall(TurnId("t8"), CallId("c2")), BOUND)
        rig.log.open(tmp_path / "log")
        rig.log.close(limit=BOUND)
    first = json.loads((tmp_path / "log").read_text().splitlines()[0])
    assert (first["actor"], first["event"]) == ("runner", "working")
    assert (first["turn"], first["message_id"]) == ("t7", numbers[0])


def test_an_edge_that_feeds_waits_for_room() -> None:
    """S3-4."""
    go, full = threading.Event(), threading.Event()
    contexts: list[Context] = []
    heard: list[int] = []

    def act(context: Context, message: object) -> object:
        go.wait(BOUND)
        if isinstance(message, Say):
            heard.append(message.number)
        return None

    def give(context: Context, message: object) -> object:
        contexts.append(context)
        return None

    with Rig() as rig:
        rig.system.start(actor("sink", act, Say, mailbox=MailboxSpec(2, "block")))
        rig.system.start(actor("edge", give, Ask))
        rig.system.ask("edge", Ask(), BOUND)
        feed = contexts[0].feed  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

        def run() -> None:
            for number in range(10):
                if number == 3:
                    full.set()
                feed(Say(number))

        edge = threading.Thread(target=run)
        edge.start()
        assert full.wait(BOUND)
        assert rig.system.cell("sink").mailbox.depth() <= 3
        go.set()
        edge.join(BOUND)
        rig.system.ask("sink", Ping(), BOUND)
    assert heard == list(range(10))
    assert rig.system.cell("sink").mailbox.high_water <= 3
