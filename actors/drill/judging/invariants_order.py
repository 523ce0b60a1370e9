"""The order of events: checks that belong to I2, I4, I5, I6, I7 and I9.

Pure, like `actors.drill.judging.invariants`, which holds the table and the rest. "Undisturbed" is a run in which
nothing was made to go wrong.

| I2 | when the jobs are called ended, no child process lives or begins                               |
| I4 | undisturbed, a call is answered after its command has ended, and as cancelled only if it was   |
| I4 | no call begins that a person denied or, where the policy asks, did not allow; each is answered |
| I5 | what is in the journal is published, and what it publishes can be read back from it            |
| I6 | every wait ends: each job is reported once, and the person never has to give up on a prompt    |
| I7 | no turn ends twice; undisturbed, it ends for its reason, and a cancelled one within seconds    |
| I9 | no phase of the end begins before the one ahead has ended, or is named as late                 |
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from actors.drill.simulated.trace import TakenMessage
from actors.journal.journal import read_back
from actors.messages import (
    AnswerApproval,
    CancelCalls,
    CancelTurn,
    Commit,
    JobFinished,
    JournalFailed,
    PromptRefused,
    StartJob,
    SubmitPrompt,
)
from actors.phase_messages import (
    CloseIntake,
    DrainScreen,
    EndAllJobs,
    FlushJournal,
    IntakeClosed,
    JobsEnded,
    JournalFlushed,
    ScreenDrained,
    StopWork,
    WorkStopped,
)
from actors.records import CallFinished, CallStarted, PromptWithdrawn, Record, ReplyCompleted, TurnFinished, TurnStarted
from actors.runtime.signals import BeginShutdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.judging.evidence import Evidence, Violation
    from actors.runtime.message import Message

JOURNAL = "journal"
SHUTDOWN = "shutdown"
ASKED_FOR = ("files", "commands")
"""Effects for which the policy asks."""
RECORDS = frozenset(get_args(Record))
CANCEL_BOUND = 3.0
"""Virtual seconds from a cancel to the turn's end, a program that minds nothing but KILL included."""
GIVEN_UP = "nothing happens any more"
PHASES: tuple[tuple[str, type[Message], type[Message]], ...] = (
    ("intake closed", CloseIntake, IntakeClosed),
    ("work stopped", StopWork, WorkStopped),
    ("jobs ended", EndAllJobs, JobsEnded),
    ("journal flushed", FlushJournal, JournalFlushed),
    ("screen drained", DrainScreen, ScreenDrained),
)


def i2_ended_jobs_have_ended(seen: Evidence) -> Iterator[Violation]:
    """`JobsEnded` is said when it is true."""
    for said in seen.of(JobsEnded):
        for process in seen.processes:
            incarnations = process.ended is None or process.ended > said.at
            if incarnations and process.pid not in said.message.survivors:
                yield seen.violation("I2", f"`{process.command}` ran on when all jobs were called ended", said.step)


def i4_answers_are_true(seen: Evidence) -> Iterator[Violation]:
    """An answer comes after the end of its command; a call is cancelled only by a cancel."""
    if not undisturbed(seen):
        return
    cancelled = {sent.message.turn: sent.index for sent in reversed(seen.of(CancelCalls))}
    processes = {process.job: process for process in seen.processes}
    for sent in seen.of(CallFinished):
        answer = sent.message
        process = processes.get(answer.call)
        if process is not None and (process.ended is None or process.ended > sent.at):
            yield seen.violation("I4", f"{answer.call} was answered while its command ran", sent.step)
        if answer.result.outcome == "cancelled" and cancelled.get(answer.turn, sent.index) >= sent.index:
            yield seen.violation("I4", f"{answer.call} was cancelled and {answer.turn} was not", sent.step)


def i4_every_call_has_its_answer(seen: Evidence) -> Iterator[Violation]:
    """Every call is answered, whichever actor failed; only a full disk or a kill leaves it to the next incarnation."""
    if not seen.ended_well or len(seen.run.incarnations) > 1 or seen.of(JournalFailed):
        return
    answered = {sent.message.call for sent in seen.of(CallFinished)}
    for sent in seen.of(ReplyCompleted):
        for call in sent.message.message.calls:
            if call.id not in answered:
                yield seen.violation("I4", f"{call.id} was never answered", sent.step)


def i4_calls_have_leave(seen: Evidence) -> Iterator[Violation]:
    """No call begins that the person denied; where the policy asks, none begins that they did not allow."""
    asks_each_time = seen.scenario.mode == "default" and seen.scenario.approves == "once"
    answers: dict[str, tuple[int, str]] = {}
    for answer in seen.of(AnswerApproval):
        answers.setdefault(answer.message.call, (answer.index, answer.message.answer))
    for begun in seen.of(CallStarted):
        index, said = answers.get(begun.message.call, (begun.index, ""))
        asks = asks_each_time and begun.message.effects in ASKED_FOR
        if said == "no" or (asks and index >= begun.index):
            yield seen.violation("I4", f"{begun.message.call} began without leave", begun.step)


def i5_the_journal_is_published(seen: Evidence) -> Iterator[Violation]:
    """What was published can be read back; what was written was published, if no failure came between."""
    written = [record for line in _lines(seen) for record in read_back(line).records]
    published = [sent.envelope.message for sent in seen.incarnation.trace.sent() if sent.envelope.sender == JOURNAL]
    published = [message for message in published if type(message) in RECORDS]
    readable = seen.records if seen.last else written
    for message in published:
        if message not in readable:
            yield seen.violation("I5", f"{type(message).__name__} was published and is not in the journal")
    if seen.killed or not seen.clean or seen.of(JournalFailed):
        return
    silent = [record for sent in seen.of(Commit) for record in sent.message.silent]
    for record in written:
        if record not in published and record not in silent:
            yield seen.violation("I5", f"{type(record).__name__} is in the journal and was not published")


