"""Questions: one after the other, answered only by keys that were meant for them."""

from __future__ import annotations

from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, QuestionAsked, RequestSettled
from actors.records import CallFinished, ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import CALL, REQUEST, TURN, Dialogue
from tools.tool import Question, ToolResult
from ui.screen.dialog import line_changed
from ui.screen.messages import Resize, SetDraft

DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+b"
APPROVAL = ApprovalRequested(TURN, CALL, "edit_file", "a.py", DIFF, "edit_file(a.py)")
COLOUR = QuestionAsked(TURN, CALL, Question("Which colour?", ("red", "green")))


def asked(*requests: ApprovalRequested | QuestionAsked) -> Dialogue:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(*(requests or (APPROVAL,)))
    return dialogue


def typed(dialogue: Dialogue, line: str) -> None:
    dialogue.view = line_changed(dialogue.view, line, "")


def test_the_question_shows_what_would_be_done_and_then_how_to_answer() -> None:
    dialogue = asked()
    assert "? May edit_file do this?" in dialogue.above()
    assert "  +b" in dialogue.above()
    assert not any("1 once" in row for row in dialogue.above())
    dialogue.see()
    assert "  1 once" in dialogue.above()
    assert "  3 always (edit_file(a.py))" in dialogue.above()


def test_a_digit_before_the_question_was_seen_answers_nothing() -> None:
    """Pain 6."""
    dialogue = asked()
    dialogue.press("1")
    assert dialogue.sent(AnswerApproval) == []
    dialogue.see()
    dialogue.press("1")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "once")]
    assert dialogue.view.asks == ()


def test_without_a_rule_there_is_no_always() -> None:
    dialogue = asked(ApprovalRequested(TURN, CALL, "run_command", "x", "x", ""))
    dialogue.see()
    assert not any("always" in row for row in dialogue.above())
    dialogue.press("3")
    assert dialogue.sent(AnswerApproval) == []


def test_a_no_waits_for_its_reason_and_an_empty_one_will_do() -> None:
    dialogue = asked()
    dialogue.see()
    dialogue.press("4")
    assert dialogue.sent(AnswerApproval) == []
    dialogue.submit("")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "no")]


def test_typing_under_an_open_question_is_its_answer() -> None:
    dialogue = asked()
    dialogue.see()
    typed(dialogue, "not now")
    dialogue.submit("not now")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "no", "not now")]
    assert SetDraft("") in dialogue.effects


def test_a_draft_begun_before_stays_a_draft() -> None:
    dialogue = asked()
    typed(dialogue, "a draft")
    dialogue.see()
    assert any("is your draft" in row for row in dialogue.above())
    dialogue.submit("a draft")
    assert dialogue.sent(AnswerApproval) == []
    assert dialogue.view.asking is not None


def test_a_question_takes_a_choice_or_free_text() -> None:
    dialogue = asked(COLOUR)
    dialogue.see()
    dialogue.press("2")
    assert dialogue.sent(AnswerQuestion) == [AnswerQuestion(TURN, CALL, "green")]
    free = asked(COLOUR)
    free.see()
    typed(free, "blue")
    free.submit("blue")
    assert free.sent(AnswerQuestion) == [AnswerQuestion(TURN, CALL, "blue")]


def test_several_are_asked_in_turn_and_each_must_be_seen() -> None:
    other = ApprovalRequested(TURN, CallId("call-2"), "write_file", "b", "b", "")
    dialogue = asked(APPROVAL, other)
    dialogue.see()
    dialogue.press("1")
    dialogue.press("1")
    assert [answer.call for answer in dialogue.sent(AnswerApproval)] == [CALL]
    dialogue.see()
    dialogue.press("1")
    assert [answer.call for answer in dialogue.sent(AnswerApproval)] == [CALL, CallId("call-2")]


def test_a_settled_question_is_withdrawn() -> None:
    dialogue = asked()
    dialogue.tell(RequestSettled(TURN, CALL))
    assert dialogue.view.asks == ()
    again = asked()
    again.tell(CallFinished(TURN, CALL, "edit_file", ToolResult("cancelled", "")))
    assert again.view.asks == ()


def test_a_denied_call_says_what_it_was_about() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    message = AssistantMessage.of("", calls=(ToolCall(CALL, "edit_file", "{}"),))
    dialogue.tell(ReplyCompleted(TURN, REQUEST, message, Usage()), APPROVAL)
    said = dialogue.tell(CallFinished(TURN, CALL, "edit_file", ToolResult("denied", "")))
    assert said[-1] == "⊘ edit_file a.py · denied"


def test_another_size_makes_a_question_wait_until_it_was_seen_again() -> None:
    """Pain 6."""
    dialogue = asked()
    dialogue.see()
    dialogue.tell(Resize(24, 50))
    dialogue.press("1")
    assert dialogue.sent(AnswerApproval) == []
    dialogue.see()
    dialogue.press("1")
    assert len(dialogue.sent(AnswerApproval)) == 1


def test_where_the_question_does_not_fit_no_digit_answers_it() -> None:
    dialogue = asked()
    dialogue.view = replace(dialogue.view, room=3)
    dialogue.see()
    dialogue.press("1")
    dialogue.view = replace(dialogue.view, room=20)
    dialogue.see()
    dialogue.view = replace(dialogue.view, room=3)
    dialogue.press("1")
    assert dialogue.sent(AnswerApproval) == []
    dialogue.view = replace(dialogue.view, room=20)
    dialogue.press("1")
    assert len(dialogue.sent(AnswerApproval)) == 1


def test_a_choice_is_answered_as_it_came_however_it_is_shown() -> None:
    dialogue = asked(QuestionAsked(TURN, CALL, Question("Which?", ("a\rb", "c"))))
    dialogue.see()
    assert "  1 a␍b" in dialogue.above()
    dialogue.press("1")
    assert dialogue.sent(AnswerQuestion) == [AnswerQuestion(TURN, CALL, "a\rb")]
