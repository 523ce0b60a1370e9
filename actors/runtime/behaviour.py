"""What an actor does with a message, apart from how messages reach it.

A behaviour is built by its factory with a `Context`, told messages one at a time, and replaced by a new one when it
fails; the mailbox and everybody's way to it stay. It never touches threads, time, randomness, processes or sockets:
the context gives it a clock and a way out, and ports that its factory closed over do the rest.

A module with a behaviour declares the messages that it receives, once, as a union; the classes for the bus are derived
from it, and the type checkers report a case that is missing:

    Received: TypeAlias = Deposit | Withdraw
    RECEIVES = classes_of(Received)

    class Account(Behaviour[Received]):
        def handle(self, message: Received) -> None:
            match message:
                case Deposit(): ...
                case Withdraw(): ...
                case _:
                    assert_never(message)

A message of another class never gets here: the host logs it and makes it a dead letter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast, overload

from msgspec import Struct
from msgspec.structs import force_setattr

if TYPE_CHECKING:
    from actors.runtime.clock import Timer
    from actors.runtime.mailbox import MailboxSpec
    from actors.runtime.message import Command, Message

    Classes: TypeAlias = tuple[type[Message], ...]

StateT = TypeVar("StateT")
MessageT_contra = TypeVar("MessageT_contra", contravariant=True)


class Context(Protocol):
    """What a behaviour may do to the world. Every method may be called from any thread, and none of them blocks.

    Once the behaviour was replaced its context is void: what it still sends becomes a dead letter.
    """

    @property
    def name(self) -> str:
        """The actor's name, stable over restarts."""
        ...

    def send(self, message: Message) -> None:
        """A command to its one receiver, an event to its subscribers."""

    def after(self, seconds: float, command: Command) -> Timer:
        """Send the command (also to oneself) later; cancelled by itself when the behaviour is replaced."""
        ...

    def now(self) -> float:
        """Seconds of a monotonic clock."""
        ...

    def wall(self) -> float:
        """UTC seconds since 1970, for records that people read."""
        ...

    def log(self, event: str, **fields: object) -> None:
        """A line in the session's log, with actor, turn and message ids added."""


class Behaviour(Generic[MessageT_contra]):
    """The least a behaviour can be. `handle` may return a value: the answer to an `ask`."""

    def started(self) -> None:
        """Before the first message, also after each restart."""

    def handle(self, message: MessageT_contra) -> object:
        """One message. An exception here is a failure of the actor: the supervisor decides what follows."""
        raise NotImplementedError(f"{type(self).__name__} has no handler for {message!r}")

    def failed_on(self, message: MessageT_contra) -> None:
        """Told after `started` to a new behaviour: its predecessor failed on this one, and it is never handled again.

        The predecessor may have done none, some or all of what it asked for. The place to answer the sender.
        """

    def stopped(self) -> None:
        """After the last message of an orderly stop, and before a restart where the old one can still answer."""


Factory: TypeAlias = Callable[[Context], Behaviour[Any]]
"""`Any`: what an actor receives is known by its own module; the host holds it to `Child.receives`."""
StateFactory: TypeAlias = Callable[[Context, StateT], Behaviour[Any]]


class Child(Struct, frozen=True):
    """An actor as data: what the supervisor starts, watches and restarts.

    `receives` are the message classes it hears: a command may stand in one child only. `on_loop` actors live on the
    front end's event loop instead of a thread of their own.

    `state` is what outlives a restart. It is made once, with the child; `factory` then takes it as its second argument,
    and each new behaviour is given the same one. The factory of the child that was made takes the context alone.
    """

    name: str
    factory: Factory
    receives: Classes
    mailbox: MailboxSpec
    on_loop: bool = False
    state: object = None

    if TYPE_CHECKING:  # the types of `factory` and `state` depend on each other

        @overload
        def __init__(
            self, name: str, factory: Factory, receives: Classes, mailbox: MailboxSpec, *, on_loop: bool = ...
        ) -> None: ...
        @overload
        def __init__(
            self, name: str, factory: StateFactory[StateT], receives: Classes, mailbox: MailboxSpec, *, state: StateT
        ) -> None: ...
        def __init__(self, *values: object, **named: object) -> None: ...

    def __post_init__(self) -> None:
        """Give the state to the factory, once: a decorator that replaces the factory need not know of it."""
        if self.state is not None:
            make, state = cast("Callable[[Context, object], Behaviour[Any]]", self.factory), self.state
            bound: Factory = lambda context: make(context, state)  # noqa: E731 - the annotation gives its type
            force_setattr(self, "factory", bound)
            force_setattr(self, "state", None)
