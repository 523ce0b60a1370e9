"""Addresses: posts that never raise, asks that always end."""

from __future__ import annotations

import threading

import pykka
import pytest

from actors.drill.user.probe import Probe
from actors.runtime.address import ActorHungError, Answer, AskCycleError
from actors.runtime.behaviour import Context
from actors.runtime.envelope import Envelope
from actors.runtime.mailbox import MailboxSpec, Put
from actors.runtime.signals import ActorRestarted
from actors.runtime.supervisor import SupervisorSpec
from tests.actors.runtime.rig import BOUND, Ask, AskOther, Hang, Rig, Say, actor


def echo(context: Context, message: object) -> object:
    del context
    return message


def test_an_ask_that_closes_a_circle_is_refused_at_once() -> None:
    """Three actors ask each other in a ring; nobody waits for ever, and the refusal names the ring."""
    rig = Rig()
    following = {"one": "two", "two": "three", "three": "one"}

    def asking(name: str) -> None:
        def act(context: Context, message: object) -> object:
            return rig.system.ask(following[name], Ask(), BOUND)

        rig.system.start(actor(name, act))

    with rig:
        for name in following:
            asking(name)
        with pytest.raises(Exception, match="three asks one asks two asks three") as caught:
            rig.system.ask("one", Ask(), BOUND)
        causes: list[BaseException] = []
        cause: BaseException | None = caught.value
        while cause is not None:
            causes.append(cause)
            cause = cause.__cause__
        assert isinstance(causes[-1], AskCycleError)


def test_an_actor_that_asks_itself_is_refused() -> None:
    rig = Rig()

    def act(context: Context, message: object) -> object:
        return rig.system.ask("self", Ask(), BOUND)

    with rig:
        rig.system.start(actor("self", act))
        with pytest.raises(Exception, match="self asks self"):
            rig.system.ask("self", Ask(), BOUND)


def test_a_chain_of_asks_is_no_circle() -> None:
    rig = Rig()

    def relay(context: Context, message: object) -> object:
        return rig.system.ask(message.name, Ask(4), BOUND) if isinstance(message, AskOther) else None

    with rig:
        rig.system.start(actor("front", relay))
        rig.system.start(actor("back", echo))
        assert rig.system.ask("front", AskOther("back"), BOUND) == Ask(4)
        assert rig.system.ask("front", AskOther("back"), BOUND) == Ask(4), "the wait is forgotten"


def test_an_ask_ends_with_its_time_limit() -> None:
    go = threading.Event()

    def act(context: Context, message: object) -> object:
        go.wait(BOUND)
        return None

    with Rig() as rig:
        rig.system.start(actor("slow", act))
        with pytest.raises(pykka.Timeout):
            rig.system.ask("slow", Ask(), 0.01)
        go.set()


def test_an_ask_of_a_stopped_or_full_actor_fails_at_once() -> None:
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    with Rig() as rig:
        rig.system.start(actor("full", act, Say, mailbox=MailboxSpec(1, "reject")))
        rig.system.publish(Say(1), "test")
        assert inside.wait(BOUND)
        rig.system.publish(Say(2), "test")
        with pytest.raises(pykka.ActorDeadError, match="the mailbox of full is full"):
            rig.system.ask("full", Ask(), BOUND)
        go.set()
        rig.system.stop(BOUND)
        with pytest.raises(pykka.ActorDeadError, match="full has stopped"):
            rig.system.ask("full", Ask(), BOUND)


def test_a_post_to_a_stopped_actor_is_a_dead_letter_and_no_error() -> None:
    with Rig() as rig:
        address = rig.system.start(actor("gone", echo))
        rig.system.stop(BOUND)
        assert address.post(Envelope(Say(1), "test", 1)) is Put.CLOSED
        letter = rig.system.dead_letters[-1]
        assert (letter.message, letter.sender, letter.receiver, letter.reason) == (Say(1), "test", "gone", "closed")


def test_an_answer_is_given_once() -> None:
    """A handler that was given up may come back long after its ask was failed."""
    answer = Answer()
    answer.set_exception((ActorHungError, ActorHungError("gone"), None))
    answer.set(1)
    answer.set_exception()
    with pytest.raises(ActorHungError):
        answer.get(timeout=0)


def test_the_wait_of_a_shell_that_was_given_up_is_no_circle() -> None:
    """`hung` waits for `silent` for ever and is replaced; the new one waits for no one: `silent` may ask it."""
    rig = Rig(hang_limit=0.05)
    asked, go, hear = threading.Event(), threading.Event(), threading.Event()

    def hang(context: Context, message: object) -> object:
        return rig.system.ask("silent", Ask(1), BOUND) if isinstance(message, Hang) else message

    def silent(context: Context, message: object) -> object:
        asked.set()
        go.wait(BOUND)
        return rig.system.ask("hung", Ask(2), BOUND)

    with rig:
        restarted = Probe()
        rig.system.start(restarted.child("restarted", (ActorRestarted,)))
        rig.system.start(actor("silent", silent))
        rig.supervised(SupervisorSpec((actor("hung", hang, Hang, Ask),)))
        rig.system.publish(Hang(), "test")
        assert asked.wait(BOUND)
        restarted.wait_for(ActorRestarted)

        def ask_again() -> None:
            rig.system.ask("silent", Ask(3), BOUND)
            hear.set()

        again = threading.Thread(target=ask_again)
        go.set()
        again.start()
        assert hear.wait(BOUND), "asking the new one was refused as a circle"
        again.join(BOUND)
