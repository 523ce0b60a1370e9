"""What the invariants look at: one life's trace and the world's facts, sorted once.

Nothing here judges. It puts the wire-tap's entries into reach by class, matches what was sent to the screen with what
was shown, and reads the journal back to any moment.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from msgspec import Struct

from actors.conversation import Conversation, apply, fold
from actors.drill.trace import Sent
from actors.journal import read_back
from actors.messages import DrainScreen, JournalFailed, PromptAccepted
from actors.runtime.message import Message
from actors.runtime.signals import ActorFailed
from actors.system import ESCALATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from actors.drill.life import Life
    from actors.drill.run import Run
    from actors.drill.world import Process
    from actors.messages import Record
    from actors.runtime.envelope import DeadLetter

MessageT = TypeVar("MessageT", bound=Message)
SCREEN = "ui"


class Violation(Struct, frozen=True):
    """A promise that was broken: which, how, in which life, and after which of its steps."""

    invariant: str
    text: str
    life: int = 0
    step: int = 0


class Observed(Struct, Generic[MessageT], eq=False):
    """A message as the wire-tap saw it; `index` is its place in the trace."""

    message: MessageT
    at: float
    step: int
    index: int


@dataclass(slots=True)
class ScreenQueue:
    """What one sender sent to the screen in one lane, and what became of it."""

    sender: str
    sent: list[Observed[Message]] = field(default_factory=list[Observed[Message]])
    skipped: list[Observed[Message]] = field(default_factory=list[Observed[Message]])
    out_of_order: list[Message] = field(default_factory=list[Message])
    place: int = 0

    def show(self, message: Message) -> bool:
        """Note that the message, or several joined into it, was shown; False if it is not of this queue."""
        found = self.parts(message)
        if found is None:
            return False
        begin, end = found
        if begin < self.place:
            self.out_of_order.append(message)
        else:
            self.skipped += self.sent[self.place : begin]
            self.place = end
        return True

    def parts(self, message: Message) -> tuple[int, int] | None:
        """Which of the messages it is, or was joined from: the first, and the one behind the last."""
        for begin, sent in enumerate(self.sent):
            if sent.message is message:
                return begin, begin + 1
        for begin in range(self.place, len(self.sent)):
            end = self._joined(begin, message)
            if end:
                return begin, end
        return None

    def forgive(self, dead: Iterable[Message]) -> None:
        """Take what became a dead letter, also as a part of one, out of what was skipped."""
        self.place = 0
        for message in dead:
            found = self.parts(message)
            if found is not None:
                lost = self.sent[found[0] : found[1]]
                self.skipped = [sent for sent in self.skipped if sent not in lost]

    def _joined(self, begin: int, message: Message) -> int:
        joined: Message | None = self.sent[begin].message
        if type(joined) is not type(message):
            return 0
        for end in range(begin + 1, len(self.sent)):
            joined = joined.joined(self.sent[end].message)
            if joined is None:
                return 0
            if joined == message:
                return end + 1
        return 0


class Evidence:
    """One life of a run."""

    def __init__(self, life: Life, run: Run) -> None:
        self.life = life
        self.run = run
        self.scenario = run.world.scenario
        self.report = life.report
        self.end = life.end
        self.stuck = life.stuck
        self.last = life is run.lives[-1]
        self.killed = life.end == "killed"
        self.ended_well = life.report is not None and life.report.exit_code != ESCALATED and not life.report.late
        self.left_early = not run.world.scenario.leaves
        self._by_class: dict[type[Message], list[Observed[Message]]] = {}
        self._for_screen: list[Observed[Message]] = []
        self._senders: list[str] = []
        for index, entry in enumerate(life.trace.entries):
            if type(entry) is Sent:
                self._note(index, entry)
        self.unwritten = bool(self.of(JournalFailed))
        """Whether a record could not be written: the live state knows more than the journal from then on."""
        self.clean = self.ended_well and not self.failed() and not self.unwritten
        self.late = life.report.late if life.report is not None else ()
        """Phases and actors that the report names as late."""
        self._moments: list[int] = []
        self._conversations: list[Conversation] = []

    @property
    def dead(self) -> list[DeadLetter]:
        """Messages that nobody handled."""
        return self.life.trace.dead

    @property
    def ended_at(self) -> float:
        """When the last thing happened."""
        entries = self.life.trace.entries
        return entries[-1].at if entries else 0.0

    @property
    def processes(self) -> Sequence[Process]:
        """The child processes, known in the last life."""
        return self.run.world.processes if self.last else ()

    @property
    def acts(self) -> Sequence[str]:
        """The effects of all lives."""
        return self.run.world.acts if self.last else ()

    @property
    def asked(self) -> Sequence[str]:
        """The effects that the model asked for, and those of the person's own commands, in all lives."""
        return [*self.run.world.asked, *self.run.world.typed]

    @property
    def typed(self) -> Sequence[str]:
        """The commands that the person ran themselves."""
        return self.run.world.typed

    @property
    def records(self) -> tuple[Record, ...]:
        """The journal as it is at the end of everything."""
        return read_back(bytes(self.run.world.journal)).records if self.last else ()

    @property
    def waiting(self) -> set[str]:
        """The prompts that the journal knows and that have not come to their end."""
        conversation = self.replayed_last()
        waiting: set[str] = {prompt.prompt for prompt in conversation.waiting}
        return waiting | ({conversation.turn.prompt} if conversation.turn is not None else set())

    @property
    def cut(self) -> bool:
        """Whether a kill took bytes of the journal along."""
        return self.run.cut

    @property
    def restored(self) -> list[float]:
        """When the terminal was restored."""
        return [at for life, at in self.run.world.restored if life == self.life.number]

    def shown(self) -> list[Message]:
        """What a person saw."""
        return [shown.message for shown in self.run.world.shown if shown.life == self.life.number]

    def shown_after_restoring(self) -> list[Message]:
        """What was shown although the terminal was the person's again."""
        return [shown.message for shown in self.run.world.shown if shown.life == self.life.number and shown.late]

    def of(self, kind: type[MessageT]) -> list[Observed[MessageT]]:
        """All messages of a class, in the order they were sent."""
        return cast("list[Observed[MessageT]]", self._by_class.get(kind, []))

    def forgotten(self) -> set[str]:
        """The prompts that were accepted before the eyes of the person, in any life, and are not in the journal."""
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

    def hurried(self) -> bool:
        """Whether the schedule let time pass while somebody could have acted."""
        return any(not departure.lane for departures in self.run.departures for departure in departures)

    def for_the_screen(self) -> list[ScreenQueue]:
        """By sender and lane, what was sent to the screen and was not shown, or was shown out of order."""
        queues: dict[tuple[str, bool], ScreenQueue] = {}
        homes: dict[int, ScreenQueue] = {}
        for sent, sender in zip(self._for_screen, self._senders, strict=True):
            queue = queues.setdefault((sender, sent.message.urgent), ScreenQueue(sender))
            queue.sent.append(sent)
            homes[id(sent.message)] = queue
        for message in self.shown():
            home = homes.get(id(message))
            if home is not None:
                home.show(message)
            else:
                any(queue.show(message) for queue in queues.values())
        unread = self.killed or bool(self.late)
        for queue in queues.values():
            queue.skipped += [] if unread else queue.sent[queue.place :]
            queue.forgive(letter.message for letter in self.dead)
        return list(queues.values())

    def replayed(self, sent: Observed[MessageT]) -> Conversation:
        """What the journal held when this message was sent, read back from its bytes."""
        self._read_journal()
        return self._conversations[bisect_right(self._moments, sent.index)]

    def replayed_last(self) -> Conversation:
        """What the journal held at the end of this life."""
        self._read_journal()
        return self._conversations[-1]

    def sealed(self) -> Iterator[tuple[Observed[Message], str]]:
        """Each message with its text at the moment when it was sent; nothing if the trace was not sealed."""
        seals = iter(self.life.trace.seals or ())
        everything = sorted((sent for group in self._by_class.values() for sent in group), key=lambda sent: sent.index)
        return zip(everything, seals, strict=False)

    def violation(self, invariant: str, text: str, step: int = 0) -> Violation:
        """A violation in this life."""
        return Violation(invariant, text, self.life.number, step)

    def _note(self, index: int, entry: Sent) -> None:
        message = entry.envelope.message
        observed = Observed(message, entry.at, entry.step, index)
        self._by_class.setdefault(type(message), []).append(observed)
        if SCREEN in entry.receivers and not isinstance(message, DrainScreen):
            self._for_screen.append(observed)
            self._senders.append(entry.envelope.sender)

    def _read_journal(self) -> None:
        """The conversation before the first write of this life, and after each."""
        if self._conversations:
            return
        world, number = self.run.world, self.life.number
        conversation = fold(read_back(world.inherited[number]).records)
        self._conversations.append(conversation)
        for written in world.written:
            if written.life == number:
                for record in read_back(written.line).records:
                    conversation = apply(conversation, record)
                self._moments.append(written.entries)
                self._conversations.append(conversation)
