"""Runs that went well, for tests to spoil: an invariant must see what was spoilt."""

from __future__ import annotations

from dataclasses import replace

from actors.drill.judging.evidence import Violation
from actors.drill.judging.invariants import check
from actors.drill.plan.scenario import Scenario
from actors.drill.simulated.incarnation import Incarnation
from actors.drill.simulated.run import Run, RunSpec, run
from actors.drill.simulated.trace import SentMessage
from actors.records import TurnFinished
from actors.runtime.envelope import Envelope
from actors.runtime.message import Message


def good(scenario: Scenario) -> Run:
    """A sealed run along the plainest schedule, in which every promise was kept."""
    done = run(scenario, RunSpec(schedule=()), sealed=True)
    assert not check(done)
    return done


def broken(done: Run) -> dict[str, list[str]]:
    """The violations by promise."""
    found: dict[str, list[str]] = {}
    for violation in check(done):
        found.setdefault(violation.invariant, []).append(violation.text)
    return found


def incarnation_with(done: Run, **changes: object) -> Run:
    """The run with its last life changed."""
    changed: Incarnation = replace(done.incarnations[-1], **changes)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    done.incarnations[-1] = changed
    return done


def sent(done: Run, kind: type[Message], number: int = 0) -> SentMessage:
    """The entry of a message of this class."""
    return [entry for entry in done.incarnations[-1].trace.sent() if type(entry.message) is kind][number]


def swap(done: Run, entry: SentMessage, message: Message) -> None:
    """Put another message in the place of one that was sent."""
    envelope = entry.envelope
    other = Envelope(message, envelope.sender, envelope.id, envelope.cause, envelope.generation)
    entries = done.incarnations[-1].trace.entries
    entries[entries.index(entry)] = SentMessage(entry.step, entry.at, other, entry.receivers)


def add(done: Run, message: Message, sender: str = "test", *, after: type[Message] | None = None) -> None:
    """One more message that nobody hears, at the end or behind the first of a class."""
    entries = done.incarnations[-1].trace.entries
    place = len(entries) if after is None else entries.index(sent(done, after)) + 1
    last = entries[place - 1]
    entries.insert(place, SentMessage(last.step, last.at, Envelope(message, sender, 0), ()))
    if done.incarnations[-1].trace.seals is not None:
        done.incarnations[-1].trace.seals.insert(len([*seals_before(done, place)]), repr(message))


def seals_before(done: Run, place: int) -> list[SentMessage]:
    """The messages that were sent before an entry."""
    return [entry for entry in done.incarnations[-1].trace.entries[:place] if type(entry) is SentMessage]


def end_of_turn(done: Run) -> TurnFinished:
    """The first end of a turn."""
    message = sent(done, TurnFinished).message
    assert isinstance(message, TurnFinished)
    return message


def texts(violations: list[Violation]) -> list[str]:
    """What they say."""
    return [violation.text for violation in violations]
