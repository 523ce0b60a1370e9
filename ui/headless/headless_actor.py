"""The headless front end's actor: submits the script's prompts and writes what the company publishes.

It gives one prompt at a time to the turn loop, passes events to the report, and orders the end after the last prompt.
It never waits for a reader: all writing goes through the outlet. But the end is ordered only when the reader has
everything, however slow it is, as every tool on a pipe does; a signal does not wait for it. Built by
`ui.headless.front_end`.

| hears                      | does                                                                              |
| TakePrompt, EndInput       | begins the next prompt, or orders the end when nothing more will come             |
| TurnFinished               | the result; the next prompt                                                       |
| InterruptWork              | CancelTurn, also to the turn that is about to start; then the end                 |
| LoseReader                 | begins the shutdown: the answer has no reader                                       |
| DrainScreen                | ScreenDrained when everything is out, or nothing of it moves any more             |
| ApprovalRequested, QuestionAsked | answers at once that no person can                                          |
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import ClassVar, TypeAlias, assert_never

from msgspec import Struct

from actors.ids import NO_TURN, PromptId
from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    ApprovalRequested,
    CancelTurn,
    NoticeRaised,
    PromptRefused,
    QuestionAsked,
    ReplyDiscarded,
    RequestStarted,
    SubmitPrompt,
)
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import CallFinished, CallStarted, ConversationCompacted, ReplyCompleted, TurnFinished, TurnStarted
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Command, Event, classes_of
from actors.runtime.signals import ActorFailed
from actors.transcript import Usage
from ui import exit_codes
from ui.compaction_line import compaction_line
from ui.headless.event_lines import event_line
from ui.headless.pipe_writer import PipeWriter
from ui.headless.reports import Report
from ui.headless.script_input import EndInput, TakePrompt

STDOUT, STDERR = 1, 2
LOG_DELAY = 0.3
"""Seconds after the first request."""
SAID_FROM = 3.0
"""Seconds of a pause before another attempt that a person should know about."""
NO_PERSON = "No person can answer in this run: decide by yourself, or say what you need to know."


class InterruptWork(Command, frozen=True):
    """SIGINT: end the turn, then the program."""

    urgent: ClassVar[bool] = True


class OpenLog(Command, frozen=True):
    """The model has been asked and there is nothing to do but wait."""


class LoseReader(Command, frozen=True):
    """This descriptor takes no more. `gone`: its reader has left; otherwise what was written is lost."""

    descriptor: int
    gone: bool


Told: TypeAlias = TakePrompt | EndInput | InterruptWork | LoseReader | OpenLog | DrainScreen
Heard: TypeAlias = (
    PromptRefused
    | TurnStarted
    | TurnFinished
    | RequestStarted
    | ReplyDiscarded
    | ReplyCompleted
    | CallStarted
    | CallFinished
    | ConversationCompacted
    | NoticeRaised
    | ApprovalRequested
    | QuestionAsked
    | ActorFailed
)
Received: TypeAlias = Told | Event
"""Every event may be asked for: with `--events`, and by reports that stream."""
RECEIVES = classes_of(Told | Heard)
"""What it hears at the least."""


class HeadlessPorts(Struct, frozen=True):
    """What the actor works with; all of it outlives a restart."""

    report: Report
    writer: PipeWriter
    end: Callable[[int, str], object]
    """Order the end of the program: exit code, reason."""
    done: Callable[[], object]
    """One instruction was carried out."""
    open_log: Callable[[], object]
    """Begin to write the session's log; costs an import, so it waits until the model is being waited for."""
    events: int = -1
    """Descriptor for every event, or -1."""
    verbose: bool = False
    clean: Callable[[str], str] = str


