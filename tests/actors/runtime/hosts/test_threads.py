"""The Threads runtime under fire: stops race asks, crashes race sends, and nothing hangs."""

from __future__ import annotations

import threading

import pykka
import pytest

from actors.runtime.actor_system import ActorSystem
from actors.runtime.behaviour import Context
from actors.runtime.clock import RealClock
from actors.runtime.hosts.threads import NO_INBOX
from actors.runtime.log import Log
from tests.actors.runtime.rig import BOUND, Ask, Rig, Say, actor

STOPS = 1_000
ASKERS = 3


def echo(context: Context, message: object) -> object:
    del context
    return message


class Askers:
    """Threads that ask one actor after the other until it is dead, all at the same time."""

    def __init__(self, system: ActorSystem) -> None:
        self._system = system
        self._target = ""
        self._gate = threading.Barrier(ASKERS + 1)
        self.answered = 0
        self.dead = 0
        self.lost = 0
        self._threads = [threading.Thread(target=self._run) for _ in range(ASKERS)]
        for thread in self._threads:
            thread.start()

    def begin(self, target: str) -> None:
        self._target = target
        self._gate.wait(BOUND)

    def end(self) -> None:
        """Wait until each of them has found the actor dead."""
        self._gate.wait(BOUND)

    def join(self) -> None:
        self.begin("")
        for thread in self._threads:
            thread.join(BOUND)

    def _run(self) -> None:
        while True:
            self._gate.wait(BOUND)
            if not self._target:
                return
            while self._asked():
                self.answered += 1
            self._gate.wait(BOUND)

    def _asked(self) -> bool:
        try:
            self._system.ask(self._target, Ask(1), BOUND)
        except pykka.ActorDeadError:
            self.dead += 1
            return False
        except pykka.Timeout:
            self.lost += 1
            return False
        return True


def test_a_thousand_stops_under_fire_lose_no_ask() -> None:
    """S0-13, S3-12: every ask is answered or told that the actor is dead; plain pykka loses one in seven."""
    clock = RealClock()
    system = ActorSystem(clock, Log(clock, str), BOUND)
    askers = Askers(system)
    for number in range(STOPS):
        name = f"target-{number}"
        address = system.start(actor(name, echo))
        askers.begin(name)
        if number % 2:
            system.ask(name, Ask(0), BOUND)
        assert system.stop(BOUND) == ()
        askers.end()
        system.bus.unsubscribe(address)
        del system._cells[name]  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - a system forgets nobody by itself
    askers.join()
    system.watch.end()
    assert askers.lost == 0
    assert askers.dead >= STOPS
    assert askers.answered > 0


def test_messages_of_one_sender_arrive_in_order_whatever_the_others_do() -> None:
    heard: list[int] = []
    done = threading.Event()
    senders, each = 4, 2_000

    def act(context: Context, message: object) -> object:
        if isinstance(message, Say):
            heard.append(message.number)
            if len(heard) == senders * each:
                done.set()
        return None

    with Rig() as rig:
        rig.system.start(actor("sink", act, Say))

        def send(sender: int) -> None:
            for number in range(each):
                rig.system.publish(Say(sender * each + number), f"sender-{sender}")

        threads = [threading.Thread(target=send, args=(sender,)) for sender in range(senders)]
        for thread in threads:
            thread.start()
        assert done.wait(BOUND)
    for sender in range(senders):
        mine = [number for number in heard if number // each == sender]
        assert mine == sorted(mine)


def test_an_actor_has_a_daemon_thread_that_bears_its_name() -> None:
    found: list[threading.Thread] = []

    def act(context: Context, message: object) -> object:
        found.append(threading.current_thread())
        return None

    with Rig() as rig:
        rig.system.start(actor("named", act, Ask))
        rig.system.ask("named", Ask(), BOUND)
    assert found[0].name == "named-0"
    assert found[0].daemon


def test_the_inbox_of_pykkas_constructor_is_never_used() -> None:
    assert NO_INBOX.empty()
    with pytest.raises(NotImplementedError):
        NO_INBOX.get()
    with pytest.raises(NotImplementedError):
        NO_INBOX.put(object())
