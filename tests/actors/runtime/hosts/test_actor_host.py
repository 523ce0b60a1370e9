"""The shell: a behaviour may fail in any way, at any moment; the actor, its mailbox and everybody's way to it stay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pykka
import pytest

from actors.drill.user.probe import Probe
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.envelope import Envelope
from actors.runtime.hosts.actor_host import ActorFailedError
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Message
from actors.runtime.signals import ActorFailed, ActorRestarted, ActorTerminated, Ping
from actors.runtime.supervisor import SupervisorSpec
from tests.actors.runtime.rig import BOUND, Also, Ask, Break, BrokenError, Rig, Say, actor


class UnspeakableError(Exception):
    """Cannot even describe itself."""

    def __repr__(self) -> str:
        raise ValueError("no words")


def answering(context: Context, message: object) -> object:
    """Echo what is said, answer what is asked."""
    del context
    return message.number if isinstance(message, Ask) else None


def breaking(error: BaseException) -> Child:
    def act(context: Context, message: object) -> object:
        if isinstance(message, Break):
            raise error
        return answering(context, message)

    return actor("fragile", act, Break, Ask, Say)


def listening(probe: Probe) -> Child:
    return probe.child("probe", (ActorFailed, ActorRestarted, ActorTerminated))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("wrong"),
        SystemExit(3),
        KeyboardInterrupt(),
        GeneratorExit(),
        StopIteration(),
        UnspeakableError(),
        ExceptionGroup("two", [ValueError(), OSError()]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_handler_raises_is_a_failure_of_this_actor_only(error: BaseException) -> None:
    """S2-7: the actor is restarted with its mailbox, the others never notice."""
    probe = Probe()
    other = actor("other", answering, Say)
    with Rig() as rig:
        rig.system.start(listening(probe))
        rig.supervised(SupervisorSpec((breaking(error), other)))
        rig.system.publish(Break(), "test")
        assert rig.system.ask("fragile", Ask(7), BOUND) == 7
        failed = probe.wait_for(ActorFailed)
        probe.wait_for(ActorRestarted)
        assert failed.actor == "fragile"
        assert failed.message == "Break"
        assert failed.will_restart
        assert probe.heard(ActorTerminated) == []
        assert [letter.reason for letter in rig.system.dead_letters] == ["failed"]
        assert {status.name: status.crashes for status in rig.system.statuses()}["other"] == 0


def test_an_ask_whose_handler_raises_is_answered_with_the_failure() -> None:
    def act(context: Context, message: object) -> object:
        raise SystemExit(5)

    with Rig() as rig:
        rig.supervised(SupervisorSpec((actor("fragile", act, Ask),)))
        with pytest.raises(ActorFailedError, match=r"fragile failed: SystemExit\(5\)"):
            rig.system.ask("fragile", Ask(), BOUND)


def test_nothing_that_waits_is_lost_by_a_crash_and_the_order_stays() -> None:
    heard: list[int] = []
    done = threading.Event()

    def act(context: Context, message: object) -> object:
        if isinstance(message, Say):
            heard.append(message.number)
            if message.number == 999:
                done.set()
            if message.number % 250 == 3:
                raise ValueError(message.number)
        return None

    with Rig() as rig:
        rig.supervised(SupervisorSpec((actor("fragile", act, Say),), intensity=10, backoff=0.0))
        for number in range(1_000):
            rig.system.publish(Say(number), "test")
        assert done.wait(BOUND)
    assert heard == list(range(1_000))


class Staged(Behaviour[object]):
    """Fails where it is told to, and says what happens to it."""

    def __init__(self, context: Context, story: list[str], where: Callable[[str], object]) -> None:
        self._context, self._story, self._where = context, story, where
        where("built")

    def _tell(self, what: str) -> None:
        self._story.append(what)
        self._where(what)

    def started(self) -> None:
        self._tell("started")

    def handle(self, message: object) -> object:
        self._tell(type(message).__name__)
        return 1

    def failed_on(self, message: object) -> None:
        self._tell(f"failed on {type(message).__name__}")

    def stopped(self) -> None:
        self._tell("stopped")


def staged(story: list[str], where: Callable[[str], object], *receives: type[Message]) -> Child:
    return Child("staged", lambda context: Staged(context, story, where), receives, MailboxSpec())


def once(place: str) -> Callable[[str], object]:
    failures: list[str] = []

    def where(here: str) -> None:
        if here == place and not failures:
            failures.append(here)
            raise ValueError(f"at {here}")

    return where


@pytest.mark.parametrize("place", ["built", "started", "Ask", "failed on Break"])
def test_a_failure_anywhere_in_a_life_ends_in_a_new_one(place: str) -> None:
    story: list[str] = []
    with Rig() as rig:
        rig.supervised(SupervisorSpec((staged(story, once(place), Ask, Break),), backoff=0.0))
        if place == "Ask":
            with pytest.raises(ActorFailedError):
                rig.system.ask("staged", Ask(), BOUND)
        if place == "failed on Break":
            del story[:]
            rig.system.cell("staged").lost.append(Break())
            rig.system.publish(Break(), "test")
        assert rig.system.ask("staged", Ask(), BOUND) == 1


def test_a_new_behaviour_is_told_what_its_predecessor_failed_on() -> None:
    """The message itself is never handled again."""
    story: list[str] = []
    with Rig() as rig:
        rig.supervised(SupervisorSpec((staged(story, once("Break"), Ask, Break),)))
        rig.system.publish(Break(), "test")
        assert rig.system.ask("staged", Ask(), BOUND) == 1
    assert story == ["started", "Break", "started", "failed on Break", "Ask", "stopped"]


def test_a_last_word_that_fails_does_not_hinder_the_stop() -> None:
    story: list[str] = []

    def where(here: str) -> None:
        if here == "stopped":
            raise SystemExit("no")

    with Rig() as rig:
        rig.supervised(SupervisorSpec((staged(story, where, Ask),)))
        assert rig.system.ask("staged", Ask(), BOUND) == 1
    assert story[-1] == "stopped"
    assert rig.system.cell("staged").state == "stopped"


def test_a_replaced_behaviour_can_say_nothing_any_more() -> None:
    """What it still sends, and what its timers would have sent, is a dead letter or nothing."""
    contexts: list[Context] = []
    probe = Probe()

    def act(context: Context, message: object) -> object:
        contexts.append(context)
        if isinstance(message, Break):
            raise BrokenError
        return None

    with Rig() as rig:
        rig.system.start(probe.child("probe", (Say,)))
        rig.supervised(SupervisorSpec((actor("fragile", act, Break, Ask),)))
        rig.system.publish(Break(), "test")
        rig.system.ask("fragile", Ask(), BOUND)
        contexts[0].send(Say(1))
        contexts[1].send(Say(2))
        assert probe.wait_for(Say) == Say(2)
        assert [letter.reason for letter in rig.system.dead_letters] == ["failed", "fenced"]


def test_a_message_that_an_actor_does_not_receive_never_gets_to_its_behaviour(tmp_path: Path) -> None:
    """S3-11: the bus brings none; a post to the address is logged, and the actor goes on."""
    heard: list[object] = []

    def act(context: Context, message: object) -> object:
        heard.append(message)
        return answering(context, message)

    with Rig() as rig:
        rig.supervised(SupervisorSpec((actor("strict", act, Ask),)))
        address = rig.system.cell("strict").address
        address.post(Envelope(Say(1), "test", 1))
        with pytest.raises(ActorFailedError, match="strict does not receive Also"):
            rig.system.ask("strict", Also(), BOUND)
        assert rig.system.ask("strict", Ask(3), BOUND) == 3
        assert heard == [Ask(3)]
        assert [(letter.message, letter.reason) for letter in rig.system.dead_letters] == [
            (Say(1), "not received"),
            (Also(), "not received"),
        ]
        assert {status.name: status.crashes for status in rig.system.statuses()}["strict"] == 0
        rig.log.close(tmp_path / "log")
    logged = (tmp_path / "log").read_text().splitlines()
    assert len([line for line in logged if "not received" in line]) == 2


def test_an_actor_that_is_asked_whether_it_is_there_answers_behind_what_came_before() -> None:
    """Its host does: no behaviour has to know of it."""
    heard: list[object] = []

    def act(context: Context, message: object) -> object:
        heard.append(message)
        return None

    with Rig() as rig:
        rig.supervised(SupervisorSpec((actor("any", act, Say),)))
        rig.system.publish(Say(1), "test")
        assert rig.system.ask("any", Ping(), BOUND) is None
        assert heard == [Say(1)]
        assert rig.system.dead_letter_count == 0


def test_what_an_actor_subscribes_to_later_is_received_too() -> None:
    heard: list[object] = []

    def act(context: Context, message: object) -> object:
        heard.append(message)
        return None

    with Rig() as rig:
        rig.supervised(SupervisorSpec((actor("curious", act, Say),)))
        rig.system.subscribe("curious", (Also,))
        rig.system.publish(Also(2), "test")
        rig.system.ask("curious", Ping(), BOUND)
    assert heard == [Also(2)]


def test_what_waits_in_a_stopped_actor_becomes_dead_letters_and_dead_asks() -> None:
    inside, go = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    def ask() -> None:
        try:
            rig.system.ask("slow", Ask(), BOUND)
        except pykka.ActorDeadError as error:
            failures.append(error)

    with Rig() as rig:
        rig.system.start(actor("slow", act, Say, Ask))
        rig.system.publish(Say(1), "test")
        assert inside.wait(BOUND)
        asker = threading.Thread(target=ask)
        asker.start()
        rig.system.publish(Say(2), "test")
        stopper = threading.Thread(target=rig.system.stop, args=(BOUND,))
        stopper.start()
        mailbox = rig.system.cell("slow").mailbox
        while mailbox.depth() < 3:
            pass
        go.set()
        stopper.join(BOUND)
        asker.join(BOUND)
    assert len(failures) == 1
    assert [(letter.message, letter.reason) for letter in rig.system.dead_letters] == [(Say(2), "closed")]
