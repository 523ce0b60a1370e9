"""What the turn loop knows, and the moves that several of its rules share: commit, begin, request, cancel, finish.

All of it is pure; `actors.turn_loop` holds the table of rules, `actors.turn_recovery` those for failures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from actors.conversation import NEW, Conversation, apply
from actors.messages import (
    NO_REQUEST,
    CancelCalls,
    CancelReply,
    Commit,
    PromptAccepted,
    PromptId,
    PromptRefused,
    QueueChanged,
    Record,
    RequestId,
    RequestReply,
    SubmitPrompt,
    TurnFinished,
    TurnId,
    TurnOutcome,
    TurnStarted,
    TurnTimeExpired,
    WorkStopped,
)
from actors.runtime.message import Command, Message
from actors.transcript import NOTHING_USED, Usage

if TYPE_CHECKING:
    from config.settings import Limits

Phase: TypeAlias = Literal["recovering", "idle", "asking", "running", "cancelling"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the turn is being cancelled."""

    outcome: TurnOutcome
    text: str


@dataclass(frozen=True, slots=True)
class TurnState:
    """Everything the loop knows. `conversation` is what the journal holds; the rest dies with the actor."""

    limits: Limits
    conversation: Conversation = NEW
    phase: Phase = "recovering"
    request: RequestId = NO_REQUEST
    steps: int = 0
    begun: float = 0.0
    usage: Usage = NOTHING_USED
    ending: Ending | None = None
    streamer_failures: int = 0
    open: bool = True
    stopping: bool = False
    stash: tuple[PromptAccepted, ...] = ()
    """Prompts that came while recovering; the journal has them, its report may not."""


@dataclass(frozen=True, slots=True)
class Later:
    """Send the command to oneself after so many seconds."""

    seconds: float
    command: Command


Sent: TypeAlias = tuple["Message | Later", ...]
Step: TypeAlias = tuple[TurnState, Sent]


def is_present(state: TurnState, turn: TurnId) -> bool:
    """Whether this is the turn that runs."""
    present = state.conversation.turn
    return present is not None and present.turn == turn


def committed(state: TurnState, records: tuple[Record, ...], *then: Command, sync: bool = False) -> Step:
    """The state with the records applied, and the commit that writes them."""
    conversation = state.conversation
    for record in records:
        conversation = apply(conversation, record)
    return replace(state, conversation=conversation), (Commit(records, then, sync),)


def queue_changed(state: TurnState) -> QueueChanged:
    """Who waits now."""
    return QueueChanged(tuple(PromptId(waiting.prompt) for waiting in state.conversation.waiting))


def begun(state: TurnState, now: float, *before: Record) -> Step:
    """Start the turn of the oldest prompt, in one commit with the records that lead to it."""
    conversation = state.conversation
    for record in before:
        conversation = apply(conversation, record)
    oldest = conversation.waiting[0]
    number = conversation.turns + 1
    started = TurnStarted(TurnId(f"t{number}"), PromptId(oldest.prompt), oldest.text)
    fresh = replace(state, usage=NOTHING_USED, steps=0, begun=now, ending=None, streamer_failures=0)
    state, sent = committed(fresh, (*before, started))
    state, request = requested(state)
    commit = sent[0]
    assert isinstance(commit, Commit)  # noqa: S101 - for the type checkers: _committed sends exactly that
    timer = () if state.limits.time is None else (Later(state.limits.time, TurnTimeExpired(started.turn)),)
    return state, (replace(commit, then=(request,)), queue_changed(state), *timer)


def requested(state: TurnState) -> tuple[TurnState, RequestReply]:
    """The state that waits for a reply, and the request for it."""
    turn = state.conversation.turn
    assert turn is not None  # noqa: S101 - only a turn makes requests
    again = "x" * state.streamer_failures
    request = RequestId(f"{turn.turn}-r{state.steps + 1}{again}")
    command = RequestReply(turn.turn, request, state.conversation.transcript)
    return replace(state, phase="asking", request=request), command


def cancelled(state: TurnState, ending: Ending) -> Step:
    """End what the turn is waiting for; it finishes when that has let go."""
    turn = state.conversation.turn
    if turn is None or state.phase not in ("asking", "running"):
        return state, ()
    command = CancelReply(turn.turn) if state.phase == "asking" else CancelCalls(turn.turn)
    return replace(state, phase="cancelling", ending=ending), (command,)


def finished(state: TurnState, ending: Ending, now: float, *before: Record) -> Step:
    """End the turn and begin the next one that waits."""
    turn = state.conversation.turn
    assert turn is not None  # noqa: S101 - only a turn ends
    end = TurnFinished(
        turn.turn, turn.prompt, ending.outcome, ending.text, state.usage, state.steps, max(0.0, now - state.begun)
    )
    state, sent = committed(replace(state, phase="idle", ending=None), (*before, end), sync=True)
    if state.stopping:
        return replace(state, stopping=False), (*sent, WorkStopped())
    if state.conversation.waiting and state.open:
        state, more = begun(state, now)
        return state, (*sent, *more)
    return state, sent


def submitted(state: TurnState, message: SubmitPrompt, now: float) -> Step:
    """A prompt begins, waits, or is refused."""
    if not state.open:
        return state, (PromptRefused(message.prompt, message.text, "Callboard is stopping."),)
    waiting = state.conversation.waiting
    if state.phase != "idle" and len(waiting) >= state.limits.queued_prompts:
        reason = (
            f"{len(waiting)} prompts are waiting already; wait for one to finish, or take one back with the up key."
        )
        return state, (PromptRefused(message.prompt, message.text, reason),)
    accepted = PromptAccepted(message.prompt, message.text)
    if state.phase == "recovering":
        return replace(state, stash=(*state.stash, accepted)), (Commit((accepted,)),)
    if state.phase == "idle":
        return begun(state, now, accepted)
    state, sent = committed(state, (accepted,))
    return state, (*sent, queue_changed(state))
