"""The supervisor: who is restarted, after how long, how often, and what happens beyond."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors.drill.user.probe import Probe
from actors.runtime.behaviour import Child, Context
from actors.runtime.hosts.actor_host import ActorFailedError
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import ActorFailed, ActorRestarted, Ping, ReportFailure
from actors.runtime.supervisor import Strategy, SupervisorSpec, decide
from tests.actors.runtime.rig import BOUND, Actor, Ask, Break, BrokenError, Rig, Say, TurnedClock, actor, supervisor


def idle(context: Context, message: object) -> object:
    del context
    return message


def fragile(name: str = "fragile") -> Child:
    def act(context: Context, message: object) -> object:
        if isinstance(message, Break):
            raise BrokenError
        return message

    return actor(name, act, Break, Ask)


THREE = tuple(actor(name, idle) for name in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("strategy", "restarted"),
    [("one_for_one", ("two",)), ("one_for_all", ("one", "two", "three")), ("rest_for_one", ("two", "three"))],
)
def test_a_strategy_says_who_is_restarted(strategy: Strategy, restarted: tuple[str, ...]) -> None:
    verdict = decide(SupervisorSpec(THREE, strategy), (), "two", 0.0)
    assert verdict is not None
    assert verdict.restart == restarted


def test_the_first_failure_is_repaired_at_once_and_the_next_after_pauses_that_double() -> None:
    spec = SupervisorSpec(THREE, intensity=6, period=1e9, backoff=1.0, backoff_most=4.0)
    history: tuple[float, ...] = ()
    delays: list[float] = []
    for number in range(6):
        verdict = decide(spec, history, "one", float(number))
        assert verdict is not None
        history = verdict.history
        delays.append(verdict.delay)
    assert delays == [0.0, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert decide(spec, history, "one", 6.0) is None


@given(some.lists(some.floats(0.0, 100.0), max_size=40), some.integers(1, 6), some.floats(0.1, 50.0))
def test_it_gives_up_exactly_when_too_many_fall_into_the_period(
    times: list[float], intensity: int, period: float
) -> None:
    spec = SupervisorSpec(THREE, intensity=intensity, period=period)
    history: tuple[float, ...] = ()
    for now in sorted(times):
        recent = [time for time in history if now - time < period]
        verdict = decide(spec, history, "one", now)
        assert (verdict is None) == (len(recent) + 1 > intensity)
        if verdict is None:
            return
        history = verdict.history


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("one_for_one", {"fragile"}), ("one_for_all", {"a", "fragile", "z"}), ("rest_for_one", {"fragile", "z"})],
)
def test_a_crash_restarts_whom_the_strategy_names(strategy: Strategy, expected: set[str]) -> None:
    probe = Probe()
    children = (actor("a", idle), fragile(), actor("z", idle))
    with Rig() as rig:
        rig.system.start(probe.child("probe", (ActorRestarted,)))
        rig.supervised(SupervisorSpec(children, strategy))
        rig.system.publish(Break(), "test")
        probe.wait_for(ActorRestarted, number=len(expected))
        assert {heard.actor for heard in probe.heard(ActorRestarted)} == expected
        assert {cell.child.name for cell in rig.system.watched() if cell.generation == 2} == expected


def test_mail_waits_during_the_pause_and_the_pause_is_kept() -> None:
    clock = TurnedClock()
    heard: list[int] = []
    third = threading.Event()

    def act(context: Context, message: object) -> object:
        if isinstance(message, Break):
            raise BrokenError
        if isinstance(message, Say):
            heard.append(message.number)
            third.set()
        return None

    probe = Probe()
    with Rig(clock) as rig:
        rig.system.start(probe.child("probe", (ActorFailed, ActorRestarted)))
        rig.supervised(SupervisorSpec((actor("fragile", act, Break, Say),), backoff=8.0, backoff_most=8.0))
        rig.system.publish(Break(), "test")
        rig.system.publish(Break(), "test")
        rig.system.publish(Say(3), "test")
        assert clock.waits() == pytest.approx(4.0), "half of the pause, at the least jitter"
        probe.wait_for(ActorFailed, number=2)
        assert rig.system.cell("fragile").state == "failed"
        clock.move(3.9)
        assert heard == []
        clock.move(0.2)
        assert third.wait(BOUND)
    assert heard == [3]


def test_too_many_failures_are_reported_above_and_nobody_is_restarted_any_more() -> None:
    probe = Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (ActorFailed,)))
        rig.supervised(SupervisorSpec((fragile(),), intensity=2, backoff=0.0))
        for _ in range(3):
            rig.system.publish(Break(), "test")
        assert rig.escalated.wait(BOUND)
        report = rig.escalations[0]
        assert isinstance(report, ReportFailure)
        assert report.child == "supervisor"
        assert "fragile failed more than 2 times" in report.problem
        probe.wait_for(ActorFailed, number=3)
        assert [failed.will_restart for failed in probe.heard(ActorFailed)] == [True, True, False]


def test_a_failed_supervisor_is_restarted_by_its_own_with_all_of_its_children() -> None:
    """Nested supervisors: the inner one gives up, the outer one repairs."""
    probe = Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (ActorFailed, ActorRestarted)))
        inner = supervisor(rig.system, SupervisorSpec((fragile(), actor("steady", idle)), intensity=1), "inner")
        rig.supervised(SupervisorSpec((inner,)), "outer")
        rig.system.ask("inner", Ping(), BOUND)
        rig.system.publish(Break(), "test")
        rig.system.publish(Break(), "test")
        probe.wait_for(ActorRestarted, lambda heard: heard.actor == "inner")
        probe.wait_for(ActorRestarted, lambda heard: heard.actor == "steady")
        assert rig.system.ask("fragile", Ask(5), BOUND) == Ask(5)
        assert rig.escalations == []


def test_a_child_that_cannot_start_is_tried_until_it_is_too_much() -> None:
    def factory(context: Context) -> Actor:
        raise OSError("no such device")

    broken = Child("broken", factory, (), MailboxSpec())
    with Rig() as rig:
        rig.system.start(supervisor(rig.system, SupervisorSpec((broken,), intensity=3, backoff=0.0)))
        assert rig.escalated.wait(BOUND)
        assert "no such device" in str(rig.escalations[0])
        assert rig.system.cell("broken").crashes == 4


def test_a_report_of_the_past_is_not_judged() -> None:
    probe = Probe()
    with Rig() as rig:
        rig.system.start(probe.child("probe", (ActorFailed,)))
        rig.supervised(SupervisorSpec((fragile(),)))
        rig.system.report(rig.system.cell("fragile"), ReportFailure("fragile", 0, "long ago", ""))
        rig.system.ask("supervisor", Ping(), BOUND)
        assert probe.heard(ActorFailed) == []


def test_an_unknown_message_is_logged_and_no_failure() -> None:
    """S3-11."""
    with Rig() as rig:
        rig.supervised(SupervisorSpec((fragile(),)))
        with pytest.raises(ActorFailedError, match="supervisor does not receive Say"):
            rig.system.ask("supervisor", Say(1), BOUND)
        assert rig.system.ask("supervisor", Ping(), BOUND) is None
