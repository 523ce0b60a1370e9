"""The watchdog: a handler that does not come back is replaced, and nothing is lost but what it was handling."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from actors.drill.user.probe import Probe
from actors.runtime.address import ActorHungError
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import ActorFailed, ActorRestarted, Ping, ReportHang
from actors.runtime.supervisor import SupervisorSpec
from actors.runtime.thread_start import ThreadStartError, start_thread
from tests.actors.runtime.rig import BOUND, Actor, Ask, Break, BrokenError, Hang, Rig, Say, TurnedClock, actor

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


def test_an_ask_to_a_handler_that_hangs_fails_when_the_hang_is_seen() -> None:
    """Not after its own limit, which may be an hour."""
    stuck = Stuck()
    with Rig(hang_limit=LIMIT) as rig:
        rig.supervised(SupervisorSpec((stuck.child(),)))
        with pytest.raises(ActorHungError, match="stuck hangs in Hang"):
            rig.system.ask("stuck", Hang(), 1_000.0)
        stuck.go.set()
        assert stuck.came_back.wait(BOUND), "its late answer goes nowhere, and harms nothing"
        assert rig.system.ask("stuck", Ask(1), BOUND) == Ask(1)


class LastWord(Behaviour[object]):
    """Hangs in `stopped`, the first time."""

    def __init__(self, incarnations: list[int], go: threading.Event) -> None:
        self._lives, self._go = incarnations, go
        incarnations.append(len(incarnations))
        self._incarnation = len(incarnations)

    def handle(self, message: object) -> object:
        return message

    def stopped(self) -> None:
        if self._incarnation == 1:
            self._go.wait(BOUND)


def test_a_hang_in_the_last_word_of_a_restart_is_seen_too() -> None:
    """one_for_all: a colleague failed, and this one's `stopped` never comes back."""
    incarnations, go, probe = list[int](), threading.Event(), Probe()

    def fail(context: Context, message: object) -> object:
        raise BrokenError

    with Rig(hang_limit=LIMIT) as rig:
        rig.system.start(probe.child("probe", (ActorFailed, ActorRestarted)))
        child = Child("last", lambda _: LastWord(incarnations, go), (Ask,), MailboxSpec())
        rig.supervised(SupervisorSpec((child, actor("fragile", fail, Break)), strategy="one_for_all"))
        rig.system.publish(Break(), "test")
        failed = probe.wait_for(ActorFailed, lambda event: event.actor == "last")
        assert failed.problem.startswith("handler hung in Restart")
        probe.wait_for(ActorRestarted, lambda event: event.actor == "last")
        assert rig.system.ask("last", Ask(4), BOUND) == Ask(4)
        go.set()
        assert len(incarnations) >= 2


def test_a_watchdog_that_cannot_be_started_hinders_no_message_and_is_tried_again() -> None:
    stuck, refusals = Stuck(), [ThreadStartError("watch")] * 2

    def begin(work: Callable[[], None], name: str) -> object:
        if name == "watch" and refusals:
            raise refusals.pop()
        return start_thread(work, name)

    with Rig(hang_limit=LIMIT) as rig:
        rig.system.begin_thread = begin
        rig.supervised(SupervisorSpec((stuck.child(),)))
        with pytest.raises(ActorHungError):
            rig.system.ask("stuck", Hang(), BOUND)
        stuck.go.set()
    assert not refusals
