"""The Simulation runtime: the same shells, mailboxes and supervisors as on threads, one message a step."""

from __future__ import annotations

from collections.abc import Callable

import pykka
import pytest

from actors.drill.simulated.incarnation import SilentLog
from actors.drill.simulated.strategies import Departure, PlainStrategy, ReplayStrategy
from actors.runtime.address import AskCycleError
from actors.runtime.behaviour import Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, Event, Message
from actors.runtime.signals import Ping
from actors.runtime.simulated.scheduler import Edge, Scheduler
from actors.runtime.simulated.simulation import SimSystem
from actors.runtime.supervisor import Supervisor, SupervisorSpec
from tests.actors.runtime.scripted import Scripted


class Order(Command, frozen=True):
    """For one."""

    number: int = 0


class Other(Command, frozen=True):
    """For another."""

    number: int = 0


class Heard(Event, frozen=True):
    """For all."""

    text: str = ""


def actor(name: str, act: Callable[[Context, object], object], *receives: type[Message]) -> Child:
    return Child(name, lambda context: Scripted(context, act), receives, MailboxSpec())


def nothing(_: Context, message: object) -> None:
    """Handle it, and that is all."""
    del message


def publishing(system: SimSystem, number: int) -> Callable[[], None]:
    def publish() -> None:
        for each in range(number):
            system.publish(Order(each), "edge")

    return publish


def system_of(*children: Child, departures: tuple[Departure, ...] = (), hang_limit: float = 10.0) -> SimSystem:
    scheduler = Scheduler(ReplayStrategy(departures) if departures else PlainStrategy())
    system = SimSystem(scheduler, SilentLog(), hang_limit)
    for child in children:
        system.start(child)
    return system


def test_an_actor_handles_one_message_a_step() -> None:
    seen: list[int] = []
    system = system_of(actor("one", lambda _, order: seen.append(order.number), Order))  # type: ignore[attr-defined]
    for number in range(3):
        system.publish(Order(number), "test")
    system.scheduler.most_steps = 2
    assert system.scheduler.run() == "steps"
    assert seen == [0], "the first step builds the behaviour"


def test_what_a_handler_sends_keeps_its_order_and_is_there_after_the_step() -> None:
    seen: list[str] = []

    def speak(context: Context, _: object) -> None:
        for text in ("a", "b", "c"):
            context.send(Heard(text))

    def hear(_: Context, message: object) -> None:
        assert isinstance(message, Heard)
        seen.append(message.text)

    system = system_of(actor("speaker", speak, Order), actor("hearer", hear, Heard))
    system.publish(Order(), "test")
    assert system.scheduler.run() == "quiet"
    assert seen == ["a", "b", "c"]


def test_between_two_messages_of_one_handler_others_can_act() -> None:
    seen: list[str] = []

    def speak(context: Context, _: object) -> None:
        context.send(Other(1))
        context.send(Heard("from the first"))

    def answer(context: Context, _: object) -> None:
        context.send(Heard("from the second"))

    def hear(_: Context, message: object) -> None:
        assert isinstance(message, Heard)
        seen.append(message.text)

    def run(*departures: Departure) -> list[str]:
        seen.clear()
        children = (actor("first", speak, Order), actor("second", answer, Other), actor("hearer", hear, Heard))
        system = system_of(*children, departures=departures)
        system.publish(Order(), "test")
        system.scheduler.run()
        return list(seen)

    assert run() == ["from the first", "from the second"]
    split = (Departure(4, "first", 1), Departure(5, "second"))
    assert run(*split) == ["from the second", "from the first"], "as a thread can be stopped between two sends"


def test_an_ask_waits_in_virtual_time() -> None:
    answers: list[object] = []

    def ask(_: Context, message: object) -> None:
        del message
        answers.append(system.ask("second", Other(2), 5.0))

    system = system_of(actor("first", ask, Order), actor("second", lambda _, message: message.number * 2, Other))  # type: ignore[attr-defined]
    system.publish(Order(), "test")
    assert system.scheduler.run() == "quiet"
    assert answers == [4]


def test_an_ask_that_nobody_answers_ends_at_its_time_limit() -> None:
    problems: list[str] = []

    def ask(_: Context, message: object) -> None:
        del message
        try:
            system.ask("second", Other(), 5.0)
        except pykka.Timeout as error:
            problems.append(str(error))

    def never(_: Context, message: object) -> None:
        del message
        system.scheduler.park(None, 60.0)

    system = system_of(actor("first", ask, Order), actor("second", never, Other), hang_limit=600.0)
    system.publish(Order(), "test")
    system.scheduler.run()
    assert problems == ["no answer within 5.0 seconds"]


