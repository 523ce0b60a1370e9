"""Faults: each strikes when its rule says so, and does what its kind says."""

from __future__ import annotations

import pytest

from actors.drill.plan.faults import InjectedCrashError, InjectedFault, Injector, with_faults
from actors.drill.simulated.incarnation import Disturbance, SilentLog
from actors.drill.simulated.strategies import PlainStrategy
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command
from actors.runtime.simulated.scheduler import Edge, Scheduler, chance
from actors.runtime.simulated.simulation import SimSystem


class Order(Command, frozen=True):
    """For the actor of these tests."""

    number: int = 0


def injector(*faults: InjectedFault) -> Injector:
    return Injector(faults, chance(1))


def test_the_nth_time_is_counted_among_what_fits() -> None:
    striking = injector(InjectedFault("journal", "crash_before", on="Commit", nth=2))
    assert not striking.strikes("journal", "Commit")
    assert not striking.strikes("journal", "FlushJournal")
    assert not striking.strikes("ui", "Commit")
    assert striking.strikes("journal", "Commit")
    assert not striking.strikes("journal", "Commit")


def test_a_probability_strikes_now_and_then_up_to_the_most() -> None:
    striking = injector(InjectedFault("model", "cut", probability=0.3, most=5))
    struck = [bool(striking.strikes("model", "")) for _ in range(200)]
    assert sum(struck) == 5
    assert not all(struck[:5])


def test_without_a_number_or_a_probability_the_first_time_is_meant() -> None:
    striking = injector(InjectedFault("model", "cut"))
    assert [bool(striking.strikes("model", "")) for _ in range(3)] == [True, False, False]


def test_what_struck_is_written_down_as_a_rule_that_strikes_there_again() -> None:
    striking = injector(InjectedFault("model", "cut", probability=0.3, most=5))
    moments = [number for number in range(200) if striking.strikes("model", "")]
    again = injector(*striking.struck)
    assert [number for number in range(200) if again.strikes("model", "")] == moments


def test_only_kinds_that_are_asked_for_count() -> None:
    striking = injector(
        InjectedFault("journal_file", "disk_full", nth=1), InjectedFault("journal_file", "sync_failure", nth=1)
    )
    assert [fault.kind for fault in striking.strikes("journal_file", "", ("sync_failure",))] == ["sync_failure"]


class Recorder(Behaviour[object]):
    """Notes what it is told, and when."""

    def __init__(self, context: Context, seen: list[str]) -> None:
        self._context = context
        self._seen = seen

    def started(self) -> None:
        self._seen.append("started")

    def handle(self, message: object) -> object:
        assert isinstance(message, Order)
        self._seen.append(f"{message.number} at {self._context.now()}")
        return message.number

    def failed_on(self, message: object) -> None:
        assert isinstance(message, Order)
        self._seen.append(f"failed on {message.number}")

    def stopped(self) -> None:
        self._seen.append("stopped")


def disturbed(*faults: InjectedFault, orders: int = 3) -> tuple[list[str], SimSystem]:
    """What an actor with these faults sees of so many orders."""
    seen: list[str] = []
    scheduler = Scheduler(PlainStrategy())
    system = SimSystem(scheduler, SilentLog())
    child = Child("worker", lambda context: Recorder(context, seen), (Order,), MailboxSpec(100, "coalesce"))
    system.start(with_faults(child, injector(*faults), Disturbance(scheduler)))

    def publish() -> None:
        for number in range(orders):
            system.publish(Order(number), "edge")

    Edge("edge", scheduler).push(publish, 1.0)
    scheduler.run()
    return seen, system


def test_an_actor_that_no_fault_is_about_stays_as_it_is() -> None:
    child = Child("worker", lambda context: Recorder(context, []), (Order,), MailboxSpec())
    assert (
        with_faults(child, injector(InjectedFault("journal", "hang")), Disturbance(Scheduler(PlainStrategy()))) is child
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (InjectedFault("worker", "crash_before", nth=2), ["started", "0 at 1.0"]),
        (InjectedFault("worker", "crash_after", nth=2), ["started", "0 at 1.0", "1 at 1.0"]),
        (InjectedFault("worker", "delay", nth=2, seconds=5.0), ["started", "0 at 1.0", "1 at 6.0", "2 at 6.0"]),
        (InjectedFault("worker", "hang", nth=2), ["started", "0 at 1.0"]),
        (InjectedFault("worker", "clock_jump", nth=2, seconds=60.0), ["started", "0 at 1.0", "1 at 61.0", "2 at 61.0"]),
        (InjectedFault("worker", "start_failure", nth=1), []),
    ],
    ids=lambda value: value.kind if isinstance(value, InjectedFault) else "",
)
def test_a_fault_does_what_its_kind_says(fault: InjectedFault, expected: list[str]) -> None:
    seen, _ = disturbed(fault)
    assert seen == expected


def test_the_wall_clock_can_jump_by_itself() -> None:
    before = disturbed()[1].clock
    after = disturbed(InjectedFault("worker", "wall_jump", nth=1, seconds=-3_600.0))[1].clock
    assert after.now() == before.now()
    assert after.wall() == before.wall() - 3_600.0


def test_a_mailbox_can_be_made_small() -> None:
    seen, system = disturbed(InjectedFault("worker", "overflow", size=2))
    assert system.cell("worker").mailbox.spec == MailboxSpec(2, "coalesce")
    assert len(seen) == 4, "its own policy still holds"


def test_a_crash_is_told_as_what_it_is() -> None:
    _, system = disturbed(InjectedFault("worker", "crash_before", nth=1))
    assert [type(letter.message).__name__ for letter in system.dead_letters] == ["Order"]
    assert issubclass(InjectedCrashError, Exception)
