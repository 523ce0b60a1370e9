"""Answers in place of a front end that failed on a message: the actor that waits for it gets one all the same.

The message itself is never shown again, since it may be what broke the screen; a turn's end is shown without its text.
Pure; used by the actors of `ui.chat.front_end` and `ui.chat.plain_mode`.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, QuestionAsked
from actors.records import TurnFinished
from actors.runtime.message import Message
from ui.screen.messages import Error

FAILED = "The screen failed before it could ask; ask again if it still matters."


def instead(message: object) -> tuple[tuple[Message, ...], TurnFinished | Error]:
    """What to send, and what to show in place of the message."""
    name = type(message).__name__
    match message:
        case ApprovalRequested(turn=turn, call=call, name=tool):
            return (AnswerApproval(turn, call, "no", FAILED),), Error(f"{tool} was denied: {FAILED}")
        case QuestionAsked(turn=turn, call=call):
            return (AnswerQuestion(turn, call, FAILED),), Error(f"A question was not shown: {FAILED}")
        case TurnFinished():
            return (), replace(message, text=f"{message.outcome}; the rest could not be shown, the journal has it.")
        case _:
            return (), Error(f"{name} could not be shown; the journal has what was said.")