def test_actors_that_ask_each_other_in_a_circle_are_told_the_circle() -> None:
    problems: list[str] = []

    def ask(name: str, message: Message) -> Callable[[Context, object], object]:
        def act(_: Context, _message: object) -> object:
            try:
                return system.ask(name, message, 5.0)
            except AskCycleError as error:
                problems.append(str(error))
                return None

        return act

    system = system_of(actor("first", ask("second", Other()), Order), actor("second", ask("first", Order()), Other))
    system.publish(Order(), "test")
    system.scheduler.run()
    assert problems == ["second asks first asks second"]


def test_a_failed_handler_is_restarted_and_its_mail_is_not_lost() -> None:
    seen: list[int] = []

    def act(_: Context, message: object) -> None:
        assert isinstance(message, Order)
        if message.number == 1:
            raise LookupError("lost")
        seen.append(message.number)

    scheduler = Scheduler(PlainStrategy())
    system = SimSystem(scheduler, SilentLog())
    spec = SupervisorSpec((actor("worker", act, Order),))
    system.start(Child("supervisor", lambda context: Supervisor(context, system, spec, lambda: 0.5), (), MailboxSpec()))
    edge = Edge("edge", scheduler)
    edge.push(publishing(system, 3), 1.0)
    assert scheduler.run() == "quiet"
    assert seen == [0, 2]
    assert [letter.reason for letter in system.dead_letters] == ["failed"]


def test_a_hung_handler_is_replaced_after_the_hang_limit_and_comes_too_late() -> None:
    seen: list[str] = []

    def act(context: Context, message: object) -> None:
        assert isinstance(message, Order)
        if message.number == 0:
            system.scheduler.park(None, 100.0)
            context.send(Heard("too late"))
        seen.append(f"{message.number} at {system.clock.now()}")

    heard: list[object] = []
    scheduler = Scheduler(PlainStrategy())
    system = SimSystem(scheduler, SilentLog(), hang_limit=10.0)
    children = (actor("worker", act, Order), actor("hearer", lambda _, message: heard.append(message), Heard))
    spec = SupervisorSpec(children)
    system.start(Child("supervisor", lambda context: Supervisor(context, system, spec, lambda: 0.5), (), MailboxSpec()))
    edge = Edge("edge", scheduler)
    edge.push(publishing(system, 2), 1.0)
    assert scheduler.run() == "quiet"
    assert seen == ["1 at 13.5", "0 at 101.0"]
    assert not heard, "what a fenced behaviour sends becomes a dead letter"
    assert sorted(letter.reason for letter in system.dead_letters) == ["fenced", "hung"]


def test_all_actors_can_be_stopped_from_one_of_them() -> None:
    late: list[tuple[str, ...]] = []

    def end(_: Context, message: object) -> None:
        del message
        late.append(system.stop(1.0))

    system = system_of(actor("ender", end, Order), actor("other", nothing, Other))
    system.publish(Order(), "test")
    assert system.scheduler.run() == "quiet"
    assert late == [()]
    assert system.cell("other").state == "stopped"


def test_an_actor_that_does_not_stop_in_time_is_named() -> None:
    late: list[tuple[str, ...]] = []

    def end(_: Context, message: object) -> None:
        del message
        late.append(system.stop(1.0))

    def sleep(_: Context, message: object) -> None:
        del message
        system.scheduler.park(None, 60.0)

    system = system_of(actor("ender", end, Order), actor("sleeper", sleep, Other))
    system.publish(Other(), "test")
    Edge("edge", system.scheduler).push(lambda: system.publish(Order(), "edge"), 2.0)
    system.scheduler.run()
    assert late == [("sleeper",)]


def test_outside_of_a_run_an_ask_has_nobody_to_wait_for() -> None:
    system = system_of(actor("one", nothing, Ping))
    with pytest.raises(RuntimeError, match="only a step"):
        system.ask("one", Ping(), 1.0)


def test_thousands_of_systems_leave_nothing_in_pykkas_registry() -> None:
    before = len(pykka.ActorRegistry.get_all())
    for _ in range(20):
        system = system_of(actor("one", nothing, Order))
        system.publish(Order(), "test")
        system.scheduler.run()
    assert len(pykka.ActorRegistry.get_all()) == before


def test_every_dead_letter_and_every_taken_message_can_be_seen() -> None:
    lost: list[str] = []
    taken: list[str] = []
    system = system_of(actor("one", nothing, Order))
    system.lost = lambda letter: lost.append(letter.reason)
    system.taken = lambda lane, envelope: taken.append(f"{lane.name} {type(envelope.message).__name__}")
    system.publish(Order(), "test")
    system.publish(Other(), "test")
    system.scheduler.run()
    assert lost == ["no receiver"]
    assert taken == ["one Order"]
