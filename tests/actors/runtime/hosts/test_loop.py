"""The Loop runtime: an actor on an asyncio loop, in slices, before, while and after the loop runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import pairwise

from actors.runtime.behaviour import Context
from actors.runtime.hosts.loop import BUDGET_MESSAGES
from tests.actors.runtime.rig import BOUND, Ask, Break, BrokenError, Halt, Rig, Say, TurnedClock, actor


class Ear:
    """An actor on the loop that says in which order it heard what, and on which thread."""

    def __init__(self, expected: int) -> None:
        self.heard: list[object] = []
        self.threads: set[int] = set()
        self.done = threading.Event()
        self._expected = expected

    def act(self, context: Context, message: object) -> object:
        del context
        self.heard.append(message)
        self.threads.add(threading.get_ident())
        if len(self.heard) >= self._expected:
            self.done.set()
        if isinstance(message, Break):
            raise BrokenError
        return message

    def start(self, rig: Rig) -> None:
        rig.system.start(actor("ui", self.act, Say, Halt, Ask, Break, on_loop=True))

    async def until_done(self) -> None:
        """Let the loop run until everything was heard."""
        assert await asyncio.get_running_loop().run_in_executor(None, self.done.wait, BOUND)


def attached(rig: Rig) -> asyncio.AbstractEventLoop:
    loop = asyncio.get_running_loop()
    rig.system.gate.attach(loop.call_soon_threadsafe)
    return loop


def test_messages_are_handled_on_the_loops_thread_in_order() -> None:
    """S3-1, S3-2: everything that touches the screen happens on one thread."""
    ear = Ear(2_000)

    async def main(rig: Rig) -> None:
        attached(rig)

        def send() -> None:
            for number in range(2_000):
                rig.system.publish(Say(number), "t")

        threading.Thread(target=send).start()
        await ear.until_done()
        rig.system.gate.detach()

    with Rig() as rig:
        ear.start(rig)
        asyncio.run(main(rig))
    assert ear.heard == [Say(number) for number in range(2_000)]
    assert ear.threads == {threading.get_ident()}


def test_the_loop_goes_on_between_slices() -> None:
    """S3-9, S0-15…18: a flood takes its budget and gives the loop back, again and again."""
    ear = Ear(1_000)
    between: list[int] = []

    async def main(rig: Rig) -> None:
        loop = attached(rig)

        def look() -> None:
            between.append(len(ear.heard))
            if not ear.done.is_set():
                loop.call_soon(look)

        loop.call_soon(look)
        await ear.until_done()
        rig.system.gate.detach()

    with Rig(TurnedClock()) as rig:
        ear.start(rig)
        for number in range(1_000):
            rig.system.publish(Say(number), "t")
        asyncio.run(main(rig))
    steps = [later - earlier for earlier, later in pairwise(between)]
    assert max(steps) == BUDGET_MESSAGES
    assert len([step for step in steps if step]) >= 1_000 // BUDGET_MESSAGES


def test_a_slow_handler_uses_up_the_slice_alone() -> None:
    """The budget is in time, too."""
    clock = TurnedClock()
    heard: list[int] = []
    calls: list[Callable[[], object]] = []

    def act(context: Context, message: object) -> object:
        if isinstance(message, Say):
            heard.append(message.number)
            clock.move(1.0)
        return None

    with Rig(clock) as rig:
        rig.system.gate.attach(calls.append)
        rig.system.start(actor("ui", act, Say, on_loop=True))
        for number in range(3):
            rig.system.publish(Say(number), "t")
        seen: list[int] = []
        while calls:
            calls.pop(0)()
            seen.append(len(heard))
        rig.system.gate.detach()
    assert seen == [1, 2, 3, 3]


def test_mail_waits_until_there_is_a_loop() -> None:
    ear = Ear(2)

    async def main(rig: Rig) -> None:
        attached(rig)
        await ear.until_done()
        rig.system.gate.detach()

    with Rig() as rig:
        ear.start(rig)
        rig.system.publish(Say(1), "t")
        rig.system.publish(Halt(), "t")
        assert ear.heard == []
        asyncio.run(main(rig))
    assert ear.heard == [Halt(), Say(1)]


def test_one_wake_up_serves_a_whole_batch() -> None:
    """S0-6: a put wakes a sleeping loop once, not once a message; an idle loop is not woken at all."""
    calls: list[Callable[[], object]] = []
    ear = Ear(10)
    with Rig(TurnedClock()) as rig:
        rig.system.gate.attach(calls.append)
        ear.start(rig)
        assert len(calls) == 1
        calls.pop()()
        for number in range(10):
            rig.system.publish(Say(number), "t")
        assert len(calls) == 1
        calls.pop()()
        assert len(ear.heard) == 10
        assert calls == []
        rig.system.gate.detach()


def test_what_comes_after_the_loop_has_ended_is_kept_until_the_stop() -> None:
    ear = Ear(1)

    async def main(rig: Rig) -> None:
        attached(rig)
        rig.system.publish(Say(1), "t")
        await ear.until_done()
        rig.system.gate.detach()

    with Rig() as rig:
        ear.start(rig)
        asyncio.run(main(rig))
        rig.system.publish(Say(2), "t")
        assert rig.system.stop(BOUND) == ()
        assert rig.system.cell("ui").state == "stopped"
        assert ear.heard == [Say(1)]
        assert [(letter.message, letter.reason) for letter in rig.system.dead_letters] == [(Say(2), "closed")]


def test_a_loop_that_ended_without_a_word_never_hurts_a_sender() -> None:
    """`call_soon_threadsafe` of a closed loop raises; a post never does."""
    ear = Ear(1)

    async def main(rig: Rig) -> None:
        attached(rig)
        rig.system.publish(Say(1), "t")
        await ear.until_done()

    with Rig() as rig:
        ear.start(rig)
        asyncio.run(main(rig))
        rig.system.publish(Say(2), "t")
        assert not rig.system.gate.attached


def test_an_actor_is_stopped_on_its_own_loop_while_there_is_one() -> None:
    """Two threads never run one actor."""
    ear = Ear(1)

    async def main(rig: Rig) -> None:
        loop = attached(rig)
        rig.system.publish(Say(1), "t")
        await ear.until_done()
        late = await loop.run_in_executor(None, rig.system.stop, BOUND)
        assert late == ()
        rig.system.gate.detach()

    with Rig() as rig:
        ear.start(rig)
        asyncio.run(main(rig))
        assert rig.system.cell("ui").state == "stopped"
        assert rig.system.cell("ui").thread == threading.get_ident()


def test_a_crash_on_the_loop_is_a_failure_of_the_actor_and_not_of_the_loop() -> None:
    ear = Ear(1)

    async def main(rig: Rig) -> None:
        attached(rig)
        rig.system.publish(Break(), "t")
        await ear.until_done()
        assert await asyncio.get_running_loop().run_in_executor(None, rig.escalated.wait, BOUND)
        rig.system.gate.detach()

    with Rig() as rig:
        ear.start(rig)
        asyncio.run(main(rig))
        assert "BrokenError" in str(rig.escalations)
