"""The turn loop's rules for failures: its own restart, another actor's, and a journal that cannot be written.

Pure, like `actors.turn.turn_loop`, whose table names them. Whatever happened, the prompt gets its one outcome, every
call its one answer, and no call runs again.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.conversation import Conversation
from actors.ids import NO_REQUEST
from actors.messages import (
    CancelCalls,
    CancelReply,
    Commit,
    NoticeRaised,
    PromptRefused,
    ReceiveAnswer,
    ReceiveFailure,
    ReplyDiscarded,
)
from actors.records import CallFinished, PromptAccepted, TurnFinished, TurnStarted
from actors.transcript import AssistantMessage
from actors.turn.compacting import summary_lost
from actors.turn.state import (
    Outgoing,
    TurnEnding,
    TurnState,
    TurnStep,
    begun,
    committed,
    expected,
    finished,
    open_turn,
    queue_changed,
    reporting,
    requested,
    stopped,
    waiting,
)

REPEATS = 2
"""How often a turn goes on after a failure of the streamer or the journal."""


def recovered(state: TurnState, journalled: Conversation, now: float) -> TurnStep:
    """Go on from the journal: tell what it does not hold, end the turn that was open, begin what waits."""
    if state.phase != "recovering":
        return state, ()
    lost, refused = _missing(state, journalled)
    known = state.conversation.turn
    resubmitted = (*state.resubmitted, *(prompt.prompt for prompt in lost))
    state = replace(state, conversation=journalled, phase="idle", unconfirmed=(), resubmitted=resubmitted, summary=None)
    state, ends = _said_again(state)
    state = replace(state, conversation=expected(state), stash=())
    state, kept = committed(state, lost) if lost else (state, ())
    state, more = _resumed(state, known, now)
    return state, (*refused, *ends, *kept, *((queue_changed(state),) if refused or lost else ()), *more)


def _said_again(state: TurnState) -> TurnStep:
    """Ends of turns that were not published: written now if they were lost, else only published."""
    turn = state.conversation.turn
    lost = tuple(record for record in state.unpublished if turn is not None and record.turn == turn.turn)
    written = tuple(record for record in state.unpublished if record not in lost)
    announced = (*state.announced, *(record.prompt for record in written if isinstance(record, TurnFinished)))
    state = replace(state, announced=announced, unpublished=lost)
    last = state.conversation.transcript.messages[-1:]
    records = tuple(record for record in lost if isinstance(record, TurnFinished) or last != (record.message,))
    if not records:
        return state, written
    state, commit = committed(state, records, sync=True)
    return state, (*written, *commit)


def _resumed(state: TurnState, known: TurnStarted | None, now: float) -> TurnStep:
    """`known` is the turn that this turn loop was at; another one that is open was begun by a predecessor."""
    turn = open_turn(state)
    if turn is not None and turn == known and state.ending is None and state.repeats < REPEATS:
        return _repeated(state, turn, "the journal failed", now)
    if turn is not None:
        return _abandoned(state if turn == known else replace(state, begun=now), turn, now)
    state = replace(state, ending=None)
    if state.stopping:
        return stopped(state)
    if state.open and waiting(state, state.conversation):
        return begun(state, now)
    return state, ()


def _missing(
    state: TurnState, journalled: Conversation
) -> tuple[tuple[PromptAccepted, ...], tuple[PromptRefused, ...]]:
    """The prompts that did not get into the journal: to be written once more, or given back."""
    known = {*state.announced, *(prompt.prompt for prompt in journalled.waiting)}
    if journalled.turn is not None:
        known.add(journalled.turn.prompt)
    live, turn = state.conversation, state.conversation.turn
    present = () if turn is None else (PromptAccepted(turn.prompt, turn.text),)
    following = (PromptAccepted(prompt.prompt, prompt.text) for prompt in live.waiting)
    lost = tuple(prompt for prompt in (*present, *following) if prompt.prompt not in known)
    unconfirmed = (PromptAccepted(prompt.prompt, prompt.text) for prompt in state.unconfirmed)
    given_back = (
        *(prompt for prompt in lost if prompt.prompt in state.resubmitted),
        *(prompt for prompt in unconfirmed if prompt.prompt not in known),
    )
    reason = "It was lost in a failure before it was written down. Send it again."
    refused = tuple(PromptRefused(prompt.prompt, prompt.text, reason) for prompt in given_back)
    return tuple(prompt for prompt in lost if prompt.prompt not in state.resubmitted), refused


def _repeated(state: TurnState, turn: TurnStarted, reason: str, now: float) -> TurnStep:
    """Go on with the turn, although its request or its calls may have got lost: ask again, answer what is open."""
    repeats = state.repeats + 1
    last = state.conversation.transcript.messages[-1]
    if isinstance(last, AssistantMessage) and not last.calls:
        return finished(state, TurnEnding("done", last.text), now)
    if state.conversation.unanswered():
        return replace(state, phase="running", repeats=repeats, request=NO_REQUEST), _answers(state, turn)
    discarded = ReplyDiscarded(turn.turn, state.request, reason, repeats + 1, 0.0)
    state, sent = requested(replace(state, repeats=repeats, summary=None), now)
    return state, (discarded, *sent)


def _abandoned(state: TurnState, turn: TurnStarted, now: float) -> TurnStep:
    interrupted = "The turn was interrupted before it ended. Send the prompt again, or say how to go on."
    ending = state.ending or TurnEnding("failed", interrupted)
    state = replace(state, ending=None)
    cancels: Outgoing = (CancelReply(turn.turn), CancelCalls(turn.turn))
    if state.conversation.unanswered():
        return replace(state, phase="cancelling", ending=ending), (*cancels, *_answers(state, turn))
    state, sent = finished(state, ending, now)
    return state, (*cancels, *sent)


def _answers(state: TurnState, turn: TurnStarted) -> tuple[Commit, ...]:
    """An answer for each open call, in case no other actor has one; the journal takes the first only."""
    answers = (
        ReceiveAnswer(turn.turn, call.id, call.name, state.conversation.interrupted(call))
        for call in state.conversation.unanswered()
    )
    return tuple(
        Commit((CallFinished(answer.turn, answer.call, answer.name, answer.result),), (answer,)) for answer in answers
    )


def unwritten(state: TurnState, problem: str, now: float) -> TurnStep:
    """Nothing that was committed happened: tell the end of the turn without a record, go on from what is written."""
    if state.phase == "recovering":
        return reporting(state)
    turn = open_turn(state)
    sent: Outgoing = ()
    if turn is not None:
        text = f"The turn was stopped: {problem}. What is not written was not done; free the disk and try again."
        seconds = max(0.0, now - state.begun)
        end = TurnFinished(turn.turn, turn.prompt, "failed", text, state.usage, state.steps, seconds)
        state = replace(state, announced=(*state.announced, turn.prompt))
        sent = (CancelReply(turn.turn), CancelCalls(turn.turn), end)
    ends = tuple(record for record in state.unpublished if isinstance(record, TurnFinished))
    announced = (*state.announced, *(end.prompt for end in ends))
    if ends:
        warning = f"The end of the turn may be missing from the session: {problem}. Free the disk."
        sent = (*sent, NoticeRaised("warning", warning))
    state, report = reporting(replace(state, ending=None, request=NO_REQUEST, announced=announced, unpublished=()))
    return state, (*ends, *sent, *report)


def restarted(state: TurnState, actor: str, now: float) -> TurnStep:
    """An actor that worked for this turn lost what it was doing; see to it that the turn still ends.

    The tool runner and the PTY manager answer for themselves.
    """
    turn = open_turn(state)
    if actor == "journal":
        return reporting(state)
    if state.phase == "recovering":
        return state, ()
    if actor == "llm_streamer" and state.summary is not None and state.phase in ("compacting", "cancelling"):
        return summary_lost(state, state.summary, now)
    if turn is None:
        return state, ()
    if actor == "llm_streamer" and state.request:
        return _streamer_restarted(state, turn, now)
    return state, ()


def given_up(state: TurnState, actor: str, problem: str, now: float) -> TurnStep:
    """The actor is not restarted any more and the program is about to end: publish the end of the turn now."""
    state = replace(state, open=False)
    turn = open_turn(state)
    if turn is None:
        return state, ()
    ending = TurnEnding("failed", f"The turn was stopped: {actor} failed too often. The last failure: {problem}")
    if actor == "journal":
        seconds = max(0.0, now - state.begun)
        end = TurnFinished(turn.turn, turn.prompt, "failed", ending.text, state.usage, state.steps, seconds)
        cancels = (CancelReply(turn.turn), CancelCalls(turn.turn))
        return replace(state, phase="idle", announced=(*state.announced, turn.prompt)), (*cancels, end)
    if state.conversation.unanswered():
        return replace(state, phase="cancelling", ending=ending), _answers(state, turn)
    return finished(state, ending, now)


def _streamer_restarted(state: TurnState, turn: TurnStarted, now: float) -> TurnStep:
    if state.ending is None and state.repeats < REPEATS:
        return _repeated(state, turn, "the streamer failed", now)
    lost = ReceiveFailure(turn.turn, state.request, "malformed", "The streamer failed repeatedly; try again.", "")
    return state, (CancelReply(turn.turn), lost)
