"""Everybody's stable way to an actor: it stays the same over restarts and replacements, and never raises on a post.

`ask` is for the main thread, supervisors and tests. It always has a time limit, it fails at once when the actor has
stopped, and a question that would close a circle of waiting actors is refused before it is put.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pykka

from actors.runtime.envelope import DeadLetter, Envelope
from actors.runtime.mailbox import Mailbox, Put

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.message import Message


class AskCycleError(Exception):
    """The asked actor, directly or not, is waiting for the asking one."""


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
        self._waits: dict[str, str] = {}

    def runs(self, actor: str) -> None:
        """The calling thread belongs to this actor."""
        self._running[threading.get_ident()] = actor

    def left(self) -> None:
        """The calling thread belongs to nobody any more."""
        self._running.pop(threading.get_ident(), None)

    def waiting_for(self, asked: str) -> _Waiting:
        """A context in which the calling thread's actor waits for the asked one; gives the asker's name."""
        return _Waiting(self, self.asker(), asked)

    def asker(self) -> str:
        """The actor that the calling thread belongs to, or an empty string."""
        return self._running.get(threading.get_ident(), "")

    def future(self) -> pykka.Future[Any]:
        """What an answer is waited for with."""
        return pykka.ThreadingFuture()

    def enter(self, asker: str, asked: str) -> None:
        """Note the wait, or refuse it."""
        with self._lock:
            path = [asker, asked]
            while path[-1] in self._waits:
                path.append(self._waits[path[-1]])
            if asker and path[-1] == asker:
                raise AskCycleError(" asks ".join(path))
            if asker:
                self._waits[asker] = asked

    def leave(self, asker: str) -> None:
        """The wait is over."""
        with self._lock:
            self._waits.pop(asker, None)


class _Waiting:
    def __init__(self, graph: AskGraph, asker: str, asked: str) -> None:
        self._graph, self._asker, self._asked = graph, asker, asked

    def __enter__(self) -> str:
        self._graph.enter(self._asker, self._asked)
        return self._asker

    def __exit__(self, *_: object) -> None:
        self._graph.leave(self._asker)
