"""The clerk, told things and listened to; no company is needed for that."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.messages import (
    CancelTurn,
    NoticeRaised,
    PromptRefused,
    QuestionAsked,
    ReplyDiscarded,
    RequestStarted,
    SubmitPrompt,
)
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import CallFinished, ReplyCompleted, TurnFinished, TurnOutcome, TurnStarted
from actors.transcript import AssistantMessage, Usage
from tools.tool import Question, ToolResult
from ui.headless.headless_actor import (
    STDERR,
    STDOUT,
    HeadlessActor,
    HeadlessPorts,
    HeadlessProgress,
    InterruptWork,
    LoseReader,
    OpenLog,
    Received,
)
from ui.headless.pipe_writer import PipeWriter
from ui.headless.reports import TextReport
from ui.headless.script_input import EndInput, TakePrompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.message import Command, Message

TURN = TurnId("t")


class NoTimer:
    def cancel(self) -> None:
        pass


class StagedContext:
    """Remembers what the clerk sends."""

    name = "ui"

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.later: list[Command] = []
        self.drained = threading.Event()

    def send(self, message: Message) -> None:
        self.sent.append(message)
        if isinstance(message, ScreenDrained):
            self.drained.set()

    def after(self, seconds: float, command: Command) -> NoTimer:
        del seconds
        self.later.append(command)
        return NoTimer()

    def now(self) -> float:
        return 0.0

    def wall(self) -> float:
        return 1.5

    def log(self, event: str, **fields: object) -> None:
        raise AssertionError(f"nothing strange was sent, but: {event} {fields}")


class QuietWriter(PipeWriter):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__(lambda _number, _problem: None)
        self.written: dict[int, bytes] = {}
        self.reads = True
        self.later: list[Callable[[], object]] = []

    def write(self, descriptor: int, data: bytes) -> None:
        self.written[descriptor] = self.written.get(descriptor, b"") + data

    def after_all(self, action: Callable[[], object], *, hurried: bool = False) -> None:
        if self.reads or hurried:
            action()
        else:
            self.later.append(action)


@dataclass
class Stage:
    """A clerk and everything around it."""

    verbose: bool = False
    events: int = -1
    context: StagedContext = field(default_factory=StagedContext)
    writer: QuietWriter = field(default_factory=QuietWriter)
    progress: HeadlessProgress = field(default_factory=HeadlessProgress)
    ended: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    done: int = 0
    logs: int = 0

    def __post_init__(self) -> None:
        controller = HeadlessPorts(
            TextReport(str),
            self.writer,
            lambda code, reason: self.ended.append((code, reason)),
            self.count_done,
            self.count_log,
            self.events,
            self.verbose,
        )
        self.headless_actor = HeadlessActor(self.context, controller, self.progress)

    def count_done(self) -> None:
        self.done += 1

    def count_log(self) -> None:
        self.logs += 1

    def tell(self, *messages: Received) -> Stage:
        for message in messages:
            self.headless_actor.handle(message)
        return self

    def submitted(self) -> list[SubmitPrompt]:
        return [message for message in self.context.sent if isinstance(message, SubmitPrompt)]

    def finish(self, outcome: TurnOutcome = "done", text: str = "answer") -> Stage:
        prompt = self.submitted()[-1].prompt
        return self.tell(TurnStarted(TURN, prompt, ""), TurnFinished(TURN, prompt, outcome, text, Usage(), 1, 1.0))

    def out(self) -> str:
        return self.writer.written.get(STDOUT, b"").decode()

    def err(self) -> str:
        return self.writer.written.get(STDERR, b"").decode()


def test_one_prompt_is_done_answered_on_stdout_and_ends_with_code_0() -> None:
    stage = Stage().tell(TakePrompt("do it"), EndInput())
    assert [prompt.text for prompt in stage.submitted()] == ["do it"]
    assert stage.ended == []
    stage.finish(text="It is done.")
    assert stage.out() == "It is done.\n"
    assert stage.err() == ""
    assert [code for code, _ in stage.ended] == [0]


def test_every_outcome_has_its_exit_code_and_says_why_on_stderr() -> None:
    expected: dict[TurnOutcome, int] = {"failed": 1, "limit": 3, "denied": 4, "unavailable": 75, "cancelled": 130}
    for outcome, code in expected.items():
        stage = Stage().tell(TakePrompt("x"), EndInput()).finish(outcome, "the reason")
        assert stage.ended[0][0] == code
        assert "the reason" in stage.err()
        assert stage.out() == ""


def test_an_answer_that_was_cut_short_is_printed_and_is_a_limit() -> None:
    cut = ReplyCompleted(TURN, RequestId("r"), AssistantMessage.of("answ", stop_reason="length"), Usage())
    stage = Stage().tell(TakePrompt("x"), EndInput(), cut).finish(text="answ")
    assert (stage.out(), [code for code, _ in stage.ended]) == ("answ\n", [3])


def test_prompts_are_done_one_after_the_other_and_the_first_failure_is_the_exit_code() -> None:
    stage = Stage().tell(TakePrompt("one"), TakePrompt("two"), TakePrompt("three"))
    assert len(stage.submitted()) == 1
    stage.finish().finish("limit")
    assert stage.done == 2
    stage.finish("failed").tell(EndInput())
    assert [prompt.text for prompt in stage.submitted()] == ["one", "two", "three"]
    assert [code for code, _ in stage.ended] == [3]


def test_input_that_cannot_be_understood_ends_with_code_2_after_what_came_before_it() -> None:
    stage = Stage().tell(TakePrompt("one"), EndInput("line 2: broken"))
    assert stage.ended == []
    stage.finish()
    assert [code for code, _ in stage.ended] == [2]
    assert "line 2: broken" in stage.err()


def test_an_interrupt_cancels_the_turn_drops_what_waits_and_ends_with_130() -> None:
    stage = Stage().tell(TakePrompt("one"), TakePrompt("two"), InterruptWork())
    assert isinstance(stage.context.sent[-1], CancelTurn)
    stage.finish("cancelled")
    assert len(stage.submitted()) == 1
    assert [code for code, _ in stage.ended] == [130]
    assert stage.err() == ""


def test_an_interrupt_before_the_turn_has_started_cancels_it_when_it_does() -> None:
    stage = Stage().tell(TakePrompt("one"), InterruptWork())
    before = len(stage.context.sent)
    stage.tell(TurnStarted(TURN, stage.submitted()[0].prompt, "one"))
    assert [type(message) for message in stage.context.sent[before:]] == [CancelTurn]


def test_an_interrupt_with_nothing_to_do_ends_at_once() -> None:
    assert [code for code, _ in Stage().tell(InterruptWork()).ended] == [130]


def test_a_reader_that_left_ends_the_work_quietly() -> None:
    stage = Stage().tell(TakePrompt("one"), LoseReader(STDOUT, gone=True))
    assert [code for code, _ in stage.ended] == [1]
    stage.finish("cancelled")
    assert stage.err() == ""


def test_a_prompt_that_is_refused_fails_instead_of_waiting_for_ever() -> None:
    stage = Stage().tell(TakePrompt("one"), EndInput())
    stage.tell(PromptRefused(stage.submitted()[0].prompt, "one", "stopping"))
    assert [code for code, _ in stage.ended] == [1]
    assert "stopping" in stage.err()


def test_the_end_waits_for_a_slow_reader_and_a_signal_does_not() -> None:
    stage = Stage()
    stage.writer.reads = False
    stage.tell(TakePrompt("do it"), EndInput()).finish()
    assert (stage.out(), stage.ended) == ("answer\n", [])
    (everything_read,) = stage.writer.later
    stage.tell(InterruptWork())
    assert [code for code, _ in stage.ended] == [130]
    everything_read()
    assert len(stage.ended) == 1


def test_a_reader_that_leaves_while_the_end_waits_for_it_is_no_success() -> None:
    stage = Stage()
    stage.writer.reads = False
    stage.tell(TakePrompt("do it"), EndInput()).finish().tell(LoseReader(STDOUT, gone=True))
    assert [code for code, _ in stage.ended] == [1]


def test_draining_gives_an_unfinished_prompt_its_end_and_starts_nothing_more() -> None:
    """S3-12: nothing is drained before everything is written."""
    stage = Stage().tell(TakePrompt("one"), TakePrompt("two"), EndInput(), DrainScreen(143, "SIGTERM"))
    assert stage.context.drained.is_set()
    assert len(stage.submitted()) == 1


def test_questions_are_answered_since_nobody_is_there() -> None:
    stage = Stage().tell(QuestionAsked(TURN, CallId("c"), Question("which?")))
    assert "No person" in str(stage.context.sent[-1])


def test_notices_go_to_stderr_and_tool_calls_only_when_asked_for() -> None:
    finished = CallFinished(TURN, CallId("c"), "read_file", ToolResult("ok", "text"))
    stage = Stage().tell(NoticeRaised("warning", "careful"), finished)
    assert stage.err() == "callboard: warning: careful\n"
    assert Stage(verbose=True).tell(finished).err() == "callboard: read_file: ok\n"


def test_a_wait_of_more_than_a_few_seconds_is_said_on_stderr() -> None:
    request = RequestId("r")
    stage = Stage().tell(ReplyDiscarded(TURN, request, "cut off", 2, 0.5))
    assert stage.err() == ""
    stage.tell(ReplyDiscarded(TURN, request, "The server is busy (status 429).", 3, 20.0))
    assert stage.err() == "callboard: warning: The server is busy (status 429); attempt 3 begins in 20 s\n"


def test_the_log_is_opened_once_while_the_model_is_waited_for() -> None:
    stage = Stage().tell(RequestStarted(TURN, RequestId("r"), 1), RequestStarted(TURN, RequestId("r2"), 1))
    (later,) = stage.context.later
    assert isinstance(later, OpenLog)
    assert stage.logs == 0
    assert stage.tell(later).logs == 1


def test_every_event_becomes_a_line_also_with_text_that_is_not_unicode() -> None:
    stage = Stage(events=9)
    stage.tell(NoticeRaised("info", "a\udcff"), PromptRefused(PromptId("p"), "", ""))
    first, second = stage.writer.written[9].decode().splitlines()
    assert first == '{"at":1.5,"type":"NoticeRaised","data":{"level":"info","text":"a?"}}'
    assert '"type":"PromptRefused"' in second
    assert os.linesep not in first


def failing(*before: Received) -> Stage:
    """A clerk whose predecessor did this and failed on what comes next."""
    return Stage().tell(*before)


def test_a_turns_end_that_a_predecessor_failed_on_ends_the_program_all_the_same() -> None:
    stage = failing(TakePrompt("do it"), EndInput())
    prompt = stage.submitted()[-1].prompt
    stage.headless_actor.failed_on(TurnFinished(TURN, prompt, "done", "It is done.", Usage(), 1, 1.0))
    assert [code for code, _ in stage.ended] == [1]
    assert "the journal has it" in stage.err()


def test_a_turns_end_that_was_reported_before_the_failure_is_not_reported_again() -> None:
    stage = failing(TakePrompt("one"), TakePrompt("two"), EndInput())
    first = stage.submitted()[0].prompt
    stage.finish()
    assert len(stage.submitted()) == 2
    stage.headless_actor.failed_on(TurnFinished(TURN, first, "done", "answer", Usage(), 1, 1.0))
    assert stage.ended == []
    stage.finish()
    assert [code for code, _ in stage.ended] == [0]


def test_what_somebody_waits_for_is_answered_after_a_failure() -> None:
    stage = failing(TakePrompt("do it"))
    stage.headless_actor.failed_on(QuestionAsked(TURN, CallId("c"), Question("which?")))
    stage.headless_actor.failed_on(DrainScreen(0, "done"))
    assert [type(message).__name__ for message in stage.context.sent[-2:]] == ["AnswerQuestion", "ScreenDrained"]


def test_an_instruction_that_was_lost_ends_the_program_as_failed() -> None:
    stage = Stage()
    stage.headless_actor.failed_on(TakePrompt("do it"))
    assert [code for code, _ in stage.ended] == [1]
