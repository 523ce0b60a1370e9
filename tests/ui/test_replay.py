"""The talk so far."""

from __future__ import annotations

from actors.messages import (
    CallFinished,
    CallStarted,
    PromptAccepted,
    PromptId,
    Record,
    ReplyCompleted,
    RequestId,
    TurnFinished,
    TurnId,
    TurnStarted,
)
from actors.transcript import AssistantMessage, ToolCall, Usage
from tests.ui.dialogue import CALL, PROMPT, REQUEST, TURN, texts
from tools.tool import ToolResult
from ui.replay import TURNS_SHOWN, replay
from ui.view import View


def talk(number: int) -> tuple[Record, ...]:
    turn, prompt = TurnId(f"t{number}"), PromptId(f"p{number}")
    message = AssistantMessage(f"answer {number}")
    return (
        PromptAccepted(prompt, f"question {number}"),
        TurnStarted(turn, prompt, f"question {number}"),
        ReplyCompleted(turn, RequestId(f"r{number}"), message, Usage(1, 2)),
        TurnFinished(turn, prompt, "done", message.text, Usage(1, 2), 1, 0.1),
    )


def test_what_was_said_and_done_is_shown_once() -> None:
    calls = (ToolCall(CALL, "read_file", "{}"),)
    step = replay(
        View(),
        (
            TurnStarted(TURN, PROMPT, "look"),
            ReplyCompleted(TURN, REQUEST, AssistantMessage("I look.", calls=calls), Usage()),
            CallStarted(TURN, CALL, "read_file", "a.py", "none"),
            CallFinished(TURN, CALL, "read_file", ToolResult("ok", "1\n2")),
        ),
    )
    assert [text for text in texts(step.blocks) if text] == ["\u203a look", "I look.", "✓ read_file a.py · 2 lines"]


def test_what_was_left_open_is_not_carried_over() -> None:
    step = replay(View(), (TurnStarted(TURN, PROMPT, "look"), CallStarted(TURN, CALL, "x", "y", "none")))
    assert not step.view.busy
    assert step.view.calls == ()
    assert step.effects == ()


def test_of_a_long_talk_the_later_turns_are_shown_and_all_tokens_count() -> None:
    """Pain 13."""
    count = TURNS_SHOWN + 30
    records = tuple(record for number in range(count) for record in talk(number))
    step = replay(View(), records)
    shown = texts(step.blocks)
    assert "… 30 earlier turns are in the journal" in shown
    assert "answer 29" not in shown
    assert f"answer {count - 1}" in shown
    assert step.view.usage == Usage(count, 2 * count)
