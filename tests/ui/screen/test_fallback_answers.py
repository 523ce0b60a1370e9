"""What could not be shown is answered, and said."""

from __future__ import annotations

from actors.ids import CallId, PromptId, TurnId
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, NoticeRaised, QuestionAsked
from actors.records import TurnFinished
from actors.transcript import Usage
from tools.tool import Question
from ui.screen.fallback_answers import FAILED, instead
from ui.screen.messages import Error

TURN, CALL = TurnId("t"), CallId("c")


def test_an_approval_nobody_saw_is_a_no() -> None:
    answers, shown = instead(ApprovalRequested(TURN, CALL, "edit_file", "a.py", "", ""))
    assert answers == (AnswerApproval(TURN, CALL, "no", FAILED),)
    assert isinstance(shown, Error)
    assert "edit_file was denied" in shown.text


def test_a_question_nobody_saw_is_answered_with_the_reason() -> None:
    answers, _ = instead(QuestionAsked(TURN, CALL, Question("which?")))
    assert answers == (AnswerQuestion(TURN, CALL, FAILED),)


def test_a_turns_end_is_shown_without_the_text_that_may_have_broken_the_screen() -> None:
    answers, shown = instead(TurnFinished(TURN, PromptId("p"), "failed", "\x1b]poison", Usage(), 1, 1.0))
    assert answers == ()
    assert isinstance(shown, TurnFinished)
    assert (shown.outcome, "poison" in shown.text) == ("failed", False)


def test_anything_else_is_named() -> None:
    _, shown = instead(NoticeRaised("info", "x"))
    assert isinstance(shown, Error)
    assert shown.text.startswith("NoticeRaised could not be shown")
