"""Plain mode: lines that are only added, and numbers to answer with."""

from __future__ import annotations

from pathlib import Path

from actors.ids import PromptId
from actors.messages import AnswerApproval, ApprovalRequested, CancelTurn, PromptRefused, ReplyStreamed, SubmitPrompt
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import ReplyCompleted, TurnFinished, TurnStarted
from actors.runtime.clock import RealClock, Timer
from actors.runtime.message import Command, Message
from actors.transcript import AssistantMessage, Usage
from tests.ui.chat_stage import opening_in
from tests.ui.dialogue import CALL, PROMPT, REQUEST, TURN
from ui.chat.plain_mode import PlainActor, PlainChat, Received, TakeInput, TakeLine
from ui.screen.messages import Key
from ui.screen.model import ScreenModel

APPROVAL = ApprovalRequested(TURN, CALL, "run_command", "make", "make", "")


class Recorded(PlainChat):
    """Keeps what would go to the terminal, and who is told what."""

    def __init__(self, first: str = "") -> None:
        super().__init__(opening_in(Path("/nowhere"), notices=("an old key",)), first)
        self.output = ""
        self.left: list[int] = []
        self.sent: list[Message] = []
        self.logged: list[str] = []
        self.clock = RealClock()
        self.name = "ui"
        self.actor = PlainActor(self, self, ScreenModel(verbatim=True))
        self.actor.started()

    def write(self, text: str) -> bool:
        self.output += text
        return True

    def leave(self, exit_code: int, reason: str) -> None:
        self.left.append(exit_code)
        self.log(reason)

    def tell(self, *messages: Received) -> str:
        before = len(self.output)
        for message in messages:
            self.actor.handle(message)
        return self.output[before:]

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def after(self, seconds: float, command: Command) -> Timer:
        return self.clock.call_later(seconds, lambda: self.send(command))

    def now(self) -> float:
        return self.clock.now()

    def wall(self) -> float:
        return self.clock.wall()

    def log(self, event: str, **fields: object) -> None:
        self.logged.append(f"{event} {fields}")


def test_a_line_becomes_a_prompt_and_the_answer_is_added() -> None:
    chat = Recorded()
    assert "! an old key" in chat.output
    chat.tell(TakeLine("do it"))
    prompt = chat.sent[0]
    assert isinstance(prompt, SubmitPrompt)
    added = chat.tell(
        TurnStarted(TURN, prompt.prompt, "do it"),
        ReplyCompleted(TURN, REQUEST, AssistantMessage.of("**Done**, and\n```py\nx = 1\n```"), Usage()),
        TurnFinished(TURN, prompt.prompt, "done", "", Usage(), 1, 0.1),
    )
    assert added == "\n**Done**, and\n```py\nx = 1\n```\n> "
    assert "\x1b" not in chat.output


def test_a_question_has_numbers_and_takes_them_or_a_reason() -> None:
    chat = Recorded()
    added = chat.tell(TurnStarted(TURN, PROMPT, "do it"), APPROVAL)
    assert "? Run this command?\n  make\n  1 Yes  y\n" in added
    assert added.endswith("> ")
    chat.tell(TakeLine("2"))
    assert chat.sent == [AnswerApproval(TURN, CALL, "session")]
    other = Recorded()
    other.tell(TurnStarted(TURN, PROMPT, "do it"), APPROVAL, TakeLine("not today"))
    assert other.sent == [AnswerApproval(TURN, CALL, "no", "not today")]


def test_an_interrupt_cancels_and_two_leave() -> None:
    chat = Recorded()
    chat.tell(TurnStarted(TURN, PROMPT, "do it"), TakeInput(Key("c-c", 1.0)))
    assert chat.sent == [CancelTurn()]
    chat.tell(TakeInput(Key("c-c", 1.5)))
    assert chat.left == [0]


def test_a_refused_prompt_is_written_out_again() -> None:
    """Pain 7."""
    added = Recorded().tell(PromptRefused(PromptId("p"), "the text", "the queue is full"))
    assert "Not taken: the queue is full" in added
    assert "Given back: the text" in added


def test_what_needs_a_cursor_is_not_there() -> None:
    chat = Recorded()
    assert "not there in plain mode" in chat.tell(TakeLine("/vim"))


def test_the_end_is_acknowledged_and_nothing_follows() -> None:
    """S3-15."""
    chat = Recorded()
    added = chat.tell(DrainScreen(143, "SIGTERM"))
    assert added == "Callboard ends: SIGTERM (exit code 143)\n"
    assert chat.sent == [ScreenDrained()]


def test_the_first_prompt_of_the_command_line_is_sent() -> None:
    assert [message.text for message in Recorded("at once").sent if isinstance(message, SubmitPrompt)] == ["at once"]


def test_not_one_character_of_an_answer_is_changed() -> None:
    """Pain 17: marks, tabs, blanks at the end, empty lines and code come as they are; only escapes are made visible."""
    answer = (
        "# T  \n\n\n**b** __init__.py *star*.py\t`x`  \n| a | b |\n|---|---|\n    four\n```py\nx\t= 1 \n```\n1. a\n1. b"
    )
    chat = Recorded()
    said = chat.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of(answer), Usage()))
    assert f"{answer}\n" in said
    assert "a␛[2Jb\tc\n" in chat.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("a\x1b[2Jb\tc"), Usage()))


def test_a_very_long_line_is_not_cut() -> None:
    chat, line = Recorded(), "word " * 2_000
    for start in range(0, len(line), 7):
        chat.tell(ReplyStreamed(TURN, REQUEST, line[start : start + 7]))
    assert f"\n{line}\n" in chat.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of(line), Usage()))
