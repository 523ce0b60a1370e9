"""The vocabulary of the actors: every message that one actor sends another.

Commands are imperatives with one receiver; events are in the past tense, for anyone. `Record` events are the journal:
they are published only after they were written. Every message of a turn carries its turn id. Values inside are frozen.
Records are in `actors.records`, the shutdown's own in `actors.phase_messages`, the context's in
`actors.context_messages`; what an actor tells itself is beside that actor.

    front end ── SubmitPrompt, CancelTurn ──▶ turn loop ── Commit ──▶ journal ── RequestReply ──▶ LLM streamer
                                                 ▲                      │  ▲                          │
                                                 └── ReceiveReply ──────┼──┼──────────────────────────┘
                                                                        │  │
                                      tool runner ◀── RunCalls ─────────┘  └── Commit ── tool runner
                                          │  ▲
                                 StartJob ▼  │ JobFinished
                                       PTY manager
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId, JobId, PromptId, RequestId, TurnId
from actors.llm.model_choice import ModelChoice
from actors.llm.port import FailureKind
from actors.records import ApprovalAnswer, Record
from actors.runtime.message import Command, Event, Message
from actors.transcript import NOTHING_USED, AssistantMessage, Transcript, Usage
from config.model_facts import ModelFacts
from tools.job import JobReport, JobRequest
from tools.tool import Effects, Question, TodoItem, ToolResult

if TYPE_CHECKING:
    from actors.conversation import Conversation
    from config.settings import PermissionMode

JOINED_CHARACTERS = 8_192
"""Streamed text is folded in a mailbox up to this length; beyond it a new message begins."""

NoticeLevel: TypeAlias = Literal["info", "warning", "error"]

# ── To the turn loop ──────────────────────────────────────────────────────────────────────────────────────────────


class SubmitPrompt(Command, frozen=True):
    """A person or a script wants this done; accepted, queued or refused, each with an event."""

    prompt: PromptId
    text: str


class WithdrawPrompt(Command, frozen=True):
    """Take a queued prompt back; `PromptWithdrawn` gives the text."""

    prompt: PromptId


class CancelTurn(Command, frozen=True):
    """End the turn that runs, if any; queued prompts stay queued."""

    urgent: ClassVar[bool] = True


class ClearConversation(Command, frozen=True):
    """Forget the talk so far (`/clear`); refused with a notice while a turn runs."""


class ShareShell(Command, frozen=True):
    """The person ran a command of their own with `!`; the model should know at its next turn."""

    command: str
    output: str
    exit_code: int | None


class ReceiveReply(Command, frozen=True):
    """The model's whole answer. `usage` is of all attempts, `facts` are of `model`; the rest is as in its record."""

    turn: TurnId
    request: RequestId
    message: AssistantMessage
    usage: Usage
    waited: float | None = None
    counted: int = 0
    model: str = ""
    facts: ModelFacts | None = None


class ReceiveFailure(Command, frozen=True):
    """The request ended without an answer, retries included. `partial` was shown; `usage` bought no answer."""

    turn: TurnId
    request: RequestId
    kind: FailureKind
    text: str
    partial: str
    usage: Usage = NOTHING_USED


class ReceiveAnswer(Command, frozen=True):
    """`CallFinished` is written. `unattended`: policy would have asked, and no person can answer: it is denied."""

    turn: TurnId
    call: CallId
    name: str
    result: ToolResult
    unattended: bool = False


class ReceiveConversation(Command, frozen=True):
    """The journal's own account of the session, to a turn loop that (re)starts from it."""

    conversation: Conversation
    report: str = ""
    """What was given with the `ReportConversation`; an answer to an earlier one is out of date."""


# ── To the LLM streamer ───────────────────────────────────────────────────────────────────────────────────────────


class RequestReply(Command, frozen=True):
    """Ask the model; answered with one `ReceiveReply` or `ReceiveFailure`. No person sees what comes of a summary."""

    turn: TurnId
    request: RequestId
    transcript: Transcript
    purpose: Literal["answer", "summary"] = "answer"


class CancelReply(Command, frozen=True):
    """End the request of this turn; it is answered with `ReceiveFailure(kind="cancelled")`."""

    urgent: ClassVar[bool] = True
    turn: TurnId


# ── To the tool runner ────────────────────────────────────────────────────────────────────────────────────────────


class RunCalls(Command, frozen=True):
    """Run these calls; each is answered with one `ReceiveAnswer`."""

    turn: TurnId
    calls: tuple[ToolCall, ...]


class CancelCalls(Command, frozen=True):
    """Answer what is still open as cancelled, end its jobs."""

    urgent: ClassVar[bool] = True
    turn: TurnId


class ExecuteCall(Command, frozen=True):
    """The journal wrote `CallStarted`; now the call may act."""

    turn: TurnId
    call: CallId


class AnswerApproval(Command, frozen=True):
    """The person's answer; `always` also adds the rule that was shown. `feedback` goes to the model with a no."""

    turn: TurnId
    call: CallId
    answer: ApprovalAnswer
    feedback: str = ""


class AnswerQuestion(Command, frozen=True):
    """The person's answer to a tool's question."""

    turn: TurnId
    call: CallId
    text: str


class ChangePermissionMode(Command, frozen=True):
    """From now on calls are judged in this mode; answered with `PermissionModeChanged`."""

    mode: PermissionMode


