"""The actor system: what can be asked of it while its actors are busy, and how it ends."""

from __future__ import annotations

import threading

from actors.runtime.behaviour import Child, Context
from tests.actors.runtime.rig import BOUND, Ask, Hang, Rig, Say, actor


def idle(context: Context, message: object) -> object:
    del context
    return message


def test_every_actor_can_be_seen_from_outside_while_one_of_them_hangs() -> None:
    """S0-24's neighbour: state, depth, high water, handled, crashes, busy since, p99."""
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        if isinstance(message, Hang):
            inside.set()
            go.wait(BOUND)
        return None

    with Rig() as rig:
        rig.system.start(actor("stuck", act, Hang, Say))
        rig.system.start(actor("idle", idle, Ask))
        rig.system.ask("idle", Ask(), BOUND)
        rig.system.publish(Hang(), "t")
        assert inside.wait(BOUND)
        rig.system.publish(Say(1), "t")
        stuck, other = rig.system.statuses()
        assert (stuck.name, stuck.state, stuck.depth, stuck.handling) == ("stuck", "running", 1, "Hang")
        assert stuck.busy is not None
        assert stuck.oldest == "Say"
        assert (other.name, other.busy, other.handled, other.depth, other.high_water) == ("idle", None, 1, 0, 1)
        assert other.p99 > 0
        go.set()


def test_a_stop_names_who_does_not_stop() -> None:
    """S3-12…15: the others are stopped all the same."""
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    with Rig() as rig:
        rig.system.start(actor("one", idle))
        rig.system.start(actor("stuck", act, Hang))
        rig.system.start(actor("two", idle))
        rig.system.publish(Hang(), "t")
        assert inside.wait(BOUND)
        assert rig.system.stop(0.05) == ("stuck",)
        assert {status.name: status.state for status in rig.system.statuses()} == {
            "one": "stopped",
            "stuck": "running",
            "two": "stopped",
        }
        go.set()


def test_a_stop_ends_an_actor_that_waits_for_its_verdict() -> None:
    def act(context: Context, message: object) -> object:
        raise ValueError("no")

    with Rig() as rig:
        rig.system.start(actor("failed", act, Say))
        rig.system.publish(Say(1), "t")
        assert rig.escalated.wait(BOUND)
        rig.system.publish(Say(2), "t")
        assert rig.system.stop(BOUND) == ()
        assert [(letter.message, letter.reason) for letter in rig.system.dead_letters] == [
            (Say(1), "failed"),
            (Say(2), "closed"),
        ]


def test_actors_may_be_dressed_before_they_start() -> None:
    decorate: list[str] = []

    def dress(child: Child) -> Child:
        decorate.append(child.name)
        return child

    with Rig() as rig:
        rig.system.decorate = dress
        rig.system.start(actor("one", idle))
    assert decorate == ["one"]
