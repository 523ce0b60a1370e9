"""The turn loop's rules for failures: its own restart, a colleague's, and a journal that cannot be written.

Pure, like `actors.turn_loop`, whose table names them. Whatever happened, the prompt gets its one outcome, every call
its one answer, and no call runs again.
"""

from __future__ import annotations

from dataclasses import replace

from actors.conversation import Conversation, apply
from actors.messages import (
    NO_REQUEST,
    CallFinished,
    CallId,
    CancelCalls,
    CancelReply,
    Commit,
    ReceiveAnswer,
    ReceiveFailure,
    ReplyDiscarded,
    ReportConversation,
    TurnFinished,
    TurnStarted,
    WorkStopped,
)
from actors.turn_state import Ending, Sent, Step, TurnState, begun, finished, requested

STREAMER_FAILURES = 2
"""How often a request is made again because the streamer itself failed."""


def recovered(state: TurnState, conversation: Conversation, now: float) -> Step:
    """Go on from the journal: see to it that the turn that was open ends, begin what waits."""
    if state.phase != "recovering":
        return state, ()
    known = {waiting.prompt for waiting in conversation.waiting}
    for accepted in state.stash:
        if accepted.prompt not in known:
            conversation = apply(conversation, accepted)
    state = replace(state, conversation=conversation, phase="idle", ending=None, begun=now, stash=())
    turn = conversation.turn
    if turn is not None:
        return _abandoned(state, turn, now)
    if state.stopping:
        return replace(state, stopping=False), (WorkStopped(),)
    if conversation.waiting and state.open:
        return begun(state, now)
    return state, ()


def _abandoned(state: TurnState, turn: TurnStarted, now: float) -> Step:
    ending = Ending("failed", "The turn was interrupted before it ended. Send the prompt again, or say how to go on.")
    cancels: Sent = (CancelReply(turn.turn), CancelCalls(turn.turn))
    if state.conversation.unanswered():
        return replace(state, phase="cancelling", ending=ending), (*cancels, *_answers(state, turn))
    state, sent = finished(state, ending, now)
    return state, (*cancels, *sent)


def _answers(state: TurnState, turn: TurnStarted) -> tuple[Commit, ...]:
    """An answer for each open call, in case nobody else has one; the journal takes the first and refuses the others."""
    answers = (
        ReceiveAnswer(turn.turn, CallId(call.id), call.name, state.conversation.interrupted(call))
        for call in state.conversation.unanswered()
    )
    return tuple(
        Commit((CallFinished(answer.turn, answer.call, answer.name, answer.result),), (answer,)) for answer in answers
    )


def unwritten(state: TurnState, problem: str, now: float) -> Step:
    """Nothing that was committed happened; end the turn without a record, keep what is known."""
    turn = state.conversation.turn
    sent: Sent = ()
    if turn is not None:
        text = f"The turn was stopped: {problem}. What is not written was not done; free the disk and try again."
        end = TurnFinished(turn.turn, turn.prompt, "failed", text, state.usage, state.steps, now - state.begun)
        conversation = apply(state.conversation, end)
        state = replace(state, conversation=conversation, phase="idle", ending=None, request=NO_REQUEST)
        sent = (CancelReply(turn.turn), CancelCalls(turn.turn), end)
    if state.stopping:
        return replace(state, stopping=False), (*sent, WorkStopped())
    return state, sent


def restarted(state: TurnState, actor: str) -> Step:
    """An actor that worked for this turn lost what it was doing; see to it that the turn still ends."""
    turn = state.conversation.turn
    if actor == "journal":
        return replace(state, phase="recovering", request=NO_REQUEST), (ReportConversation(),)
    if turn is None or state.phase == "recovering":
        return state, ()
    if actor == "llm_streamer" and state.request:
        return _streamer_restarted(state, turn)
    if actor == "tool_runner" and state.phase in ("running", "cancelling"):
        return state, _answers(state, turn)
    return state, ()


def _streamer_restarted(state: TurnState, turn: TurnStarted) -> Step:
    failures = state.streamer_failures + 1
    state = replace(state, streamer_failures=failures)
    if state.ending is not None or failures > STREAMER_FAILURES:
        lost = ReceiveFailure(turn.turn, state.request, "malformed", "The streamer failed repeatedly; try again.", "")
        return state, (lost,)
    discarded = ReplyDiscarded(turn.turn, state.request, "the streamer failed", failures + 1, 0.0)
    state, request = requested(state)
    return state, (discarded, request)
