"""Everybody's stable way to an actor: it stays the same over restarts and replacements, and never raises on a post.

`ask` is for the main thread, supervisors and tests. It always has a time limit, it fails at once when the actor has
stopped, and a question that would close a circle of waiting actors is refused before it is put.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from queue import Full
from typing import TYPE_CHECKING, Any

import pykka

from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.mailbox import Mailbox, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pykka._types import OptExcInfo

    from actors.runtime.message import Message


class AskCycleError(Exception):
    """The asked actor, directly or not, is waiting for the asking one."""


class ActorHungError(Exception):
    """The handler that was to answer hangs and was given up."""


class Answer(pykka.ThreadingFuture[Any]):
    """An answer that is given once: what comes after the first, as from a handler that was given up, is ignored."""

    def set(self, value: Any | None = None) -> None:  # noqa: ANN401 - pykka's protocol
        """Override pykka's."""
        with suppress(Full):
            super().set(value)

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        """Override pykka's."""
        with suppress(Full):
            super().set_exception(exc_info)


def fail_ask(envelope: Envelope, actor: str) -> None:
    """Fail the ask that waits for the answer to this message, if there is one: its handler hangs."""
    if envelope.reply_to is not None:
        error = ActorHungError(f"{actor} hangs in {type(envelope.message).__name__} and was given up")
        envelope.reply_to.set_exception((ActorHungError, error, None))


class Address:
    """A name, a mailbox, and where undeliverable mail goes."""

    __slots__ = ("_asks", "_dead", "mailbox", "name")

    def __init__(self, name: str, mailbox: Mailbox, dead: Callable[[DeadLetter], object], asks: AskGraph) -> None:
        self.name = name
        self.mailbox = mailbox
        self._dead = dead
        self._asks = asks

    def post(self, envelope: Envelope, *, may_wait: bool = False) -> Put:
        """Put it into the mailbox; what cannot be put becomes a dead letter."""
        put = self.mailbox.put(envelope, may_wait=may_wait)
        if put is Put.CLOSED or put is Put.FULL:
            self._dead(DeadLetter(envelope.message, envelope.sender, self.name, put.value))
        return put

    def ask(self, message: Message, number: int, timeout: float) -> Any:  # noqa: ANN401 - the handler's own answer
        """The handler's return value.

        Raises:
            pykka.Timeout: no answer within `timeout` seconds.
            pykka.ActorDeadError: the actor stopped before it came to the message.
            ActorHungError: its handler did not come back within the hang limit.
            AskCycleError: waiting for it would never end.
        """
        future = self._asks.future()
        with self._asks.waiting_for(self.name) as asker:
            put = self.mailbox.put(Envelope(message, asker, number, reply_to=future))
            if put is Put.CLOSED:
                raise pykka.ActorDeadError(f"{self.name} has stopped")
            if put is Put.FULL:
                raise pykka.ActorDeadError(f"the mailbox of {self.name} is full")
            return future.get(timeout=timeout)


class AskGraph:
    """Who waits for whom, among the threads that run actors."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, str] = {}
        self._waits: dict[str, tuple[str, object]] = {}
        """For each waiting actor the asked one, and the wait itself: a shell that was given up may have another."""

    def runs(self, actor: str) -> None:
        """The calling thread belongs to this actor."""
        self._running[threading.get_ident()] = actor

    def left(self) -> None:
        """The calling thread belongs to no actor any more."""
        self._running.pop(threading.get_ident(), None)

    def given_up(self, actor: str, thread: int | None) -> None:
        """This actor's thread hangs and was replaced: neither its wait nor what it asks later is the actor's."""
        with self._lock:
            self._waits.pop(actor, None)
        self._running.pop(thread or 0, None)

    @contextmanager
    def waiting_for(self, asked: str) -> Generator[str]:
        """A context in which the calling thread's actor waits for the asked one; gives the asker's name.

        Raises:
            AskCycleError: the asked one, directly or not, waits for the asker.
        """
        asker, wait = self.asker(), object()
        self._enter(asker, asked, wait)
        try:
            yield asker
        finally:
            with self._lock:
                if asker in self._waits and self._waits[asker][1] is wait:  # not one of a shell that took over
                    del self._waits[asker]

    def asker(self) -> str:
        """The actor that the calling thread belongs to, or an empty string."""
        return self._running.get(threading.get_ident(), "")

    def future(self) -> pykka.Future[Any]:
        """What an answer is waited for with."""
        return Answer()

    def _enter(self, asker: str, asked: str, wait: object) -> None:
        with self._lock:
            path = [asker, asked]
            while path[-1] in self._waits and path[-1] not in path[:-1]:
                path.append(self._waits[path[-1]][0])
            if asker and path[-1] == asker:
                raise AskCycleError(" asks ".join(path))
            if asker:
                self._waits[asker] = (asked, wait)
