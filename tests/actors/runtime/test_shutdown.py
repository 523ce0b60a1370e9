"""The orderly end: phases that end on an acknowledgement or at their deadline, and an end that always comes."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from actors.drill.user.probe import Probe
from actors.runtime.behaviour import Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, Event
from actors.runtime.shutdown import ExitReport, FinalSteps, Phase, Shutdown
from actors.runtime.signals import ActorRestarted, BeginShutdown, PhaseExpired
from actors.runtime.supervisor import SupervisorSpec
from tests.actors.runtime.rig import BOUND, Break, Rig, TurnedClock, actor


class First(Command, frozen=True):
    """Begin phase one."""


class FirstDone(Event, frozen=True):
    """Phase one is done."""


class Second(Command, frozen=True):
    """Begin phase two."""

    exit_code: int


class SecondDone(Event, frozen=True):
    """Phase two is done."""


PHASES = (
    Phase("one", lambda _: First(), FirstDone, 3.0),
    Phase("two", lambda order: Second(order.exit_code), SecondDone, 5.0),
)


class End:
    """Whoever waits for the report."""

    def __init__(self, rig: Rig, survivors: tuple[str, ...] = ()) -> None:
        self.report: ExitReport | None = None
        self.came = threading.Event()
        self._survivors = survivors
        ending = FinalSteps(1.0, self.sweep, self.ended)
        receives = (BeginShutdown, PhaseExpired, ActorRestarted)
        rig.system.start(
            Child("shutdown", lambda context: Shutdown(context, rig.system, PHASES, ending), receives, MailboxSpec())
        )

    def sweep(self) -> tuple[str, ...]:
        return self._survivors

    def ended(self, report: ExitReport) -> None:
        self.report = report
        self.came.set()

    def wait(self) -> ExitReport:
        assert self.came.wait(BOUND)
        assert self.report is not None
        return self.report


def worker(probe: Probe, *, answers: bool = True) -> Child:
    if answers:
        probe.answering(First, lambda _: (FirstDone(),)).answering(Second, lambda _: (SecondDone(),))
    return probe.child("worker", (First, Second, Break))


def test_each_phase_begins_when_the_one_before_was_acknowledged() -> None:
    """S0-13, S3-12…15."""
    probe = Probe()
    with Rig(TurnedClock()) as rig:
        end = End(rig, ("process 7",))
        rig.system.start(worker(probe))
        rig.system.publish(BeginShutdown(4, "tired"), "t")
        report = end.wait()
        assert report == ExitReport(4, "tired", (), ("process 7",), 0, 0.0)
        assert probe.heard(First) == [First()]
        assert probe.heard(Second) == [Second(4)]
        assert rig.system.cell("worker").state == "stopped"


def test_a_phase_that_is_not_acknowledged_is_late_and_named_and_the_next_begins() -> None:
    probe, clock = Probe(), TurnedClock()
    with Rig(clock) as rig:
        end = End(rig)
        rig.system.start(worker(probe, answers=False))
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        probe.wait_for(First)
        assert clock.waits() == pytest.approx(3.0)
        clock.move(2.9)
        assert probe.heard(Second) == []
        clock.move(0.2)
        probe.wait_for(Second)
        clock.move(5.1)
        assert end.wait().late == ("one", "two")


def test_an_acknowledgement_of_another_phase_ends_nothing() -> None:
    probe, clock = Probe(), TurnedClock()
    with Rig(clock) as rig:
        end = End(rig)
        rig.system.start(worker(probe, answers=False))
        rig.system.publish(FirstDone(), "t")
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        probe.wait_for(First)
        rig.system.publish(SecondDone(), "t")
        rig.system.publish(SecondDone(), "t")
        rig.system.publish(FirstDone(), "t")
        probe.wait_for(Second)
        rig.system.publish(SecondDone(), "t")
        assert end.wait().late == ()


def test_a_second_order_hurries_the_first() -> None:
    probe, clock = Probe(), TurnedClock()
    with Rig(clock) as rig:
        end = End(rig)
        rig.system.start(worker(probe, answers=False))
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        probe.wait_for(First)
        rig.system.publish(BeginShutdown(1, "now"), "t")
        clock.waits(2)
        clock.move(0.25)
        probe.wait_for(Second)
        clock.waits(2)
        clock.move(0.25)
        report = end.wait()
        assert (report.exit_code, report.reason, report.late) == (0, "bye", ("one", "two"))


def test_a_restarted_actor_is_given_its_orders_again() -> None:
    """Its predecessor took them with it."""
    failed = threading.Event()

    def act(context: Context, message: object) -> object:
        if isinstance(message, First):
            if not failed.is_set():
                failed.set()
                raise ValueError("at the worst moment")
            context.send(FirstDone())
        if isinstance(message, Second):
            context.send(SecondDone())
        return None

    with Rig() as rig:
        end = End(rig)
        rig.supervised(SupervisorSpec((actor("worker", act, First, Second),)))
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        assert end.wait().late == ()


def test_actors_that_do_not_stop_are_named() -> None:
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    probe = Probe()
    with Rig() as rig:
        end = End(rig)
        rig.system.start(worker(probe))
        rig.system.start(actor("stuck", act, PhaseHeard))
        rig.system.publish(PhaseHeard(), "t")
        assert inside.wait(BOUND)
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        report = end.wait()
        assert report.late == ("stuck",)
        assert report.seconds >= 1.0
        go.set()


class PhaseHeard(Event, frozen=True):
    """Something to hang on."""


def test_phases_come_one_after_the_other_in_the_wire() -> None:
    probe = Probe()
    order: list[str] = []
    with Rig() as rig:
        rig.system.bus.tap(lambda envelope, _: order.append(type(envelope.message).__name__))
        end = End(rig)
        rig.system.start(worker(probe))
        rig.system.publish(BeginShutdown(0, "bye"), "t")
        end.wait()
    told = [name for name in order if name in ("First", "FirstDone", "Second", "SecondDone")]
    assert list(pairwise(told)) == [("First", "FirstDone"), ("FirstDone", "Second"), ("Second", "SecondDone")]
