"""The ten invariants, each as a pure function over what was seen from outside: the wire-tap and the world.

None of them knows how the actors work inside; they serve every level at which a drill can run. An empty list means that
the invariant held. What a fault plan breaks itself (a process that survives KILL) is no violation as long as
the program says so in its report.

| I1  | every message for the screen is shown, in the order of its sender, or is a dead letter with a reason       |
| I2  | no child process outlives the program by more than a second, unless the report names it                    |
| I3  | the terminal is restored exactly once; in a clean end nothing comes after that                             |
| I4  | a tool call acts at most once and is answered exactly once, before the model is asked again                |
| I5  | the journal, read back, is the live state; every prefix of it is a legal one                               |
| I6  | no actor is stuck at the end, and no message lies unread, unless the report names the actor as late        |
| I7  | every prompt is answered, refused or reported, exactly once, within its bound                              |
| I8  | no text of a turn comes after its end; in a clean run no output of its commands either                     |
| I9  | the program ends within the sum of its phases' limits                                                      |
| I10 | no message is changed after it was sent                                                                    |

`invariants_order` (who waits for whom), `invariants_speech` (what is said), `invariants_model` (who is asked) and
`invariants_answers` (what is taken for an answer) hold further checks of the same invariants.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actors.conversation import NEW, Conversation, apply
from actors.drill.judging.evidence import Evidence, Violation
from actors.drill.judging.invariants_answers import ANSWERS
from actors.drill.judging.invariants_context import CONTEXT
from actors.drill.judging.invariants_model import MODEL
from actors.drill.judging.invariants_order import ORDER
from actors.drill.judging.invariants_speech import SPEECH
from actors.messages import (
    Commit,
    JobStreamed,
    PromptRefused,
    ReceiveConversation,
    ReplyStreamed,
    RequestReply,
    SubmitPrompt,
)
from actors.records import CallFinished, CallStarted, PromptAccepted, PromptWithdrawn, TurnFinished, TurnStarted
from actors.runtime.signals import BeginShutdown
from actors.transcript import AssistantMessage, ToolMessage, Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.simulated.run import Run
    from actors.runtime.message import Message

GRACE = 1.0
"""Seconds that a child process may outlive the program."""
CRASHES = ("crash_before", "crash_after")
MANY_CRASHES = 2
"""So many crashes delay a phase by less than its limit; beyond, the pauses before a restart grow."""


def check(run: Run) -> list[Violation]:
    """All violations of a run, in the order of the invariants."""
    incarnations = [Evidence(incarnation, run) for incarnation in run.incarnations]
    return [violation for promise in PROMISES for incarnation in incarnations for violation in promise(incarnation)]


def i1_everything_is_shown(seen: Evidence) -> Iterator[Violation]:
    """Per sender and mailbox lane, what was sent to the screen was shown, joined messages taken apart."""
    for queue in seen.for_the_screen():
        for sent in queue.skipped:
            yield seen.violation("I1", f"{queue.sender}'s {name(sent.message)} was never shown", sent.step)
        for message in queue.out_of_order:
            yield seen.violation("I1", f"{queue.sender}'s {name(message)} was shown before an earlier message of its")
    if seen.clean:
        for letter in seen.dead:
            if letter.receiver == "ui":
                yield seen.violation("I1", f"{letter.sender}'s {name(letter.message)} was lost ({letter.reason})")


def i2_no_process_is_left(seen: Evidence) -> Iterator[Violation]:
    """Every child process has ended in time, or is named as a survivor."""
    if seen.report is None:
        return
    for process in seen.processes:
        late = process.ended is None or process.ended > seen.ended_at + GRACE
        if late and f"process {process.pid}" not in seen.report.survivors:
            yield seen.violation("I2", f"`{process.command}` ({process.pid}) lives on and the report does not name it")


def i3_the_terminal_is_restored_once(seen: Evidence) -> Iterator[Violation]:
    """Once in an orderly end, never twice, and nothing is shown afterwards."""
    times = seen.restored
    if len(times) > 1:
        yield seen.violation("I3", f"the terminal was restored {len(times)} times")
    if seen.report is not None and not times and "screen drained" not in seen.report.late:
        yield seen.violation("I3", "the terminal was not restored")
    for shown in seen.on_screen if seen.clean else ():
        if shown.late:
            yield seen.violation("I3", f"{name(shown.message)} was shown after the terminal was restored")


def i4_calls_act_once(seen: Evidence) -> Iterator[Violation]:
    """No mark of a tool more often than the model asked for it; every request balanced; every call one answer."""
    asked = Counter(seen.asked)
    for mark, times in Counter(seen.acts).items():
        if times > asked[mark]:
            yield seen.violation("I4", f"{mark!r} was done {times} times and asked for {asked[mark]} times")
    recorded = Counter(record.subject for record in seen.records if isinstance(record, CallStarted))
    recorded.update(seen.unnamed)
    for mark, times in Counter(seen.acts).items():
        if times > recorded[mark] and not (seen.cut and mark in seen.looked):
            yield seen.violation("I4", f"{mark!r} was done {times} times and is {recorded[mark]} times in the journal")
    for sent in seen.of(RequestReply):
        problem = unbalanced(sent.message.transcript)
        if problem:
            yield seen.violation("I4", f"the model was asked {sent.message.request} while {problem}", sent.step)
    started = Counter(sent.message.call for sent in seen.of(CallStarted))
    answered = Counter(sent.message.call for sent in seen.of(CallFinished))
    for what, calls in (("started", started), ("answered", answered)):
        for call, times in calls.items():
            if times > 1:
                yield seen.violation("I4", f"{call} was {what} {times} times")


def i5_the_journal_is_the_state(seen: Evidence) -> Iterator[Violation]:
    """What the turn loop works with is what the journal holds at that moment; each prefix of the journal is legal.

    Where the disk did not take a record the two must differ: the journal has less, and goes on from there.
    """
    for sent in seen.of(RequestReply) if not seen.unwritten else ():
        if sent.message.purpose == "summary":
            continue  # it is made of a part of the talk; `unbalanced` looks at it
        if seen.replayed(sent).transcript != sent.message.transcript:
            yield seen.violation(
                "I5", f"{sent.message.request} was made from another talk than the journal's", sent.step
            )
    for told in seen.of(ReceiveConversation):
        if seen.replayed(told) != told.message.conversation:
            yield seen.violation("I5", "the journal reported another state than it holds", told.step)
    yield from _illegal_records(seen)
    for letter in seen.dead if seen.clean else ():
        if isinstance(letter.message, Commit) and letter.reason == "closed":
            records = ", ".join(name(record) for record in letter.message.records)
            yield seen.violation("I5", f"{letter.sender} could not write {records}: the journal had stopped")


def _illegal_records(seen: Evidence) -> Iterator[Violation]:
    conversation = NEW
    for record in seen.records:
        problem = illegal(conversation, record)
        if problem and not seen.unwritten:
            yield seen.violation("I5", f"the journal is illegal: {problem}")
        conversation = apply(conversation, record)
    problem = unbalanced(conversation.transcript) if conversation.turn is None else ""
    if problem:
        yield seen.violation("I5", f"the journal ends while {problem}")


def i6_no_actor_is_stuck(seen: Evidence) -> Iterator[Violation]:
    """The run came to an end, and no actor was in the middle of anything that the report does not name."""
    if seen.end not in ("over", "killed"):
        yield seen.violation("I6", f"the program did not end ({_too_long(seen) or seen.end})")
    for actor, problem in seen.stuck:
        if actor not in seen.late:
            yield seen.violation("I6", f"{actor} {problem}")


def _too_long(seen: Evidence) -> str:
    if seen.end != "steps":
        return ""
    return f"after {seen.incarnation.steps} steps, in which the model was asked {seen.run.world.player.requests} times"


def i7_every_prompt_ends(seen: Evidence) -> Iterator[Violation]:
    """Each prompt is accepted or refused; each accepted one ends once, in time; none is forgotten at the end."""
    begun: dict[str, float] = {sent.message.prompt: sent.at for sent in seen.of(PromptAccepted)}
    ended: list[tuple[str, float]] = [(sent.message.prompt, sent.at) for sent in seen.of(TurnFinished)]
    ended += [(sent.message.prompt, sent.at) for sent in seen.of(PromptWithdrawn)]
    for prompt, at in ended:
        if at - begun.get(prompt, at) > seen.scenario.prompt_bound:
            yield seen.violation("I7", f"prompt {prompt} took {at - begun[prompt]:.0f} s")
    ends = Counter(prompt for prompt, _ in ended)
    untold = seen.unwritten and seen.failed()  # a new turn loop cannot know what was told and could not be written
    for prompt, times in ends.items():
        if times > 1 and not untold:
            yield seen.violation("I7", f"prompt {prompt} ended {times} times")
    if seen.ended_well:
        yield from _lost_prompts(seen, {*begun}, {*ends})


def _lost_prompts(seen: Evidence, begun: set[str], ended: set[str]) -> Iterator[Violation]:
    known: set[str] = {sent.message.prompt for sent in seen.of(PromptRefused)} | begun | ended
    for sent in seen.of(SubmitPrompt):
        if sent.message.prompt not in known:
            text = f"prompt {sent.message.prompt} was neither accepted nor refused"
            yield seen.violation("I7", text, sent.step)
    for prompt in sorted(seen.forgotten()):
        yield seen.violation("I7", f"prompt {prompt} was accepted and is not in the journal")
    for prompt in sorted((begun | seen.waiting) - ended) if not seen.left_early else ():
        yield seen.violation("I7", f"prompt {prompt} never ended")


def i8_the_end_is_the_end(seen: Evidence) -> Iterator[Violation]:
    """After `TurnFinished` there is no more text of that turn."""
    ended: dict[str, int] = {sent.message.turn: sent.index for sent in reversed(seen.of(TurnFinished))}
    orderly = seen.clean and not seen.struck("delay", "hang")
    for text in seen.of(ReplyStreamed):
        if text.index > ended.get(text.message.turn, text.index):
            yield seen.violation("I8", f"text of {text.message.turn} came after its end", text.step)
    for output in seen.of(JobStreamed) if orderly else ():
        if output.index > ended.get(output.message.turn, output.index):
            yield seen.violation("I8", f"output of {output.message.turn} came after its end", output.step)


def i9_it_stops(seen: Evidence) -> Iterator[Violation]:
    """The sum of the limits is never exceeded, whatever hangs; undisturbed, every phase ends by itself."""
    if seen.report is None:
        return
    if not slowed(seen):
        for late in seen.report.late:
            yield seen.violation("I9", f"{late} did not come to its end by itself")
    bound = seen.scenario.exit_bound
    if seen.report.seconds > bound and not seen.struck("clock_jump"):
        yield seen.violation("I9", f"the end took {seen.report.seconds:.1f} s, more than {bound:.1f} s")


def slowed(seen: Evidence) -> bool:
    """Whether something else than a crash or two could make a phase late: another fault, the schedule, the person."""
    faults = seen.run.struck
    crashed = all(fault.kind in CRASHES for fault in faults) and len(faults) <= MANY_CRASHES
    return not crashed or seen.hurried or len(seen.of(BeginShutdown)) > 1


def i10_messages_do_not_change(seen: Evidence) -> Iterator[Violation]:
    """The text of each message is what it was when it was sent; only where the trace was sealed."""
    for sent, seal in seen.sealed():
        if repr(sent.message) != seal:
            yield seen.violation("I10", f"{name(sent.message)} was changed after it was sent", sent.step)


PROMISES: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    i1_everything_is_shown,
    i2_no_process_is_left,
    i3_the_terminal_is_restored_once,
    i4_calls_act_once,
    i5_the_journal_is_the_state,
    i6_no_actor_is_stuck,
    i7_every_prompt_ends,
    i8_the_end_is_the_end,
    i9_it_stops,
    i10_messages_do_not_change,
    *ORDER,
    *MODEL,
    *ANSWERS,
    *SPEECH,
    *CONTEXT,
)


def name(message: Message) -> str:
    """The name of a message in a violation."""
    return type(message).__name__


def unbalanced(transcript: Transcript) -> str:
    """What is wrong with a transcript that a model is asked with; empty if every call has its answer, in order."""
    open_calls: list[str] = []
    for message in transcript.messages:
        if isinstance(message, ToolMessage):
            if not open_calls or open_calls.pop(0) != message.call:
                return f"{message.call} is answered out of place"
        elif open_calls:
            return f"{open_calls[0]} has no answer"
        elif isinstance(message, AssistantMessage):
            open_calls = [call.id for call in message.calls]
    return f"{open_calls[0]} has no answer" if open_calls else ""


def illegal(conversation: Conversation, record: object) -> str:  # noqa: PLR0911 - one line a rule
    """Why a record must not follow this state; empty if it may."""
    match record:
        case PromptAccepted(prompt=prompt) if prompt in {waiting.prompt for waiting in conversation.waiting}:
            return f"{prompt} was accepted while it was waiting already"
        case PromptAccepted(prompt=prompt) if conversation.turn is not None and conversation.turn.prompt == prompt:
            return f"{prompt} was accepted while it was being worked on"
        case TurnStarted(prompt=prompt) if conversation.turn is not None:
            return f"{prompt} was begun while {conversation.turn.prompt} was still being worked on"
        case TurnStarted(prompt=prompt) if prompt not in {waiting.prompt for waiting in conversation.waiting}:
            return f"{prompt} was begun and never accepted"
        case TurnFinished(turn=turn) if conversation.turn is None or conversation.turn.turn != turn:
            return f"{turn} was finished and was not running"
        case CallStarted(call=call) if call in conversation.started:
            return f"{call} was started twice"
        case CallStarted(call=call) if call not in {open_call.id for open_call in conversation.unanswered()}:
            return f"{call} was started and not asked for"
        case _:
            return ""
