"""The least a behaviour can be, and an actor as data."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import Ping
from actors.runtime.supervisor import SupervisorSpec
from tests.actors.runtime.rig import BOUND, Ask, Break, BrokenError, Rig, Say


class Counting(Behaviour[Ask | Break]):
    """Counts what it is asked over all of its incarnations, and each incarnation by itself."""

    def __init__(self, context: Context, asked: list[int]) -> None:
        del context
        self._asked = asked
        self._mine = 0

    def handle(self, message: Ask | Break) -> tuple[int, int]:
        if isinstance(message, Break):
            raise BrokenError
        self._mine += 1
        self._asked.append(message.number)
        return len(self._asked), self._mine


def test_a_behaviour_without_a_handler_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Behaviour has no handler for Say"):
        Behaviour[object]().handle(Say(1))


def test_everything_but_the_handler_may_be_left_out() -> None:
    behaviour = Behaviour[object]()
    behaviour.started()
    behaviour.failed_on(Say(1))
    behaviour.stopped()


def test_the_state_of_a_child_is_made_once_and_given_to_each_new_behaviour() -> None:
    state: list[int] = []
    child = Child("counting", Counting, (Ask, Break), MailboxSpec(), state=state)
    with Rig() as rig:
        rig.supervised(SupervisorSpec((child,), backoff=0.0))
        assert rig.system.ask("counting", Ask(7), BOUND) == (1, 1)
        rig.system.publish(Break(), "test")
        assert rig.system.ask("counting", Ask(8), BOUND) == (2, 1)
    assert state == [7, 8]


def test_a_state_that_is_empty_is_a_state() -> None:
    given: list[object] = []

    def factory(context: Context, state: dict[str, int]) -> Behaviour[object]:
        given.append(state)
        return Behaviour()

    state: dict[str, int] = {}
    child = Child("empty", factory, (), MailboxSpec(), state=state)
    with Rig() as rig:
        rig.supervised(SupervisorSpec((child,)))
        rig.system.ask("supervisor", Ping(), BOUND)
    assert len(given) == 1
    assert given[0] is state


def test_who_replaces_the_factory_of_a_child_need_not_know_of_its_state() -> None:
    """As faults and a test's own behaviours do."""
    made: list[object] = []
    child = Child("counting", Counting, (Ask, Break), MailboxSpec(), state=[1, 2])

    def around(context: Context) -> Behaviour[object]:
        made.append(child.factory(context))
        return Behaviour()

    with Rig() as rig:
        rig.supervised(SupervisorSpec((replace(child, factory=around),)))
        context = rig.system.cell("counting").context
        assert context is not None
        again = child.factory(context)
        assert again.handle(Ask(3)) == (3, 1)
    assert len(made) == 1
