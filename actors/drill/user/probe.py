"""The probe: an actor that records what it is told and lets a test, or a person's script, wait for it.

It stands in for a front end, or listens in as a subscriber. Every wait has a bound; none of them polls.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

MessageT = TypeVar("MessageT")


class ProbeTimeoutError(AssertionError):
    """The awaited message did not come; the text lists what did."""


class Probe:
    """What was heard, over all restarts, in order of arrival."""

    def __init__(self) -> None:
        self._heard: list[object] = []
        self._news = threading.Condition()
        self._answers: dict[type[object], Callable[[object], tuple[Message, ...]]] = {}

    def child(self, name: str, receives: tuple[type[Message], ...]) -> Child:
        """The actor to start."""
        return Child(name, lambda context: _Recorder(self, context), receives, MailboxSpec())

    def answering(self, message_class: type[MessageT], answer: Callable[[MessageT], tuple[Message, ...]]) -> Probe:
        """Send these messages whenever one of this class is heard."""
        self._answers[message_class] = answer  # type: ignore[assignment] # pyright: ignore[reportArgumentType]
        return self

    def hear(self, message: object) -> tuple[Message, ...]:
        """Record a message, and say what to send in answer."""
        with self._news:
            self._heard.append(message)
            self._news.notify_all()
        answer = self._answers.get(type(message))
        return answer(message) if answer is not None else ()

    def heard(self, message_class: type[MessageT]) -> list[MessageT]:
        """All messages of a class so far."""
        with self._news:
            return [message for message in self._heard if isinstance(message, message_class)]

    def wait_for(
        self,
        message_class: type[MessageT],
        matching: Callable[[MessageT], bool] = lambda _: True,
        *,
        number: int = 1,
        timeout: float = 10.0,
    ) -> MessageT:
        """The `number`-th matching message, waited for.

        Raises:
            ProbeTimeoutError: it did not come within `timeout` seconds.
        """

        def found() -> list[MessageT]:
            return [heard for heard in self._heard if isinstance(heard, message_class) and matching(heard)]

        with self._news:
            if not self._news.wait_for(lambda: len(found()) >= number, timeout):
                names = [type(heard).__name__ for heard in self._heard[-30:]]
                wanted = getattr(message_class, "__name__", message_class)
                raise ProbeTimeoutError(f"no {wanted} within {timeout} s; the last heard: {names}")
            return found()[number - 1]


class _Recorder(Behaviour[Message]):
    def __init__(self, probe: Probe, context: Context) -> None:
        self._probe = probe
        self._context = context

    def failed_on(self, message: Message) -> None:
        """What a recorder failed on was heard all the same."""
        if all(heard is not message for heard in self._probe.heard(type(message))):
            self.handle(message)

    def handle(self, message: Message) -> object:
        for answer in self._probe.hear(message):
            self._context.send(answer)
        return message
