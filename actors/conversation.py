"""The session as a value: what the journal's records add up to.

The turn loop applies each record as it commits it, the journal applies the same records as it reads them back, so the
live state and the replayed one are equal by construction. Nothing here decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from actors.messages import (
    ApprovalAnswered,
    CallFinished,
    CallStarted,
    ConversationCleared,
    PromptAccepted,
    PromptWithdrawn,
    ReplyCompleted,
    SessionOpened,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.shared_shell import told
from actors.transcript import EMPTY, NOTHING_USED, ToolCall, ToolMessage, Transcript, Usage, UserMessage
from tools.tool import ToolResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actors.messages import Record

INTERRUPTED = ToolResult(
    "error",
    "Interrupted: Callboard ended before this call was answered. It may have taken effect, in part or in whole; "
    "look before you do it again.",
)
NEVER_RAN = ToolResult("cancelled", "Interrupted: Callboard ended before this call began. It had no effect.")

LONGEST_NUMBER = 10


class Waiting(Struct, frozen=True):
    """A prompt that was accepted and has not begun."""

    prompt: str
    text: str


class Conversation(Struct, frozen=True):
    """Everything that survives a crash. `shared` are commands of the person's own that the next prompt takes along."""

    transcript: Transcript = EMPTY
    waiting: tuple[Waiting, ...] = ()
    turn: TurnStarted | None = None
    started: tuple[str, ...] = ()
    """Calls of the present step that were allowed to act."""
    shared: tuple[ShellShared, ...] = ()
    usage: Usage = NOTHING_USED
    turns: int = 0
    """Number of the last turn. A number is never given twice, also where a turn's start could not be written."""
    requests: int = 0

    def unanswered(self) -> tuple[ToolCall, ...]:
        """See `Transcript`."""
        return self.transcript.unanswered()

    def interrupted(self, call: ToolCall) -> ToolResult:
        """The answer of a call that nobody can answer any more."""
        return INTERRUPTED if call.id in self.started else NEVER_RAN


NEW = Conversation()
"""A session in which nothing was said yet."""


def fold(records: Iterable[Record]) -> Conversation:
    """The conversation that these records make."""
    conversation = NEW
    for record in records:
        conversation = apply(conversation, record)
    return conversation


def apply(conversation: Conversation, record: Record) -> Conversation:  # noqa: C901, PLR0911 - one line a record
    """The conversation after one more record."""
    match record:
        case SessionOpened() | ApprovalAnswered():
            return conversation
        case PromptAccepted(prompt=prompt, text=text):
            return replace(conversation, waiting=(*conversation.waiting, Waiting(prompt, text)))
        case PromptWithdrawn(prompt=prompt):
            return replace(conversation, waiting=_without(conversation, prompt))
        case TurnStarted():
            return _turn_started(conversation, record)
        case ReplyCompleted():
            return _reply_completed(conversation, record)
        case CallStarted(call=call):
            return replace(conversation, started=(*conversation.started, call))
        case CallFinished(call=call, name=name, result=result):
            answer = ToolMessage(call, name, result)
            return replace(conversation, transcript=conversation.transcript.answer(answer))
        case TurnFinished():
            return closed(conversation)
        case ConversationCleared():
            return replace(conversation, transcript=EMPTY, shared=())
        case ShellShared():
            return replace(conversation, shared=(*conversation.shared, record))
        case _:
            assert_never(record)


def closed(conversation: Conversation) -> Conversation:
    """The conversation without an open turn or an open call."""
    return replace(_balanced(conversation), turn=None)


def _number(turn: str) -> int:
    digits = turn.removeprefix("t")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < LONGEST_NUMBER else 0


def _turn_started(conversation: Conversation, record: TurnStarted) -> Conversation:
    balanced = _balanced(conversation)
    ran = "".join(told(shared.command, shared.exit_code, shared.output) for shared in conversation.shared)
    return replace(
        balanced,
        transcript=balanced.transcript.add(UserMessage(ran + record.text)),
        waiting=_without(conversation, record.prompt),
        turn=record,
        shared=(),
        turns=max(conversation.turns + 1, _number(record.turn)),
    )


def _reply_completed(conversation: Conversation, record: ReplyCompleted) -> Conversation:
    message = record.message
    transcript = conversation.transcript
    return replace(
        conversation,
        transcript=transcript.add(message) if message.text or message.calls else transcript,
        usage=conversation.usage + record.usage,
        requests=conversation.requests + 1,
        started=(),
    )


def _balanced(conversation: Conversation) -> Conversation:
    transcript = conversation.transcript
    for call in conversation.unanswered():
        transcript = transcript.answer(ToolMessage(call.id, call.name, conversation.interrupted(call)))
    return replace(conversation, transcript=transcript, started=())


def _without(conversation: Conversation, prompt: str) -> tuple[Waiting, ...]:
    return tuple(waiting for waiting in conversation.waiting if waiting.prompt != prompt)
