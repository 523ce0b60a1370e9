"""What the invariants judge: one incarnation's trace and the world's facts, indexed once.

Nothing here judges. It indexes the wire-tap's entries by class, matches what was sent to the screen with what
was shown, and reads the journal back to any moment.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import Struct

from actors.drill.judging.journal_moments import JournalMoments
from actors.drill.judging.screen_queue import Observed, matched
from actors.drill.simulated.trace import SentMessage
from actors.journal.journal import read_back
from actors.messages import JournalFailed
from actors.phase_messages import DrainScreen
from actors.records import PromptAccepted
from actors.runtime.message import Message
from actors.runtime.signals import ActorFailed
from actors.system import ESCALATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from actors.conversation import Conversation
    from actors.drill.judging.screen_queue import ScreenQueue
    from actors.drill.simulated.incarnation import Incarnation
    from actors.drill.simulated.run import Run
    from actors.drill.simulated.world import Process
    from actors.records import Record
    from actors.runtime.envelope import DeadLetter

MessageT = TypeVar("MessageT", bound=Message)
SCREEN = "ui"


class Violation(Struct, frozen=True):
    """A broken invariant: which, how, in which incarnation, and after which of its steps."""

    invariant: str
    text: str
    incarnation: int = 0
    step: int = 0


class Evidence:
    """One incarnation of a run."""

    def __init__(self, incarnation: Incarnation, run: Run) -> None:
        self.incarnation = incarnation
        self.run = run
        self.scenario = run.world.scenario
        self.report, self.end, self.stuck = incarnation.report, incarnation.end, incarnation.stuck
        self.last = incarnation is run.incarnations[-1]
        self.killed = incarnation.end == "killed"
        self.ended_well = (
            incarnation.report is not None and incarnation.report.exit_code != ESCALATED and not incarnation.report.late
        )
        self.left_early = not run.world.scenario.leaves
        world, number = run.world, incarnation.number
        self.dead: list[DeadLetter] = incarnation.trace.dead
        """Messages that no actor handled."""
        self.on_screen = [shown for shown in world.shown if shown.incarnation == number]
        """Messages that were shown, late ones included."""
        self.restored = [at for restored_in, at in world.restored if restored_in == number]
        """When the terminal was restored."""
        self.processes: Sequence[Process] = world.processes if self.last else ()
        """The child processes, known in the last incarnation."""
        self.acts: Sequence[str] = world.acts if self.last else ()
        """The effects of all incarnations."""
        self.unnamed: Sequence[str] = (*world.typed, *world.requested)
        """The commands that no call names: the person's own, and those of jobs that their own tools asked for."""
        self.asked: Sequence[str] = (*world.asked, *self.unnamed)
        """The effects that were asked for, in all incarnations."""
        self.ended_at = incarnation.trace.entries[-1].at if incarnation.trace.entries else 0.0
        """When the last thing happened."""
        self.hurried = any(not departure.lane for departures in run.departures for departure in departures)
        """Whether the schedule let time pass while a thread could have acted."""
        self.cut = run.cut
        """Whether a kill lost unsynced bytes of the journal."""
        self._by_class: dict[type[Message], list[Observed[Message]]] = {}
        self._for_screen: list[tuple[str, Observed[Message]]] = []
        for index, entry in enumerate(incarnation.trace.entries):
            if type(entry) is SentMessage:
                self._note(index, entry)
        self.unwritten = bool(self.of(JournalFailed)) or self.struck("disk_full", "torn", "sync_failure")
        """Whether a record could not be written: the live state knows more than the journal from then on."""
        self.clean = self.ended_well and not (self.failed() or self.unwritten or self.struck("clock_jump"))
        """An orderly end in which no phase was late."""
        self.late = incarnation.report.late if incarnation.report is not None else ()
        """Phases and actors that the report names as late."""
        self._moments: JournalMoments | None = None

    @property
    def looked(self) -> set[str]:
        """The marks of calls without effects, before which the journal is not synced."""
        steps = (step for exchange in self.scenario.script.exchanges for step in exchange.steps)
        looks = (step.call for step in steps if step.call is not None and step.call.name == "look")
        return {str(look.arguments["mark"]) for look in looks if isinstance(look.arguments, dict)}

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The journal as it is at the end of everything."""
        return read_back(bytes(self.run.world.journal)).records if self.last else ()

    @property
    def waiting(self) -> set[str]:
        """The prompts that the journal knows and that have not come to their end."""
        conversation = self._journal().last()
        waiting: set[str] = {prompt.prompt for prompt in conversation.waiting}
        return waiting | ({conversation.turn.prompt} if conversation.turn is not None else set())

    def shown(self) -> list[Message]:
        """What a person saw."""
        return [shown.message for shown in self.on_screen]

    def of(self, kind: type[MessageT]) -> list[Observed[MessageT]]:
        """All messages of a class, in the order they were sent."""
        return cast("list[Observed[MessageT]]", self._by_class.get(kind, []))

    def forgotten(self) -> set[str]:
        """The prompts that were shown as accepted, in any incarnation, and are not in the journal."""
        if not self.last or self.cut:
            return set()
        known: set[str] = {record.prompt for record in self.records if isinstance(record, PromptAccepted)}
        shown = (shown.message for shown in self.run.world.shown)
        accepted: set[str] = {message.prompt for message in shown if isinstance(message, PromptAccepted)}
        return accepted - known

    def failed(self) -> bool:
        """Whether any actor failed at any time."""
        return bool(self.of(ActorFailed)) or any(letter.reason in ("failed", "hung") for letter in self.dead)

    def struck(self, *kinds: str) -> bool:
        """Whether a fault of one of these kinds has struck; no kinds: any."""
        return any(not kinds or fault.kind in kinds for fault in self.run.struck)

    def for_the_screen(self) -> list[ScreenQueue]:
        """By sender and mailbox lane, what was sent to the screen and was not shown, or was shown out of order."""
        queues = matched(self._for_screen, self.shown(), read_to_the_end=not self.killed and not self.late)
        for queue in queues:
            queue.forgive([letter.message for letter in self.dead])
        return queues

    def replayed(self, sent: Observed[MessageT]) -> Conversation:
        """What the journal held when this message was sent, read back from its bytes."""
        return self._journal().at(sent.index)

    def sealed(self) -> Iterator[tuple[Observed[Message], str]]:
        """Each message with its text at the moment when it was sent; nothing if the trace was not sealed."""
        seals = iter(self.incarnation.trace.seals or ())
        everything = sorted((sent for group in self._by_class.values() for sent in group), key=lambda sent: sent.index)
        return zip(everything, seals, strict=False)

    def violation(self, invariant: str, text: str, step: int = 0) -> Violation:
        """A violation in this incarnation."""
        return Violation(invariant, text, self.incarnation.number, step)

    def _note(self, index: int, entry: SentMessage) -> None:
        message = entry.envelope.message
        observed = Observed(message, entry.at, entry.step, index)
        self._by_class.setdefault(type(message), []).append(observed)
        if SCREEN in entry.receivers and not isinstance(message, DrainScreen):
            self._for_screen.append((entry.envelope.sender, observed))

    def _journal(self) -> JournalMoments:
        if self._moments is None:
            self._moments = JournalMoments(self.run.world, self.incarnation.number)
        return self._moments
