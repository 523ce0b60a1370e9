"""The simulated front end and the person before it.

The front end is an actor: it records each message in the world as shown, restores the terminal when it is told to
drain, and shows nothing of its own. The person is a simulated thread: they react to what was shown, as fast or slowly
as the schedule decides, answer every question, and leave when their prompts have ended.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias, assert_never

from actors.drill.simulated.world import ShownMessage
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, PromptRefused, QuestionAsked, StartJob
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import PromptWithdrawn, SessionOpened, TurnFinished
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Event, Message
from actors.runtime.signals import ActorFailed, ActorRestarted, BeginShutdown
from actors.runtime.simulated.scheduler import Edge
from actors.vocabulary import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.drill.plan.scenario import Act
    from actors.drill.simulated.world import World
    from actors.runtime.simulated.scheduler import SimThreads

ACTOR = "ui"
PROBLEM = 1
FAILED = "The screen failed before it could ask."


Received: TypeAlias = Event | DrainScreen
"""Every event; `HEARD` has their classes."""


def heard() -> tuple[type[Message], ...]:
    """What the front end hears: every event of the vocabulary, the runtime's reports, and the order to drain."""
    return (
        *(event for event in events() if event is not ScreenDrained),
        ActorFailed,
        ActorRestarted,
        DrainScreen,
    )


HEARD = heard()


class SimulatedScreen(Behaviour[Received]):
    """The front end's actor."""

    def __init__(self, context: Context, person: Person, world: World) -> None:
        self._context = context
        self._person = person
        self._world = world

    def handle(self, message: Received) -> None:
        """Show it; at the end, restore the terminal and say so."""
        world = self._world
        restored = any(incarnation == world.incarnation for incarnation, _ in world.restored)
        match message:
            case DrainScreen():
                if not restored:
                    world.restored.append((world.incarnation, self._context.now()))
                self._context.send(ScreenDrained())
            case Event():
                world.shown.append(ShownMessage(world.incarnation, self._context.now(), message, restored))
                if not restored:
                    self._person.sees(message)
            case _:
                assert_never(message)

    def failed_on(self, message: Received) -> None:
        """As the real front ends: what could not be asked is answered with a no, that a turn has ended is said."""
        match message:
            case ApprovalRequested(turn=turn, call=call):
                self._context.send(AnswerApproval(turn, call, "no", FAILED))
            case QuestionAsked(turn=turn, call=call):
                self._context.send(AnswerQuestion(turn, call, FAILED))
            case TurnFinished():
                self._person.sees(message)
            case _:
                pass


def front_end(person: Person, world: World) -> Child:
    """The front end as the company's composition root wants it."""
    return Child(ACTOR, lambda context: SimulatedScreen(context, person, world), HEARD, MailboxSpec(10_000, "coalesce"))


class Person:
    """The person. `awaited` are the prompts that have not ended."""

    def __init__(self, world: World, scheduler: SimThreads, send: Callable[[Message], object]) -> None:
        self._lane = Edge("person", scheduler)
        self._send = send
        self._scenario = world.scenario
        self._typed = world.typed
        self._happened = world.happened
        self._acts: list[Act] = list(world.scenario.acts)
        self._seen: dict[type[Message], int] = {}
        self._awaited: set[str] = set(world.scenario.prompts())
        self._leaves = world.scenario.leaves
        self._is_open = False
        """Whether they saw that the session is open; they leave only after that."""
        self.left = False

    def returns(self, waiting: set[str]) -> None:
        """Be back after a kill: what was submitted before is not submitted again, what waits is waited for."""
        self._acts = []
        self._awaited = waiting
        self._leaves = True

    def loses_patience(self) -> bool:
        """Leave, once, because nothing happens any more."""
        if self.left:
            return False
        self._leave(PROBLEM, "nothing happens any more")
        return True

    def sees(self, message: Message) -> None:
        """React to something that was shown."""
        kind = type(message)
        self._seen[kind] = seen = self._seen.get(kind, 0) + 1
        for act in self._acts:
            if act.after is kind and act.nth == seen:
                self._lane.push(partial(self._do, act), act.seconds)
        match message:
            case ApprovalRequested(turn=turn, call=call):
                self._lane.push(lambda: self._send(AnswerApproval(turn, call, self._scenario.approves)))
            case QuestionAsked(turn=turn, call=call):
                self._lane.push(lambda: self._send(AnswerQuestion(turn, call, "yes")))
            case SessionOpened():
                self._is_open = True
                if not self._acts:
                    self._leaves_if_done()
            case TurnFinished(prompt=prompt) | PromptRefused(prompt=prompt) | PromptWithdrawn(prompt=prompt):
                self._has_ended(prompt)
            case _:
                pass

    def _do(self, act: Act) -> None:
        message = act.send
        if self.left and not isinstance(message, BeginShutdown):
            return
        if act.fault:
            self._happened.add(act.fault)
        match message:
            case BeginShutdown():
                self.left = True
            case StartJob(request=request):
                self._typed.append(request.argv[-1])
            case _:
                pass
        self._send(message)

    def _has_ended(self, prompt: str) -> None:
        self._awaited.discard(prompt)
        self._leaves_if_done()

    def _leaves_if_done(self) -> None:
        if self._is_open and self._leaves and not self._awaited:
            self._leave(0, "done")

    def _leave(self, exit_code: int, reason: str) -> None:
        if not self.left:
            self.left = True
            self._lane.push(lambda: self._send(BeginShutdown(exit_code, reason)))
