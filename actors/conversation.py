"""The session as a value: what the journal's records add up to.

The turn loop applies each record as it commits it, the journal applies the same records as it reads them back, so the
live state and the replayed one are equal by construction. Nothing here decides anything.

A journal may have been damaged: any of its records may be missing. So whatever the records are, what they add up to is
a legal state. A turn whose start is lost is begun by its next record, with the prompt that waits longest; one whose end
is lost is closed by the next turn; a call whose answer is lost gets one that says so. What still does not fit is passed
over, but what it tells in passing is kept: no number is given twice, and no prompt is begun that came to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.context.facts import NO_FACTS_YET, SessionFacts
from actors.ids import CallId, PromptId, TurnId
from actors.persistent_vector import PersistentVector, vector_of
from actors.records import (
    ApprovalAnswered,
    CallFinished,
    CallStarted,
    CompactionStarted,
    ConversationCleared,
    ConversationCompacted,
    ModelAdvised,
    ModelChanged,
    PromptAccepted,
    PromptWithdrawn,
    ReplyCompleted,
    SessionOpened,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.shared_shell import told
from actors.transcript import EMPTY, NOTHING_USED, ToolMessage, Transcript, Usage, UserMessage
from tools.tool import ToolResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actors.records import Record

INTERRUPTED = ToolResult(
    "error",
    "Interrupted: Callboard ended before this call was answered. It may have taken effect, in part or in whole; "
    "look before you do it again.",
)
LOST = ToolResult(
    "error",
    "The answer of this call is missing from the journal. It may have taken effect; look before you do it again.",
)
NEVER_RAN = ToolResult("cancelled", "Interrupted: Callboard ended before this call began. It had no effect.")

LONGEST_NUMBER = 10


class Waiting(Struct, frozen=True):
    """A prompt that was accepted and has not begun."""

    prompt: PromptId
    text: str


class Counted(Struct, frozen=True):
    """The last request that a provider has counted: bytes of its transcript, tokens of the whole."""

    size: int
    tokens: int


class Conversation(Struct, frozen=True):
    """Everything that survives a crash. `shared` are commands of the person's own that the next prompt takes along."""

    transcript: Transcript = EMPTY
    waiting: tuple[Waiting, ...] = ()
    turn: TurnStarted | None = None
    started: tuple[CallId, ...] = ()
    """Calls of the present step that were allowed to act."""
    shared: tuple[ShellShared, ...] = ()
    usage: Usage = NOTHING_USED
    turns: int = 0
    """Number of the last turn. A number is never given twice, also where a turn's start could not be written."""
    requests: int = 0
    """Answers so far, summaries not among them."""
    model: str = ""
    """Which one the session was opened with last; what was counted of another one tells nothing."""
    switched: ModelChanged | None = None
    """The last change of the model since the session was opened."""
    prompts: PersistentVector[str] | tuple[str, ...] = ()
    """What the person said since the beginning, word for word."""
    facts: SessionFacts = NO_FACTS_YET
    """What compactions carry on of the messages that they replaced."""
    counted: Counted | None = None
    refused: int = 0
    """Tokens of the smallest request that was refused as too long, by our own estimate; 0 if none was."""
    compactions: int = 0
    summarised: int | None = None
    """`requests` when a model was last asked for a summary."""
    cost: float = 0.0
    """USD of the answers whose price is known."""
    unpriced: int = 0
    """Answers whose price is not known."""

    def unanswered(self) -> tuple[ToolCall, ...]:
        """The calls of the last answer that have no result yet."""
        return self.transcript.unanswered()

    def interrupted(self, call: ToolCall) -> ToolResult:
        """The answer of a call that no actor can answer any more."""
        return INTERRUPTED if call.id in self.started else NEVER_RAN


NEW = Conversation()
"""A session in which nothing was said yet."""


def fold(records: Iterable[Record]) -> Conversation:
    """The conversation that these records make."""
    conversation = NEW
    for record in records:
        conversation = apply(conversation, record)
    return conversation


def apply(conversation: Conversation, record: Record) -> Conversation:
    """The conversation after one more record."""
    return applied(conversation, record)[0]


def applied(conversation: Conversation, record: Record) -> tuple[Conversation, bool]:
    """The conversation after one more record, and whether the record fitted; if not, it was passed over."""
    conversation = _caught_up(conversation, record)
    if _fits(conversation, record):
        return _with(conversation, record), True
    return _passed_over(conversation, record), False


def in_doubt(conversation: Conversation) -> Conversation:
    """The conversation if something may be missing here: a call that is open may have been allowed to act."""
    asked = (call.id for call in conversation.unanswered() if call.id not in conversation.started)
    return replace(conversation, started=(*conversation.started, *asked))


def _with(conversation: Conversation, record: Record) -> Conversation:  # noqa: C901, PLR0911, PLR0912 - one line a record
    match record:
        case ApprovalAnswered():
            return conversation
        case SessionOpened(model=model):
            return replace(_of_model(conversation, model), switched=None)
        case ModelChanged(model=model):
            return replace(_of_model(conversation, model), switched=record)
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
            answer = ToolMessage.of(call, name, result)
            return replace(conversation, transcript=conversation.transcript.answer(answer))
        case TurnFinished(prompt=prompt):
            return replace(closed(conversation), waiting=_without(conversation, prompt))
        case ConversationCleared():
            emptied = replace(closed(conversation), transcript=EMPTY, shared=(), prompts=(), facts=NO_FACTS_YET)
            return replace(emptied, counted=None, summarised=None)
        case CompactionStarted():
            return replace(conversation, summarised=conversation.requests)
        case ConversationCompacted():
            return _compacted(conversation, record)
        case ModelAdvised(text=text):
            balanced = _balanced(conversation, LOST)
            return replace(balanced, transcript=balanced.transcript.add(UserMessage.of(text)))
        case ShellShared():
            return replace(conversation, shared=(*conversation.shared, record))
        case _:
            assert_never(record)


