"""The watchdog: a handler that does not come back is replaced, and nothing is lost but what it was handling."""

from __future__ import annotations

import threading

from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.probe import Probe
from actors.runtime.signals import ActorFailed, ActorRestarted, Ping, ReportHang
from actors.runtime.supervisor import SupervisorSpec
from tests.actors.runtime.rig import BOUND, Actor, Ask, Hang, Rig, Say, TurnedClock, actor

LIMIT = 0.05


class Stuck:
    """An actor that hangs on `Hang` until the test lets it go."""

    def __init__(self) -> None:
        self.inside, self.go, self.came_back = threading.Event(), threading.Event(), threading.Event()
        self.heard: list[int] = []
        self.threads: set[int] = set()

    def act(self, context: Context, message: object) -> object:
        self.threads.add(threading.get_ident())
        if isinstance(message, Hang):
            self.inside.set()
            self.go.wait(BOUND)
            context.send(Say(-1))
            self.came_back.set()
        if isinstance(message, Say):
            self.heard.append(message.number)
        return message

    def child(self) -> Child:
        return actor("stuck", self.act, Hang, Ask, Say)


def test_a_hung_handler_is_replaced_and_its_mailbox_goes_on_in_order() -> None:
    """S2-7, S0-6: no polling; the stack of the hung one is in the report."""
    stuck, probe = Stuck(), Probe()
    with Rig(hang_limit=LIMIT) as rig:
        rig.system.start(probe.child("probe", (ActorFailed, ActorRestarted)))
        rig.supervised(SupervisorSpec((stuck.child(),)))
        rig.system.publish(Hang(), "test")
        assert stuck.inside.wait(BOUND)
        for number in range(100):
            rig.system.publish(Say(number), "test")
        failed = probe.wait_for(ActorFailed)
        assert rig.system.ask("stuck", Ask(), BOUND) == Ask()
        assert stuck.heard == list(range(100))
        assert failed.problem.startswith("handler hung in Hang")
        assert "go.wait" in failed.problem
        assert len(stuck.threads) == 2
        stuck.go.set()
        assert stuck.came_back.wait(BOUND)
        assert rig.system.ask("stuck", Ask(1), BOUND) == Ask(1)
        assert stuck.heard == list(range(100)), "the late word of the fenced one goes nowhere"
        assert sorted(letter.reason for letter in rig.system.dead_letters) == ["fenced", "hung"]


def test_a_start_that_hangs_is_replaced_too() -> None:
    hung, go = threading.Event(), threading.Event()

    class Slow(Behaviour[object]):
        def started(self) -> None:
            if not hung.is_set():
                hung.set()
                go.wait(BOUND)

        def handle(self, message: object) -> object:
            return message

    with Rig(hang_limit=LIMIT) as rig:
        rig.supervised(SupervisorSpec((Child("slow", lambda _: Slow(), (Ask,), MailboxSpec()),)))
        assert rig.system.ask("slow", Ask(2), BOUND) == Ask(2)
        first = rig.system.cell("slow").behaviour
        go.set()
        assert rig.system.ask("slow", Ask(3), BOUND) == Ask(3)
        assert rig.system.cell("slow").behaviour is first, "the one that hung installs nothing when it comes back"


def test_a_report_that_comes_too_late_replaces_nobody() -> None:
    """The handler came back, and is at a later message by now."""
    stuck, probe = Stuck(), Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (ActorFailed,)))
        rig.supervised(SupervisorSpec((stuck.child(),)))
        cell = rig.system.cell("stuck")
        rig.system.publish(Hang(), "test")
        assert stuck.inside.wait(BOUND)
        envelope = cell.envelope
        assert envelope is not None
        rig.system.report(cell, ReportHang("stuck", cell.generation, "Say", "", envelope.id - 1))
        rig.system.ask("supervisor", Ping(), BOUND)
        assert probe.heard(ActorFailed) == []
        stuck.go.set()


def test_nobody_looks_while_nobody_is_busy() -> None:
    """S0-6: zero wake-ups at rest, counted."""
    rested = threading.Event()
    with Rig(hang_limit=LIMIT) as rig:
        rig.supervised(SupervisorSpec((actor("quick", lambda _, message: message, Ask),)))
        for number in range(50):
            rig.system.ask("quick", Ask(number), BOUND)
        watch = rig.system.watch
        before = -1
        while before != watch.looks:
            before = watch.looks
            rested.wait(2 * LIMIT)
        for _ in range(5):
            assert not rested.wait(LIMIT)
        assert watch.looks == before


def test_an_actor_on_the_loop_is_never_given_up() -> None:
    """There is one loop only; it is said where it stands, and that is all."""
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    clock = TurnedClock()
    with Rig(clock, hang_limit=LIMIT) as rig:
        loops: list[threading.Thread] = []

        def call_soon(action: object) -> None:
            assert callable(action)
            loops.append(threading.Thread(target=action))
            loops[-1].start()

        rig.system.gate.attach(call_soon)
        rig.system.start(Child("ui", lambda context: Actor(context, act), (Say,), MailboxSpec(), on_loop=True))
        rig.system.publish(Say(1), "test")
        assert inside.wait(BOUND)
        looks = rig.system.watch.looks
        clock.move(1.0)
        while rig.system.watch.looks < looks + 3:
            pass
        assert rig.escalations == []
        go.set()
        for thread in loops:
            thread.join(BOUND)
        rig.system.gate.detach()
