"""The exhaustive search: every schedule of something small, and the one that breaks a promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from msgspec import Struct

from actors.drill.exploration.exhaustive import PRUNED, Grain, Search, exhaust, ways
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.incarnation import SilentLog
from actors.drill.simulated.run import RunSpec, run
from actors.drill.simulated.strategies import PlainStrategy
from actors.runtime.behaviour import Child, Context
from actors.runtime.envelope import Envelope
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, Event, Message
from actors.runtime.simulated.scheduler import Edge, Scheduler, SimThread
from actors.runtime.simulated.simulation import SimSystem
from tests.actors.runtime.scripted import Scripted

SHUTDOWN = 41
"""The step of ANSWER in which the person leaves."""


def test_a_search_that_comes_to_its_bound_says_that_it_is_not_complete() -> None:
    coverage = exhaust(ANSWER, most_runs=60)
    assert (coverage.runs, coverage.complete, coverage.failure) == (60, False, None)
    assert coverage.pruned, "orders that lead to the same state are run once"


def test_a_search_from_a_later_step_comes_to_its_end() -> None:
    coverage = exhaust(ANSWER, search=Search(since=SHUTDOWN))
    assert (coverage.complete, coverage.failure) == (True, None)


def test_a_fault_strikes_in_every_schedule_and_breaks_nothing() -> None:
    crash = RunSpec(faults=(InjectedFault("turn_loop", "crash_before", "SubmitPrompt"),))
    coverage = exhaust(ANSWER, crash, most_runs=200)
    assert (coverage.runs, coverage.failure) == (200, None)


def test_each_message_can_leave_in_a_step_of_its_own() -> None:
    assert exhaust(ANSWER, most_runs=40, search=Search("messages")).failure is None


def test_what_breaks_a_promise_is_found_and_can_be_replayed() -> None:
    hopeless = replace(ANSWER, exit_bound=-1.0)
    coverage = exhaust(hopeless, most_runs=20)
    assert coverage.failure is not None
    assert coverage.failure.violations[0].invariant == "I9"
    assert run(hopeless, coverage.failure.run_spec).digest() == coverage.failure.digest


@pytest.mark.parametrize(
    ("grain", "listeners", "orders", "joins"),
    [("handlers", "x", 2, False), ("handlers", "x", 2, True), ("messages", "xy", 1, True)],
)
def test_what_is_left_out_was_run_in_other_words(grain: Grain, listeners: str, orders: int, *, joins: bool) -> None:
    """Beside every order that there is: the same histories, actor by actor, in far fewer runs."""
    small = Small(listeners, orders, joins)
    searched = [small.lived(way) for way in ways(Search(grain))]
    every = [small.lived(way)[1] for way in every_order(grain)]
    assert {history for end, history in searched if end != PRUNED} == set(every)
    assert len(set(every)) > 2
    assert len(searched) < len(every) / 3


# ── Something small, and every order of it ────────────────────────────────────────────────────────────────────────────

History = tuple[tuple[str, tuple[str, ...]], ...]


class Order(Command, frozen=True):
    """For the worker."""

    number: int


class Stop(Command, frozen=True):
    """For the worker, and urgent."""

    urgent = True


class Note(Event, frozen=True):
    """For whoever listens; two that wait may be joined."""

    text: str

    def joined(self, later: Message) -> Message | None:
        return Note(self.text + later.text) if isinstance(later, Note) else None


def work(context: Context, message: object) -> None:
    context.send(Note(str(message.number) if isinstance(message, Order) else "stop"))


def nothing(_: Context, message: object) -> None:
    del message


class Small(Struct, frozen=True):
    """A sender, somebody urgent, a worker and who listens to it."""

    listeners: str
    orders: int
    joins: bool

    def lived(self, way: PlainStrategy) -> tuple[str, History]:
        """How it ended, and what each actor was told, in its order."""
        heard: dict[str, list[str]] = {}
        scheduler = Scheduler(way)
        way.follow(scheduler)
        system = SimSystem(scheduler, SilentLog())

        def taken(lane: SimThread, envelope: Envelope) -> None:
            heard.setdefault(lane.name, []).append(f"{envelope.sender}: {envelope.message!r}")

        system.taken = taken
        listening = MailboxSpec(10, "coalesce" if self.joins else "grow")
        system.start(Child("worker", lambda context: Scripted(context, work), (Order, Stop), MailboxSpec()))
        for name in self.listeners:
            system.start(Child(name, lambda context: Scripted(context, nothing), (Note,), listening))
        sender, hurried = Edge("sender", scheduler), Edge("hurried", scheduler)
        for number in range(self.orders):
            sender.push(partial(system.publish, Order(number), "sender"))
        hurried.push(partial(system.publish, Stop(), "hurried"))
        scheduler.run()
        return scheduler.end, tuple((actor, tuple(messages)) for actor, messages in sorted(heard.items()))


class Listed(PlainStrategy):
    """Takes the turns of a list, and then the plainest; notes how many lanes there were to choose from."""

    def __init__(self, turns: Sequence[int], grain: Grain) -> None:
        super().__init__()
        self._turns = list(turns)
        if grain == "messages":
            self.split_at = 0
        self.widths: list[int] = []

    def pick(self, step: int, ready: Sequence[SimThread]) -> int:
        del step
        self.widths.append(len(ready))
        return self._turns.pop(0) if self._turns else 0

    def part(self, step: int, lane: SimThread) -> int:
        del step, lane
        return 1


def every_order(grain: Grain) -> Iterator[Listed]:
    """Every order of the lanes, nothing left out; each to be followed by one run before the next is asked for."""
    unseen: list[tuple[int, ...]] = [()]
    while unseen:
        turns = unseen.pop()
        way = Listed(turns, grain)
        yield way
        chosen = (*turns, *(0 for _ in way.widths[len(turns) :]))
        for place in range(len(turns), len(chosen)):
            unseen += [(*chosen[:place], other) for other in range(1, way.widths[place])]
