"""Somebody's own actors in every order that can be."""

from __future__ import annotations

import pytest

from actors.drill.judging.promises import BrokenPromiseError
from actors.drill.plan.faults import InjectedFault
from actors.drill.user.probe import Probe
from actors.drill.user.user_actors import ActorGroup, drill_actors
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, Event


class Add(Command, frozen=True):
    number: int


class Total(Event, frozen=True):
    numbers: list[int]


class Counter(Behaviour[Add]):
    def __init__(self, context: Context) -> None:
        self.context = context
        self.numbers: list[int] = []

    def handle(self, message: Add) -> None:
        self.numbers.append(message.number)
        self.context.send(Total(list(self.numbers)))


class Sloppy(Counter):
    """Sends what it goes on changing."""

    def handle(self, message: Add) -> None:
        self.numbers.append(message.number)
        self.context.send(Total(self.numbers))


def cast(behaviour: type[Counter], probes: list[Probe]) -> ActorGroup:
    def actors() -> tuple[Child, ...]:
        probes.append(Probe())
        counter = Child("counter", behaviour, (Add,), MailboxSpec())
        return (counter, probes[-1].child("probe", (Total,)))

    return ActorGroup(actors, (Add(1), Add(2), Add(4)))


def test_the_mailbox_outlives_a_crash() -> None:
    probes: list[Probe] = []
    crash = InjectedFault("counter", "crash_before", on="Add", nth=2)
    for run in drill_actors(cast(Counter, probes), (crash,), range(20)):
        assert run.crashed == ("counter",)
        assert [total.numbers for total in probes[-1].heard(Total)] == [[1], [4]]
        assert [type(letter.message) for letter in run.dead] == [Add]
    assert len(probes) == 20


def test_a_message_that_is_changed_after_it_was_sent_is_found() -> None:
    with pytest.raises(BrokenPromiseError, match="Total was changed after it was sent"):
        list(drill_actors(cast(Sloppy, []), (), range(5)))
