"""The turn loop's rules for failures: its own restart, a colleague's, and a journal that cannot be written.

Pure, like `actors.turn_loop`, whose table names them. Whatever happened, the prompt gets its one outcome, every call
its one answer, and no call runs again.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.conversation import Conversation, apply, closed
from actors.messages import (
    NO_REQUEST,
    CallFinished,
    CallId,
    CancelCalls,
    CancelReply,
    Commit,
    PromptAccepted,
    PromptId,
    PromptRefused,
    ReceiveAnswer,
    ReceiveFailure,
    ReplyDiscarded,
    ReportConversation,
    ShellShared,
    TurnFinished,
    TurnStarted,
    WorkStopped,
)
from actors.turn_state import Ending, Sent, Step, TurnState, begun, finished, queue_changed, requested, waiting

STREAMER_FAILURES = 2
"""How often a request is made again because the streamer itself failed."""


def recovered(state: TurnState, journalled: Conversation, now: float) -> Step:
    """Go on from the journal: tell what it does not hold, end the turn that was open, begin what waits."""
    if state.phase != "recovering":
        return state, ()
    refused = _refused(state, journalled)
    told = (*state.told, *(end.prompt for end in state.unheard))
    conversation = _with_stash(journalled, state.stash)
    if conversation.turn is not None and conversation.turn.prompt in told:
        conversation = closed(conversation)
    sent: Sent = (*refused, *state.unheard)
    state = replace(state, conversation=conversation, phase="idle", ending=None, begun=now, told=told)
    state = replace(state, stash=(), doubtful=(), unheard=())
    state, more = _resumed(state, now)
    return state, (*sent, *((queue_changed(state),) if refused else ()), *more)


def _resumed(state: TurnState, now: float) -> Step:
    turn = state.conversation.turn
    if turn is not None:
        return _abandoned(state, turn, now)
    if state.stopping:
        return replace(state, stopping=False), (WorkStopped(),)
    if state.open and waiting(state, state.conversation):
        return begun(state, now)
    return state, ()


def _refused(state: TurnState, journalled: Conversation) -> tuple[PromptRefused, ...]:
    """The prompts that nobody will answer, because they did not get into the journal."""
    known = {*state.told, *(prompt.prompt for prompt in journalled.waiting)}
    if journalled.turn is not None:
        known.add(journalled.turn.prompt)
    live = state.conversation
    missing = {PromptId(prompt.prompt): prompt.text for prompt in live.waiting}
    if live.turn is not None:
        missing[live.turn.prompt] = live.turn.text
    missing |= {prompt.prompt: prompt.text for prompt in state.doubtful}
    reason = "It was lost in a failure before it was written down. Send it again."
    return tuple(PromptRefused(prompt, text, reason) for prompt, text in missing.items() if prompt not in known)


def _with_stash(journalled: Conversation, stash: tuple[PromptAccepted | ShellShared, ...]) -> Conversation:
    conversation = journalled
    known = {prompt.prompt for prompt in journalled.waiting}
    for record in stash:
        match record:
            case PromptAccepted(prompt=prompt) if prompt in known:
                continue
            case ShellShared() if record in journalled.shared:
                continue
            case _:
                conversation = apply(conversation, record)
    return conversation


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
    """Nothing that was committed happened: tell the end of the turn without a record, go on from what is written."""
    if state.phase == "recovering":
        return state, ()
    turn = state.conversation.turn
    sent: Sent = ()
    if turn is not None:
        text = f"The turn was stopped: {problem}. What is not written was not done; free the disk and try again."
        seconds = max(0.0, now - state.begun)
        end = TurnFinished(turn.turn, turn.prompt, "failed", text, state.usage, state.steps, seconds)
        state = replace(state, conversation=closed(state.conversation), told=(*state.told, turn.prompt))
        sent = (CancelReply(turn.turn), CancelCalls(turn.turn), end)
    state = replace(state, phase="recovering", ending=None, request=NO_REQUEST)
    return state, (*sent, ReportConversation())


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
        return state, (CancelReply(turn.turn), lost)
    discarded = ReplyDiscarded(turn.turn, state.request, "the streamer failed", failures + 1, 0.0)
    state, sent = requested(state)
    return state, (discarded, *sent)
