"""The invariants, judged from outside of the real program: its exit, its journal, its terminal, the process table.

What cannot be seen from there (each message to the screen, the mailboxes) is judged by the other levels alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from actors.conversation import NEW, apply
from actors.drill.judging.evidence import Violation
from actors.drill.judging.invariants import illegal, unbalanced
from actors.ids import PromptId
from actors.journal.journal import read_back
from actors.records import CallStarted, PromptAccepted, PromptWithdrawn, TurnFinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.records import Record

HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"
SWITCHES = {b"2004": "bracketed paste", b"1049": "the second screen", b"1000": "the mouse"}


class IncarnationFacts(Struct, frozen=True):
    """One incarnation of the program. `alive` are the processes that it left behind a second after its end."""

    exit_code: int | None
    expected: int | None
    """None: whatever it is, the program was killed."""
    problem: str
    restored: bool
    output: bytes
    alive: tuple[str, ...]
    hung_up: bool


class Facts(Struct, frozen=True):
    """All incarnations of a session. `asked` (by person or model), `ran` (the person's), `acts`: command lines."""

    incarnations: tuple[IncarnationFacts, ...]
    journal: bytes
    acts: tuple[str, ...]
    asked: tuple[str, ...]
    ran: tuple[str, ...]
    typed: tuple[str, ...]
    left_early: bool
    prompt_bound: float = 3_600.0
    """Seconds."""


class _AboutPrompt(Struct):
    prompt: PromptId = PromptId("")


class _Moment(Struct):
    """When a line of the journal was written, and for which prompt."""

    at: float
    type: str
    data: _AboutPrompt


_MOMENT = Decoder(_Moment)


def judged(facts: Facts) -> list[Violation]:
    """Every invariant that was broken."""
    violations = [
        violation
        for number, incarnation in enumerate(facts.incarnations)
        for violation in _incarnation(incarnation, number)
    ]
    last = len(facts.incarnations) - 1
    return [*violations, *(Violation(promise, text, last) for promise, text in _session(facts))]


def _incarnation(incarnation: IncarnationFacts, number: int) -> Iterator[Violation]:
    for command in incarnation.alive:
        yield Violation("I2", f"`{command}` lives on", number)
    if not incarnation.problem:
        for text in _terminal(incarnation):
            yield Violation("I3", text, number)
    if incarnation.problem:
        yield Violation("I9", f"the program is still there: {incarnation.problem}", number)
    elif incarnation.expected is not None and incarnation.exit_code != incarnation.expected:
        yield Violation("I9", f"the exit code is {incarnation.exit_code}, not {incarnation.expected}", number)


def _terminal(incarnation: IncarnationFacts) -> Iterator[str]:
    if incarnation.hung_up:
        return
    if not incarnation.restored:
        yield "the terminal's attributes are not what they were"
    if incarnation.output.rfind(HIDE_CURSOR) > incarnation.output.rfind(SHOW_CURSOR):
        yield "the cursor is hidden"
    for code, name in SWITCHES.items():
        if incarnation.output.rfind(b"\x1b[?" + code + b"h") > incarnation.output.rfind(b"\x1b[?" + code + b"l"):
            yield f"{name} is still on"


def _session(facts: Facts) -> Iterator[tuple[str, str]]:
    records = read_back(facts.journal).records
    asked, acts = Counter(facts.asked), Counter(facts.acts)
    started = Counter(record.subject for record in records if isinstance(record, CallStarted))
    for command, times in acts.items():
        if times > asked[command]:
            yield "I4", f"{command!r} was done {times} times and asked for {asked[command]} times"
        elif times > started[command] + facts.ran.count(command):
            yield "I4", f"{command!r} was done {times} times and is {started[command]} times in the journal"
    yield from (("I5", text) for text in _journal(records))
    yield from (("I7", text) for text in _prompts(facts, records))


def _journal(records: tuple[Record, ...]) -> Iterator[str]:
    conversation = NEW
    for record in records:
        problem = illegal(conversation, record)
        if problem:
            yield f"the journal is illegal: {problem}"
        conversation = apply(conversation, record)
    problem = unbalanced(conversation.transcript)
    if problem:
        yield f"the journal ends while {problem}"


def _prompts(facts: Facts, records: tuple[Record, ...]) -> Iterator[str]:
    texts = {record.prompt: record.text for record in records if isinstance(record, PromptAccepted)}
    ends = Counter(record.prompt for record in records if isinstance(record, TurnFinished | PromptWithdrawn))
    for prompt, times in ends.items():
        if times > 1:
            yield f"{texts.get(prompt, prompt)!r} ended {times} times"
    for prompt, seconds in _durations(facts.journal):
        if seconds > facts.prompt_bound:
            yield f"{texts.get(prompt, prompt)!r} took {seconds:.1f} s"
    if facts.left_early:
        return
    for prompt, text in texts.items():
        if not ends[prompt]:
            yield f"{text!r} never ended"
    if any(incarnation.expected is None for incarnation in facts.incarnations):
        return  # keys that a killed program had not read yet were never accepted
    for text in (Counter(facts.typed) - Counter(texts.values())).elements():
        yield f"{text!r} was typed and is not in the journal"


def _durations(journal: bytes) -> Iterator[tuple[PromptId, float]]:
    """Each prompt that has ended, and the seconds from its acceptance to its end."""
    begun: dict[PromptId, float] = {}
    for line in journal.splitlines():
        try:
            moment = _MOMENT.decode(line)
        except MsgspecError:
            continue  # a line that a kill has cut
        if moment.type == PromptAccepted.__name__:
            begun[moment.data.prompt] = moment.at
        elif moment.type == TurnFinished.__name__ and moment.data.prompt in begun:
            yield moment.data.prompt, moment.at - begun[moment.data.prompt]
