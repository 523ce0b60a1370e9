"""The supervisor: a list of children as data, and a verdict for every failure.

A failed child waits with its mailbox held. The verdict restarts it (one_for_one), or all of them (one_for_all), or it
and those that were started after it (rest_for_one); at once the first time, then after a pause that doubles, with
jitter. More than `intensity` failures within `period` seconds are too many: the supervisor itself fails, which is the
next one's business; above the topmost stands the orderly shutdown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from msgspec import Struct

from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.envelope import Envelope
from actors.runtime.message import classes_of
from actors.runtime.signals import ActorFailed, Ping, ReportFailure, ReportHang, Restart, RestartNow
from actors.runtime.thread_start import ThreadStartError

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.actor_system import ActorSystem

Received: TypeAlias = ReportFailure | ReportHang | RestartNow | Ping
RECEIVES = classes_of(Received)
"""Posted to its address, never sent over the bus: there may be several supervisors."""

Strategy: TypeAlias = Literal["one_for_one", "one_for_all", "rest_for_one"]


class TooManyFailuresError(Exception):
    """The children fail more often than restarting can help."""


class SupervisorSpec(Struct, frozen=True):
    """A supervisor as data. Times in seconds."""

    children: tuple[Child, ...]
    strategy: Strategy = "one_for_one"
    intensity: int = 5
    period: float = 30.0
    backoff: float = 0.05
    backoff_most: float = 5.0


class Directive(Struct, frozen=True):
    """Who is restarted, after how long, and the failures that still count."""

    restart: tuple[str, ...]
    delay: float
    history: tuple[float, ...]


def decide(spec: SupervisorSpec, history: tuple[float, ...], failed: str, now: float) -> Directive | None:
    """What follows from one more failure; None: too many."""
    recent = (*(time for time in history if now - time < spec.period), now)
    if len(recent) > spec.intensity:
        return None
    names = tuple(child.name for child in spec.children)
    if spec.strategy == "one_for_one":
        restart: tuple[str, ...] = (failed,)
    elif spec.strategy == "one_for_all":
        restart = names
    else:
        restart = names[names.index(failed) :]
    earlier = len(recent) - 1
    delay = min(spec.backoff * 2 ** (earlier - 1), spec.backoff_most) if earlier else 0.0
    return Directive(restart, delay, recent)


class Supervisor(Behaviour[Received]):
    """Carries the verdicts out. It is an actor like any other, so supervisors can be children of supervisors."""

    def __init__(
        self, context: Context, system: ActorSystem, spec: SupervisorSpec, jitter: Callable[[], float]
    ) -> None:
        self._context = context
        self._system = system
        self._spec = spec
        self._jitter = jitter
        """Gives numbers from 0 to 1."""
        self._history: tuple[float, ...] = ()
        self._unstarted: ThreadStartError | None = None
        """Why not all children were started; raised at the next `Ping`, which makes the supervisor fail."""

    def started(self) -> None:
        """Start the children; after a restart of the supervisor itself, restart them."""
        cell = self._system.cell(self._context.name)
        cell.accepts = frozenset(RECEIVES)
        running = {cell.child.name for cell in self._system.watched()}
        for child in self._spec.children:
            if child.name in running:
                self._restart((child.name,))
            else:
                try:
                    self._system.start(child, cell.address)
                except ThreadStartError as error:
                    self._unstarted = error
                    return

    def handle(self, message: Received) -> None:
        """Apply the strategy to a failure or a hang; at a `Ping`, raise why a child could not be started."""
        match message:
            case ReportFailure(child=child, generation=generation, problem=problem, message=handled):
                if generation == self._system.cell(child).generation:
                    self._judge(child, problem, handled)
            case ReportHang(child=child, generation=generation, message=handled, stack=stack, envelope=number):
                cell = self._system.cell(child)
                if generation == cell.generation and cell.envelope is not None and cell.envelope.id == number:
                    self._system.replace(cell)
                    self._judge(child, f"handler hung in {handled}\n{stack}", handled)
            case RestartNow(children=children):
                self._restart(children)
            case Ping():
                if self._unstarted is not None:
                    raise self._unstarted
            case _:
                assert_never(message)

    def _judge(self, child: str, problem: str, handled: str) -> None:
        verdict = decide(self._spec, self._history, child, self._context.now())
        self._context.send(ActorFailed(child, problem, handled, will_restart=verdict is not None))
        if verdict is None:
            raise TooManyFailuresError(f"{child} failed more than {self._spec.intensity} times: {problem}")
        self._history = verdict.history
        for name in verdict.restart:
            self._system.cell(name).mailbox.hold()
        if verdict.delay:
            delay = verdict.delay * (0.5 + self._jitter() / 2)
            address = self._system.cell(self._context.name).address
            order = Envelope(RestartNow(verdict.restart), self._context.name, next(self._system.numbers))
            self._system.clock.call_later(delay, lambda: address.post(order))
        else:
            self._restart(verdict.restart)

    def _restart(self, children: tuple[str, ...]) -> None:
        for name in children:
            address = self._system.cell(name).address
            address.post(Envelope(Restart(), self._context.name, next(self._system.numbers)))