def i6_every_wait_ends(seen: Evidence) -> Iterator[Violation]:
    """Each job has its one report; the person never has to leave because nothing happens any more."""
    reports = Counter(sent.message.job for sent in seen.of(JobFinished))
    for job, times in reports.items():
        if times > 1 and not seen.failed():
            yield seen.violation("I6", f"the end of {job} was reported {times} times")
    if seen.clean:
        dead = {letter.message.job for letter in seen.dead if isinstance(letter.message, StartJob)}
        for job in sorted({sent.message.job for sent in seen.of(StartJob)} - {*reports} - dead):
            yield seen.violation("I6", f"the end of {job} was never reported")
    for order in seen.of(BeginShutdown):
        if order.message.reason == GIVEN_UP:
            for prompt in sorted(_open_prompts(seen, order.index)):
                yield seen.violation("I6", f"nothing happened any more for prompt {prompt}", order.step)


def i7_turns_end_for_their_reason(seen: Evidence) -> Iterator[Violation]:
    """No turn ends twice; a cancel ends its turn in time, and nothing else ends one as cancelled."""
    untold = seen.unwritten and seen.failed()
    for turn, times in Counter(sent.message.turn for sent in seen.of(TurnFinished)).items():
        if times > 1 and not untold:
            yield seen.violation("I7", f"{turn} ended {times} times")
    yield from _ended_again(seen)
    if not undisturbed(seen):
        return
    orders = sorted(sent.index for kind in (CancelTurn, StopWork) for sent in seen.of(kind))
    for end in seen.of(TurnFinished):
        if end.message.outcome == "cancelled" and not any(index < end.index for index in orders):
            yield seen.violation("I7", f"{end.message.turn} ended as cancelled without a cancel", end.step)
        if end.message.outcome == "limit" and end.message.seconds < (seen.scenario.turn_limit or 0.0):
            text = f"{end.message.turn} was out of time after {end.message.seconds:.1f} s"
            yield seen.violation("I7", text, end.step)
    yield from _late_cancels(seen)


def _ended_again(seen: Evidence) -> Iterator[Violation]:
    """What a person saw end before a kill does not end once more after it: the end was on the disk."""
    world = seen.run.world
    if not seen.last or seen.unwritten or any(isinstance(shown.message, JournalFailed) for shown in world.shown):
        return
    incarnations: dict[str, set[int]] = {}
    for shown in world.shown:
        if isinstance(shown.message, TurnFinished):
            incarnations.setdefault(shown.message.prompt, set()).add(shown.incarnation)
    for prompt, ended in incarnations.items():
        if len(ended) > 1:
            yield seen.violation("I7", f"prompt {prompt} ended in {len(ended)} incarnations")


def _late_cancels(seen: Evidence) -> Iterator[Violation]:
    """A turn runs, as seen from outside, from the commit of its start to the publishing of its end."""
    ends = {sent.message.turn: sent for sent in seen.of(TurnFinished)}
    begun = {
        record.turn: sent.index
        for sent in seen.of(Commit)
        for record in sent.message.records
        if isinstance(record, TurnStarted)
    }
    for index, entry in enumerate(seen.incarnation.trace.entries):
        if type(entry) is TakenMessage and isinstance(entry.envelope.message, CancelTurn):
            for turn, since in begun.items():
                end = ends.get(turn)
                if end is not None and since < index < end.index and end.at - entry.at > CANCEL_BOUND:
                    text = f"{turn} was cancelled and ended {end.at - entry.at:.1f} s later"
                    yield seen.violation("I7", text, end.step)


def i9_phases_follow_each_other(seen: Evidence) -> Iterator[Violation]:
    """Each phase begins once the one ahead of it was acknowledged, or has used up its time and is named."""
    if seen.report is None or SHUTDOWN in seen.late:
        return
    for (earlier, _, done), (later, order, _) in pairwise(PHASES):
        began = seen.of(order)
        acknowledged = seen.of(done)
        if not began or earlier in seen.late:
            continue
        if not acknowledged or acknowledged[0].index > began[0].index:
            text = f"the phase '{later}' began before '{earlier}' was over"
            yield seen.violation("I9", text, began[0].step)
    for later, order, _ in PHASES:
        if not seen.of(order):
            yield seen.violation("I9", f"the phase '{later}' was left out")


def undisturbed(seen: Evidence) -> bool:
    """Whether this is a single incarnation that ended by itself, without a fault."""
    return seen.clean and not seen.struck() and len(seen.run.incarnations) == 1


def _lines(seen: Evidence) -> list[bytes]:
    return [written.line for written in seen.run.world.written if written.incarnation == seen.incarnation.number]


def _open_prompts(seen: Evidence, index: int) -> set[str]:
    """The prompts that were submitted before this moment and had not come to an end."""
    submitted: set[str] = {sent.message.prompt for sent in seen.of(SubmitPrompt) if sent.index < index}
    submitted -= {sent.message.prompt for sent in seen.of(TurnFinished) if sent.index < index}
    submitted -= {sent.message.prompt for sent in seen.of(PromptWithdrawn) if sent.index < index}
    return submitted - {sent.message.prompt for sent in seen.of(PromptRefused) if sent.index < index}


ORDER: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    i2_ended_jobs_have_ended,
    i4_answers_are_true,
    i4_every_call_has_its_answer,
    i4_calls_have_leave,
    i5_the_journal_is_published,
    i6_every_wait_ends,
    i7_turns_end_for_their_reason,
    i9_phases_follow_each_other,
)