class FinishService(Command, frozen=True):
    """From an actor that received a command of a call (`actors.calls.service_command`): the call's result.

    One that comes after the call was answered otherwise, or twice, changes nothing.
    """

    turn: TurnId
    call: CallId
    result: ToolResult


class UseModel(Command, frozen=True):
    """To the LLM streamer: the change is written, so the next turn's requests go to this model."""

    choice: ModelChoice


# ── To the model switch ───────────────────────────────────────────────────────────────────────────────────────────


class ChangeModel(Command, frozen=True):
    """From the next turn on ask this model, named as with `-m`; answered with `ModelChanged` or a notice."""

    name: str


# ── To the PTY manager ────────────────────────────────────────────────────────────────────────────────────────────


class StartJob(Command, frozen=True):
    """Run a program; `JobStreamed` follow and one `JobFinished`."""

    turn: TurnId
    job: JobId
    request: JobRequest


class EndJob(Command, frozen=True):
    """End the job and its whole tree now; `JobFinished` follows. `expired`: its time limit, not a cancel."""

    urgent: ClassVar[bool] = True
    job: JobId
    expired: bool = False


class WriteToJob(Command, frozen=True):
    """Type this into the job's terminal."""

    job: JobId
    text: str


class ResizeJobs(Command, frozen=True):
    """The person's terminal has a new size."""

    rows: int
    columns: int


# ── To the journal ────────────────────────────────────────────────────────────────────────────────────────────────


class Commit(Command, frozen=True):
    """Write the records, then publish them, then send the commands: no actor acts on what is not written.

    `sync` waits until the disk has it: before a tool with effects, and at the end of a turn. `silent` records are
    written first and not published: what they say was told when it could not be written.
    """

    records: tuple[Record, ...]
    then: tuple[Message, ...] = ()
    sync: bool = False
    silent: tuple[Record, ...] = ()


class ReportConversation(Command, frozen=True):
    """What does the journal hold? Answered with `ReceiveConversation`, behind every commit sent before."""

    report: str = ""


# ── Events that are not kept ──────────────────────────────────────────────────────────────────────────────────────


class PromptRefused(Event, frozen=True):
    """The prompt was not taken: the queue is full, or Callboard is stopping. The text is given back."""

    prompt: PromptId
    text: str
    reason: str


class QueueChanged(Event, frozen=True):
    """The prompts that wait, oldest first."""

    waiting: tuple[PromptId, ...]


class RequestStarted(Event, frozen=True):
    """A request to the model goes out; attempt 1 is the first."""

    turn: TurnId
    request: RequestId
    attempt: int


class ReplyStreamed(Event, frozen=True):
    """Some more of the answer, token by token or folded."""

    turn: TurnId
    request: RequestId
    text: str
    reasoning: str = ""

    def joined(self, later: Message) -> ReplyStreamed | None:
        """Pieces of one request are one piece, as long as the order of text and reasoning stays."""
        if not isinstance(later, ReplyStreamed):
            return None
        if self.request != later.request or len(self.text) + len(self.reasoning) > JOINED_CHARACTERS:
            return None
        if self.text and later.reasoning:
            return None
        return ReplyStreamed(self.turn, self.request, self.text + later.text, self.reasoning + later.reasoning)


class ReplyDiscarded(Event, frozen=True):
    """What was streamed of this request is void: the stream was cut and another attempt begins in `seconds`."""

    turn: TurnId
    request: RequestId
    reason: str
    attempt: int
    seconds: float


class ApprovalRequested(Event, frozen=True):
    """A person must decide. `preview` is the diff or command, `rule` what `always` would add to the policy.

    `effects` is what the call may change; where it is not said, anything.
    """

    turn: TurnId
    call: CallId
    name: str
    subject: str
    preview: str
    rule: str
    effects: Effects = "commands"


class PermissionModeChanged(Event, frozen=True):
    """Calls are judged in this mode from now on."""

    mode: PermissionMode


class QuestionAsked(Event, frozen=True):
    """A tool asks the person; answered with `AnswerQuestion`."""

    turn: TurnId
    call: CallId
    question: Question


class RequestSettled(Event, frozen=True):
    """The approval or question of this call is no longer open: answered, cancelled or timed out."""

    turn: TurnId
    call: CallId


class JobStreamed(Event, frozen=True):
    """Some more output of a job."""

    turn: TurnId
    job: JobId
    stream: Literal["output", "errors"]
    text: str

    def joined(self, later: Message) -> JobStreamed | None:
        """Consecutive output of one stream of one job is one message."""
        if not isinstance(later, JobStreamed):
            return None
        if self.job != later.job or self.stream != later.stream or len(self.text) > JOINED_CHARACTERS:
            return None
        return replace(self, text=self.text + later.text)


class JobFinished(Event, frozen=True):
    """A job's tree is gone and its output was read to the end."""

    turn: TurnId
    job: JobId
    report: JobReport


class TodoChanged(Event, frozen=True):
    """The model's to-do list, whole."""

    turn: TurnId
    items: tuple[TodoItem, ...]


class JournalFailed(Event, frozen=True):
    """Records could not be written, so nothing that depended on them was done."""

    problem: str


class NoticeRaised(Event, frozen=True):
    """A line for the person: what happened and what to do next."""

    level: NoticeLevel
    text: str
