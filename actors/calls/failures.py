"""The tool runner's rules for what goes wrong: a time limit, a cancel, an actor that was lost. Pure.

Each of them ends in the one answer of each call, which says whether the call may have taken effect.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.calls.open_calls import OpenCall
from actors.calls.stages import JOB_BACKSTOP
from actors.calls.state import CallsOutgoing, CallsState, CallsStep, answer_to, answered, dropped, for_each, waiting
from actors.ids import CallId, TurnId
from actors.messages import EndJob, RunCalls
from tools.tool import ToolResult

EARLY = 0.001
"""Seconds that a timer may come too early by rounding; one that comes earlier was meant for an earlier wait."""


def expired(state: CallsState, call: CallId) -> CallsStep:
    """The time limit of a wait has come: the call is answered without what it waited for."""
    opened = state.calls.by_id.get(call)
    if opened is None or opened.due is None or state.now < opened.due - EARLY:
        return state, ()
    state, told = dropped(state, call, expired=True)
    if opened.started and opened.waits != "journal":
        text = "Ran out of time; it may have taken effect, in part or in whole. Look before you do it again."
    else:
        text = "Ran out of time before it began; it had no effect."
    result = ToolResult(opened.ending or "timeout", text)
    return state, (*told, *answer_to(opened.turn, call, opened.tool.name, result))


def cancelled(state: CallsState, turn: TurnId) -> CallsStep:
    """Answer what is open of the turn; what arrives of it later is answered at once."""
    state = replace(state, cancelled=turn)
    return for_each(state, state.calls.where(lambda opened: opened.turn == turn), _cancelled)


def _cancelled(state: CallsState, opened: OpenCall) -> CallsStep:
    if opened.waits == "job":  # its report holds what was printed until then
        ending = replace(opened, ending="cancelled")
        return waiting(state, ending, "job", EndJob(opened.job), limit=JOB_BACKSTOP)
    acted = opened.started and opened.waits != "journal"
    text = "Cancelled while it ran; it may have taken effect." if acted else "Cancelled before it began."
    return answered(state, opened, ToolResult("cancelled", text))


def recovered(state: CallsState) -> CallsStep:
    """Answer what a tool runner left that failed."""
    return for_each(state, state.calls.where(lambda _: True), lambda now, opened: _lost(now, opened, "tool runner"))


def restarted(state: CallsState, actor: str) -> CallsStep:
    """An actor that worked for a call lost what it was doing; the PTY manager answers for itself."""
    lost = state.calls.where(
        lambda opened: (
            opened.waits == "service" and opened.served_by == actor if actor != "journal" else opened.waits == "journal"
        )
    )
    return for_each(state, lost, lambda now, opened: _lost(now, opened, actor))


def _lost(state: CallsState, opened: OpenCall, actor: str) -> CallsStep:
    effect = "may have taken effect; look before you do it again" if opened.started else "had no effect"
    text = f"The {actor} failed while the call was with it; it {effect}."
    return answered(state, opened, ToolResult("error", text))


def not_begun(message: RunCalls) -> CallsOutgoing:
    """Answers to calls that the tool runner failed on before it looked at them."""
    result = ToolResult("error", "The tool runner failed before the call began. It had no effect.")
    answers = (answer_to(message.turn, CallId(call.id), call.name, result) for call in message.calls)
    return tuple(message for answer in answers for message in answer)
