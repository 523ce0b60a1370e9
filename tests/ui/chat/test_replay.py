"""The talk so far."""

from __future__ import annotations

from pathlib import Path

from actors.blocks import ToolCall
from actors.ids import PromptId, RequestId, SessionId, TurnId
from actors.journal.journal import encode, read_back
from actors.records import (
    CallFinished,
    CallStarted,
    ModelChanged,
    PromptAccepted,
    Record,
    ReplyCompleted,
    SessionOpened,
    TurnFinished,
    TurnStarted,
)
from actors.transcript import AssistantMessage, Usage
from tests.ui.chat_stage import opening_in
from tests.ui.dialogue import CALL, PROMPT, REQUEST, TURN, texts
from tools.tool import ToolResult
from ui.chat.replay import TURNS_SHOWN, lightened, reopened, replay
from ui.screen.model import ScreenModel
from ui.screen.update import update


def talk(number: int) -> tuple[Record, ...]:
    turn, prompt = TurnId(f"t{number}"), PromptId(f"p{number}")
    message = AssistantMessage.of(f"answer {number}")
    return (
        PromptAccepted(prompt, f"question {number}"),
        TurnStarted(turn, prompt, f"question {number}"),
        ReplyCompleted(turn, RequestId(f"r{number}"), message, Usage(1, 2)),
        TurnFinished(turn, prompt, "done", message.text, Usage(1, 2), 1, 0.1),
    )


def test_what_was_said_and_done_is_shown_once() -> None:
    calls = (ToolCall(CALL, "read_file", "{}"),)
    step = replay(
        ScreenModel(),
        (
            TurnStarted(TURN, PROMPT, "look"),
            ReplyCompleted(TURN, REQUEST, AssistantMessage.of("I look.", calls=calls), Usage()),
            CallStarted(TURN, CALL, "read_file", "a.py", "none"),
            CallFinished(TURN, CALL, "read_file", ToolResult("ok", "1\n2")),
        ),
    )
    assert [text for text in texts(step.blocks) if text] == ["\u203a look", "I look.", "✓ read_file a.py · 2 lines"]


def test_what_was_left_open_is_not_carried_over() -> None:
    step = replay(ScreenModel(), (TurnStarted(TURN, PROMPT, "look"), CallStarted(TURN, CALL, "x", "y", "none")))
    assert not step.view.busy
    assert [(call.subject, call.running) for call in step.view.calls] == [("y", False)]
    assert step.effects == ()


def test_a_call_that_was_interrupted_at_its_approval_is_still_about_something() -> None:
    calls = (ToolCall(CALL, "run_command", '{"command": "make all"}'),)
    asked = ReplyCompleted(TURN, REQUEST, AssistantMessage.of("", calls=calls), Usage())
    step = replay(ScreenModel(), (TurnStarted(TURN, PROMPT, "build"), asked))
    late = update(step.view, CallFinished(TURN, CALL, "run_command", ToolResult("cancelled", "")))
    assert texts(late.blocks)[-1] == "■ run_command make all · cancelled"


def test_the_banner_stands_above_the_talk_once_with_an_empty_row_around_it(tmp_path: Path) -> None:
    """However often the session was opened, and whenever it says that it is open now."""
    banner = f"Callboard 1.0 · fast-1 · {tmp_path}"
    opened = SessionOpened(SessionId("s-1"), str(tmp_path), "fast-1", "0.9", 0.0)
    step = reopened(ScreenModel(columns=300), opening_in(tmp_path, (opened, *talk(1), opened, opened)))
    assert texts(step.blocks) == [banner, "", "\u203a question 1", "", "answer 1"]
    later = update(step.view, opened)
    assert later.blocks == ()
    begun = update(later.view, TurnStarted(TurnId("t2"), PromptId("p2"), "more"))
    assert texts(begun.blocks) == ["", "\u203a more"]


def test_an_empty_session_has_one_banner_and_a_new_one_waits_for_its_own(tmp_path: Path) -> None:
    opened = SessionOpened(SessionId("s-1"), str(tmp_path), "fast-1", "1.0", 0.0)
    step = reopened(ScreenModel(columns=300), opening_in(tmp_path, (opened,)))
    assert len(texts(step.blocks)) == 1
    assert update(step.view, opened).blocks == ()
    new = reopened(ScreenModel(columns=300), opening_in(tmp_path))
    assert new.blocks == ()
    assert len(texts(update(new.view, opened).blocks)) == 1


def test_of_a_long_talk_the_later_turns_are_shown_and_all_tokens_count() -> None:
    """Pain 13."""
    count = TURNS_SHOWN + 30
    records = tuple(record for number in range(count) for record in talk(number))
    step = replay(ScreenModel(), records)
    shown = texts(step.blocks)
    assert "… 30 earlier turns are in the journal" in shown
    assert "answer 29" not in shown
    assert f"answer {count - 1}" in shown
    assert step.view.usage == Usage(count, 2 * count)


def test_long_texts_of_turns_that_are_not_shown_are_not_kept() -> None:
    records = [record for number in range(TURNS_SHOWN + 5) for record in talk(number)]
    content = b"".join(encode(number, 1.0, record) for number, record in enumerate(records, 1))
    light = read_back(content, lightened).records
    assert replay(ScreenModel(), light) == replay(ScreenModel(), tuple(records))
    replies = [record for record in light if isinstance(record, ReplyCompleted)]
    assert [bool(record.message.text) for record in replies] == [False] * 5 + [True] * TURNS_SHOWN
    assert [type(record) for record in light] == [type(record) for record in records]


def test_a_change_of_the_model_that_an_earlier_run_had_before_it_is_not_carried_over() -> None:
    """It was made while a turn ran that never ended there."""
    start, *_ = talk(1)
    view = replay(ScreenModel(), (start, TurnStarted(TURN, PROMPT, "go"), ModelChanged("a/other", "A", "other"))).view
    ended = update(view, TurnFinished(TURN, PROMPT, "failed", "interrupted", Usage(), 1, 1.0)).view
    assert (view.coming, ended.identity) == (None, ScreenModel().identity)
