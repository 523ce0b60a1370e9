"""The journal's file format: the events that are written down, before anything follows from them.

The journal (`actors.journal.journal`) writes and reads them, `actors.conversation` folds them into the state of the
session. What a record holds is decoded here, in `actors.blocks`, `actors.transcript` and `tools.tool`; the line around
it is the journal's. `FORMAT` stands in each `SessionOpened`, which begins every run of a session. The rules:

- A new field has a default, which means what its absence meant; a field's meaning and its default never change.
- A new record class, a new type of block or a new stop reason that an older version may pass over keeps the number.
- Everything else is a new number: then `actors.journal.formats` reads the older ones, and an older Callboard refuses
  the session before it writes. The line's `n` and `type` and the record's `format` stay where they are for ever.

Compaction (`CompactionStarted`, `ConversationCompacted`, `ModelAdvised`) kept the number: a version that passes over
these records has the whole talk in its requests instead of a shorter one, in which every call still has its answer.

Format 1 had no number and flat answers (`text`, `reasoning`, `calls`, `interrupted`). Format 2 has content blocks.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from actors.context.facts import NO_FACTS_YET, SessionFacts
from actors.ids import NO_REQUEST, CallId, PromptId, RequestId, SessionId, TurnId
from actors.runtime.message import Event
from actors.transcript import NOTHING_USED, AssistantMessage, Usage
from config.model_facts import NO_FACTS, ModelFacts
from tools.tool import Effects, ToolResult

FORMAT = 2
"""The number of the format that is written."""

TurnOutcome: TypeAlias = Literal["done", "failed", "unavailable", "limit", "denied", "cancelled"]
"""`failed`: the agent's fault; `unavailable`: the provider's, a retry may help; `denied`: policy, no person to ask."""

LimitKind: TypeAlias = Literal["", "turns", "tokens", "budget", "time", "context"]
"""Which limit ended a turn; empty: none, or it was not written down."""

CompactionReason: TypeAlias = Literal["threshold", "refused", "asked"]
"""The window was nearly full; the provider refused a request as too long; the person wanted it."""

CompactionMethod: TypeAlias = Literal["folded", "summary", "mechanical"]
"""Results were folded, no message was replaced; or a summary took their place, the model's or one made without it."""

ApprovalAnswer: TypeAlias = Literal["once", "session", "always", "no"]


class SessionOpened(Event, frozen=True):
    """First line of a journal, and again each time the session is continued. `at` is UTC seconds since 1970.

    `format` is the number of the file's format from here on; a line without it is of format 1.
    """

    session: SessionId
    directory: str
    model: str
    version: str
    at: float
    format: int = FORMAT


class PromptAccepted(Event, frozen=True):
    """The prompt is safe in the journal; its turn has begun or it waits in the queue."""

    prompt: PromptId
    text: str


class PromptWithdrawn(Event, frozen=True):
    """A queued prompt was taken back."""

    prompt: PromptId
    text: str


class TurnStarted(Event, frozen=True):
    """The oldest queued prompt is being worked on."""

    turn: TurnId
    prompt: PromptId
    text: str


class ReplyCompleted(Event, frozen=True):
    """One whole answer of the model, or what had arrived of it when it was interrupted."""

    turn: TurnId
    request: RequestId
    message: AssistantMessage
    usage: Usage
    cost: float | None = None
    """USD; None: the prices are not known."""
    waited: float | None = None
    """Seconds from the request to the first of the answer; None: not measured."""
    counted: int = 0
    """Input tokens of the attempt that was answered, where `usage` holds those of others, too; 0: it does not."""


class ApprovalAnswered(Event, frozen=True):
    """What the person decided about a call."""

    turn: TurnId
    call: CallId
    answer: ApprovalAnswer
    rule: str


class CallStarted(Event, frozen=True):
    """The call may act from now on; found without its `CallFinished` after a crash, it is never run again."""

    turn: TurnId
    call: CallId
    name: str
    subject: str
    effects: Effects


class CallFinished(Event, frozen=True):
    """The call's one answer."""

    turn: TurnId
    call: CallId
    name: str
    result: ToolResult


class TurnFinished(Event, frozen=True):
    """The prompt's one outcome. `text` is the last answer, or the reason and what to do next."""

    turn: TurnId
    prompt: PromptId
    outcome: TurnOutcome
    text: str
    usage: Usage
    steps: int
    seconds: float
    limit: LimitKind = ""


class ConversationCleared(Event, frozen=True):
    """The transcript is empty again; the journal keeps everything before."""


class CompactionStarted(Event, frozen=True):
    """A summary of the conversation is asked of the model. `before` is the size of a request then, in tokens.

    `turn` is one of its own where the person asked between two turns.
    """

    turn: TurnId
    request: RequestId
    reason: CompactionReason
    before: int
    focus: str = ""


class FoldedResult(Struct, frozen=True):
    """The result of a call as it is sent from now on; the whole stands in the call's own record."""

    call: CallId
    text: str


class ConversationCompacted(Event, frozen=True):
    """The transcript is shorter from here on; the journal keeps everything before.

    The results named by `folds` have other texts, and `summary`, where there is one, takes the place of the first
    `replaced` messages. `facts` is what the next compaction carries on of them. `before` and `after` are tokens of a
    request. `usage` and `cost` are those of the summary's request; `problem` says why it could not be used.
    """

    turn: TurnId
    reason: CompactionReason
    method: CompactionMethod
    folds: tuple[FoldedResult, ...] = ()
    replaced: int = 0
    summary: str = ""
    facts: SessionFacts = NO_FACTS_YET
    before: int = 0
    after: int = 0
    request: RequestId = NO_REQUEST
    usage: Usage = NOTHING_USED
    cost: float | None = None
    problem: str = ""


class ModelAdvised(Event, frozen=True):
    """The program tells the model something between two steps of a turn: it goes round in a circle."""

    turn: TurnId
    text: str


class ModelChanged(Event, frozen=True):
    """From the next turn on another model is asked. `provider` is its display name, `facts` what is known of it."""

    selector: str
    provider: str
    model: str
    facts: ModelFacts = NO_FACTS


class ShellShared(Event, frozen=True):
    """The person's own command and its output, for the model to see with the next prompt."""

    command: str
    output: str
    exit_code: int | None


Record: TypeAlias = (
    SessionOpened
    | PromptAccepted
    | PromptWithdrawn
    | TurnStarted
    | ReplyCompleted
    | ApprovalAnswered
    | CallStarted
    | CallFinished
    | TurnFinished
    | ConversationCleared
    | CompactionStarted
    | ConversationCompacted
    | ModelAdvised
    | ModelChanged
    | ShellShared
)
