"""Faults as data, and the injector that decides when each of them strikes.

A fault names a place (`at`), what must happen there (`on`), the kind, and when: the `nth` time, or each time with a
`probability`, at `most` so often. A place is an actor or a port. An actor's faults strike at its inbox, by wrapping
the behaviour, so that the same wrapper serves the simulation and real threads. A port asks
the injector itself and fails as the real one would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class InjectedFault(Struct, frozen=True):
    """One rule. `nth` counts from 1 and wins over `probability`; `on` is a message's class name, empty for any."""

    at: str
    kind: str
    on: str = ""
    nth: int = 0
    probability: float = 1.0
    most: int = 1
    seconds: float = 1.0
    size: int = 1


class InjectedCrashError(Exception):
    """A fault plan made the handler fail."""


class Injector:
    """Counts what happens at each place and says which fault strikes."""

    def __init__(self, faults: Iterable[InjectedFault], chance: Callable[[], float]) -> None:
        self.faults = tuple(faults)
        self.struck: list[InjectedFault] = []
        """What has struck so far, each as a rule that strikes at that very moment again."""
        self._chance = chance
        self._seen = [0] * len(self.faults)
        self._times = [0] * len(self.faults)
        self._places = {fault.at for fault in self.faults}

    def strikes(self, at: str, on: str, kinds: tuple[str, ...] = ()) -> tuple[InjectedFault, ...]:
        """The faults that strike now, among these kinds; no kinds: any."""
        if at not in self._places:
            return ()
        struck: list[InjectedFault] = []
        for place, fault in enumerate(self.faults):
            if fault.at != at or (fault.on and fault.on != on) or (kinds and fault.kind not in kinds):
                continue
            self._seen[place] += 1
            if self._times[place] < fault.most and self._is_time(fault, self._seen[place]):
                self._times[place] += 1
                struck.append(fault)
                self.struck.append(replace(fault, nth=self._seen[place], most=1))
        return tuple(struck)

    def _is_time(self, fault: InjectedFault, seen: int) -> bool:
        if fault.nth:
            return seen == fault.nth
        return fault.probability >= 1.0 or self._chance() < fault.probability


class Disturber(Protocol):
    """How a runtime delays a handler and moves its clock."""

    def pause(self, seconds: float | None) -> None:
        """Block the handler for `seconds`; None: for ever."""
        ...

    def jump(self, seconds: float, wall: float) -> None:
        """Move the clocks ahead by `seconds`."""
        ...


def with_faults(child: Child, injector: Injector, disturber: Disturber) -> Child:
    """The child with faults around its behaviour; unchanged if no fault names it."""
    mine = [fault for fault in injector.faults if fault.at == child.name]
    if not mine:
        return child
    mailbox = child.mailbox
    for fault in mine:
        if fault.kind == "overflow":
            mailbox = MailboxSpec(fault.size, mailbox.when_full)

    def factory(context: Context) -> Behaviour[Any]:
        if injector.strikes(child.name, "", ("start_failure",)):
            raise InjectedCrashError(f"{child.name} cannot start")
        return Disturbed(child.factory(context), child.name, injector, disturber)

    return replace(child, factory=factory, mailbox=mailbox)


class Disturbed(Behaviour[Message]):
    """A behaviour with faults around its handler."""

    def __init__(self, inner: Behaviour[Any], name: str, injector: Injector, disturber: Disturber) -> None:
        self._inner = inner
        self._name = name
        self._injector = injector
        self._disturber = disturber

    def started(self) -> None:
        """Implement `Behaviour`."""
        self._inner.started()

    def handle(self, message: Message) -> object:
        """Implement `Behaviour`."""
        kind = type(message).__name__
        after = False
        for fault in self._injector.strikes(self._name, kind, HANDLER_KINDS):
            after = after or fault.kind == "crash_after"
            self._strike(fault, kind)
        answer = self._inner.handle(message)
        if after:
            raise InjectedCrashError(f"{self._name} crashed after {kind}")
        return answer

    def failed_on(self, message: Message) -> None:
        """Implement `Behaviour`."""
        self._inner.failed_on(message)

    def stopped(self) -> None:
        """Implement `Behaviour`."""
        self._inner.stopped()

    def _strike(self, fault: InjectedFault, kind: str) -> None:
        match fault.kind:
            case "crash_before":
                raise InjectedCrashError(f"{self._name} crashed before {kind}")
            case "delay":
                self._disturber.pause(fault.seconds)
            case "hang":
                self._disturber.pause(None)
            case "clock_jump":
                self._disturber.jump(fault.seconds, 0.0)
            case "wall_jump":
                self._disturber.jump(0.0, fault.seconds)
            case _:
                pass


HANDLER_KINDS = ("crash_before", "crash_after", "delay", "hang", "clock_jump", "wall_jump")
WAITING_KINDS = ("delay", "hang")
"""Kinds that let a handler wait."""