class HeadlessProgress:
    """What is to be done and what became of it; outlives a restart."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.prompt: PromptId | None = None
        """The prompt that is being worked on."""
        self.input_ended = False
        self.problem = ""
        self.exit_code = exit_codes.DONE
        self.interrupted = False
        self.cut = False
        """The last answer was cut short by its limit of tokens."""
        self.opened = False
        self.log_opened = False
        self.finishing = False
        """Everything is done; the reader has not taken all of it yet."""
        self.ending = False


class HeadlessActor(Behaviour[Received]):
    """The actor of the headless front end."""

    def __init__(self, context: Context, controller: HeadlessPorts, progress: HeadlessProgress) -> None:
        self._context = context
        self._controller = controller
        self._progress = progress

    def handle(self, message: Received) -> None:
        """One instruction, signal or event."""
        match message:
            case Event():
                self._heard(message)
            case _:
                self._told(message)

    def failed_on(self, message: Received) -> None:
        """Answer what a predecessor failed on, so that no actor waits for ever."""
        match message:
            case DrainScreen():
                self._controller.writer.after_all(lambda: self._context.send(ScreenDrained()), hurried=True)
            case TurnFinished(prompt=prompt) if prompt == self._progress.prompt:
                self._give_up(prompt, "The end of the turn could not be reported; the journal has it.")
            case TurnFinished():
                self._go_on()
            case ApprovalRequested(turn=turn, call=call):
                self._context.send(AnswerApproval(turn, call, "no", NO_PERSON))
            case QuestionAsked(turn=turn, call=call):
                self._context.send(AnswerQuestion(turn, call, NO_PERSON))
            case TakePrompt() | EndInput() | PromptRefused():
                self._end(exit_codes.FAILED, f"the front end failed on {type(message).__name__}")
            case _:
                self._say(f"warning: {type(message).__name__} could not be reported")

    def _told(self, message: Told) -> None:
        progress = self._progress
        match message:
            case TakePrompt(text=text):
                progress.waiting.append(text)
                self._go_on()
            case EndInput(problem=problem):
                progress.input_ended = True
                progress.problem = problem
                self._go_on()
            case InterruptWork():
                self._interrupt()
            case LoseReader(descriptor=descriptor, gone=gone):
                if descriptor == STDOUT or not gone:  # `head` leaves, which is no mistake, but whom is it for now?
                    self._end(exit_codes.FAILED, "the answer has no reader")
            case OpenLog():
                self._controller.open_log()
            case DrainScreen(reason=reason):
                self._drain(reason)
            case _:
                assert_never(message)

    def _heard(self, event: Event) -> None:
        if self._controller.events >= 0:
            self._controller.writer.write(self._controller.events, event_line(event, self._context.wall()))
        self._print(self._controller.report.heard(event, self._context.now()))
        match event:
            case TurnStarted() if self._progress.interrupted:
                self._context.send(CancelTurn())
            case RequestStarted() if not self._progress.log_opened:
                self._progress.log_opened = True
                self._context.after(LOG_DELAY, OpenLog())
            case ReplyCompleted(message=message):
                self._progress.cut = message.cut
            case TurnFinished():
                self._finished(event)
            case PromptRefused(reason=reason, prompt=prompt):
                if prompt == self._progress.prompt:
                    self._give_up(prompt, f"The prompt was refused: {reason}")
            case ApprovalRequested(turn=turn, call=call):
                self._context.send(AnswerApproval(turn, call, "no", NO_PERSON))
            case QuestionAsked(turn=turn, call=call):
                self._context.send(AnswerQuestion(turn, call, NO_PERSON))
            case _:
                self._remark(event)

    def _remark(self, event: Event) -> None:
        """What a person should see on stderr."""
        match event:
            case NoticeRaised(level=level, text=text):
                self._say(text if level == "info" else f"{level}: {text}")
            case ActorFailed(actor=actor, problem=problem):
                self._say(f"warning: {actor} failed and was replaced: {problem}")
            case ConversationCompacted():
                self._say(compaction_line(event))
            case ReplyDiscarded(reason=reason, attempt=attempt, seconds=seconds) if seconds >= SAID_FROM:
                self._say(f"warning: {reason.rstrip('.')}; attempt {attempt} begins in {seconds:.0f} s")
            case CallStarted(name=name, subject=subject) if self._controller.verbose:
                self._say(f"{name}({subject})")
            case CallFinished(name=name, result=result) if self._controller.verbose:
                self._say(f"{name}: {result.outcome}")
            case _:
                pass

    def _go_on(self) -> None:
        """Begin the next prompt if none is being worked on; end if there is none and none will come."""
        progress = self._progress
        if progress.prompt is not None or progress.finishing or progress.ending:
            return
        if progress.waiting and not progress.interrupted:
            if not progress.opened:
                progress.opened = True
                self._print(self._controller.report.opened())
            progress.prompt = PromptId(f"script-{os.urandom(6).hex()}")
            self._context.send(SubmitPrompt(progress.prompt, progress.waiting.popleft()))
        elif progress.interrupted:
            self._end(exit_codes.INTERRUPTED, "interrupted")
        elif progress.input_ended:
            if progress.problem:
                self._say(f"error: {progress.problem}")
            self._finish(exit_codes.USAGE if progress.problem else progress.exit_code, "everything is done")

    def _finished(self, event: TurnFinished) -> None:
        progress = self._progress
        if event.prompt != progress.prompt:
            return
        progress.prompt = None
        cut = event.outcome == "done" and progress.cut
        progress.exit_code = progress.exit_code or (exit_codes.LIMIT if cut else exit_codes.OF_OUTCOME[event.outcome])
        if event.outcome != "done" and not progress.ending and not progress.interrupted:
            self._say(f"{event.outcome}: {event.text}")
        self._controller.done()
        self._go_on()

    def _give_up(self, prompt: PromptId, reason: str) -> None:
        """The prompt has no turn, or its turn has no end; it gets its result all the same."""
        event = TurnFinished(NO_TURN, prompt, "failed", reason, Usage(), 0, 0.0)
        self._print(self._controller.report.heard(event, self._context.now()))
        self._finished(event)

    def _interrupt(self) -> None:
        self._progress.interrupted = True
        if self._progress.prompt is None:
            self._end(exit_codes.INTERRUPTED, "interrupted")
        else:
            self._context.send(CancelTurn())

    def _drain(self, reason: str) -> None:
        """Everything is out before this is acknowledged; a prompt without a result gets one."""
        self._progress.ending = True
        if self._progress.prompt is not None:
            self._give_up(self._progress.prompt, f"Stopped before it was finished: {reason}")
        self._print(self._controller.report.closed())
        self._controller.writer.after_all(lambda: self._context.send(ScreenDrained()), hurried=True)

    def _finish(self, exit_code: int, reason: str) -> None:
        """End when the reader has everything. Called on the pipe writer's thread; the end does not need this actor."""
        self._progress.finishing = True
        self._print(self._controller.report.closed())
        self._controller.writer.after_all(lambda: self._end(exit_code, reason))

    def _end(self, exit_code: int, reason: str) -> None:
        if not self._progress.ending:
            self._progress.ending = True
            self._controller.end(exit_code, reason)

    def _print(self, data: bytes) -> None:
        if data:
            self._controller.writer.write(STDOUT, data)

    def _say(self, text: str) -> None:
        line = self._controller.clean(f"callboard: {text}").rstrip("\n")
        self._controller.writer.write(STDERR, f"{line}\n".encode("utf-8", "replace"))