# ── Records that others should have come before ───────────────────────────────────────────────────────────────────


def _caught_up(conversation: Conversation, record: Record) -> Conversation:
    """The conversation with the turn open that the record speaks of, where the start of that turn is lost."""
    match record:
        case ReplyCompleted() | ApprovalAnswered() | CallStarted() | CallFinished() | ModelAdvised():
            begun = conversation.waiting[:1]
        case TurnFinished(prompt=prompt):
            begun = tuple(waiting for waiting in conversation.waiting if waiting.prompt == prompt)
        case _:
            return conversation
    if _number(record.turn) <= conversation.turns:
        return conversation
    for oldest in begun:
        return _turn_started(conversation, TurnStarted(record.turn, oldest.prompt, oldest.text))
    return replace(closed(conversation), turns=_number(record.turn))


def _fits(conversation: Conversation, record: Record) -> bool:  # noqa: PLR0911 - one line a record
    """Whether it says something that can be so. A late answer of a call changes nothing, and always may come."""
    turn = conversation.turn
    match record:
        case PromptAccepted(prompt=prompt):
            running = turn is not None and turn.prompt == prompt
            return not running and all(waiting.prompt != prompt for waiting in conversation.waiting)
        case PromptWithdrawn(prompt=prompt):
            return any(waiting.prompt == prompt for waiting in conversation.waiting)
        case TurnStarted():
            return not 0 < _number(record.turn) <= conversation.turns
        case ReplyCompleted() | TurnFinished() | ModelAdvised():
            return turn is not None and turn.turn == record.turn
        case CallStarted(call=call):
            return call not in conversation.started and any(call == asked.id for asked in conversation.unanswered())
        case CallFinished(call=call):
            return turn is None or turn.turn != record.turn or conversation.transcript.asks(call)
        case _:
            return True


def _passed_over(conversation: Conversation, record: Record) -> Conversation:
    match record:
        case TurnStarted(prompt=prompt) | TurnFinished(prompt=prompt):
            return replace(conversation, waiting=_without(conversation, prompt))
        case _:
            return conversation


# ── What each of them changes ─────────────────────────────────────────────────────────────────────────────────────


def closed(conversation: Conversation) -> Conversation:
    """The conversation without an open turn or an open call."""
    return replace(_balanced(conversation), turn=None)


def _number(turn: TurnId) -> int:
    digits = turn.removeprefix("t")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < LONGEST_NUMBER else 0


def _turn_started(conversation: Conversation, record: TurnStarted) -> Conversation:
    balanced = _balanced(conversation)
    ran = "".join(told(shared.command, shared.exit_code, shared.output) for shared in conversation.shared)
    return replace(
        balanced,
        transcript=balanced.transcript.add(UserMessage.of(ran + record.text)),
        prompts=_vector(conversation.prompts).append(record.text),
        waiting=_without(conversation, record.prompt),
        turn=record,
        shared=(),
        turns=max(conversation.turns + 1, _number(record.turn)),
    )


def _reply_completed(conversation: Conversation, record: ReplyCompleted) -> Conversation:
    message = record.message
    conversation = _balanced(conversation, LOST)
    transcript = conversation.transcript
    tokens = record.counted or (0 if message.interrupted else record.usage.input_tokens)
    return replace(
        _paid(conversation, record.usage, record.cost),
        counted=Counted(transcript.size, tokens) if tokens else conversation.counted,
        transcript=transcript if message.void else transcript.add(message),
        requests=conversation.requests + 1,
        started=(),
    )


def _paid(conversation: Conversation, usage: Usage, cost: float | None) -> Conversation:
    return replace(
        conversation,
        usage=conversation.usage + usage,
        cost=conversation.cost + (cost or 0.0),
        unpriced=conversation.unpriced + (cost is None and usage != NOTHING_USED),
    )


def _of_model(conversation: Conversation, model: str) -> Conversation:
    if model == conversation.model:
        return conversation
    return replace(conversation, model=model, counted=None, refused=0)


def _compacted(conversation: Conversation, record: ConversationCompacted) -> Conversation:
    conversation = _balanced(conversation, LOST)
    conversation = _paid(conversation, record.usage, record.cost)
    transcript = conversation.transcript
    if record.folds:
        transcript = transcript.with_texts({fold.call: fold.text for fold in record.folds})
    if record.replaced:
        transcript = transcript.behind(record.replaced, UserMessage.of(record.summary))
    refused = min(conversation.refused or record.before, record.before)
    return replace(
        conversation,
        transcript=transcript,
        facts=record.facts,
        compactions=conversation.compactions + 1,
        refused=refused if record.reason == "refused" else conversation.refused,
    )


def _balanced(conversation: Conversation, answer: ToolResult | None = None) -> Conversation:
    transcript = conversation.transcript
    for call in conversation.unanswered():
        transcript = transcript.answer(ToolMessage.of(call.id, call.name, answer or conversation.interrupted(call)))
    return replace(conversation, transcript=transcript, started=())


def _vector(items: PersistentVector[str] | tuple[str, ...]) -> PersistentVector[str]:
    return items if isinstance(items, PersistentVector) else vector_of(items)


def _without(conversation: Conversation, prompt: PromptId) -> tuple[Waiting, ...]:
    return tuple(waiting for waiting in conversation.waiting if waiting.prompt != prompt)
