"""Questions: one after the other, answered only by keys that were meant for them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, QuestionAsked, RequestSettled
from actors.records import CallFinished, ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import CALL, REQUEST, TURN, Dialogue
from tools.tool import Question, ToolResult
from ui.screen.dialog import line_changed
from ui.screen.messages import Alone, Key, Resize, SetDraft, Tick

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
    assert "? Edit a.py?" in dialogue.above()
    assert "  +b" in dialogue.above()
    assert not any("1 Yes" in row for row in dialogue.above())
    dialogue.see()
    assert "  1 Yes  y" in dialogue.above()
    assert "  3 Always: edit_file(a.py)  a" in dialogue.above()


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
    assert not any("Always" in row for row in dialogue.above())
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


# ── Rows, words and what is selected ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "answer"), [("y", "once"), ("Yes", "once"), ("1", "once"), ("s", "session"), ("a", "always")]
)
def test_a_key_or_a_word_and_enter_take_its_row(word: str, answer: str) -> None:
    """Issue 7, C7: `y` and Enter approve; they denied with the reason "y"."""
    dialogue = asked()
    dialogue.see()
    typed(dialogue, word)
    dialogue.submit(word)
    assert [sent.answer for sent in dialogue.sent(AnswerApproval)] == [answer]


def test_a_no_as_a_word_denies_without_a_reason() -> None:
    dialogue = asked()
    dialogue.see()
    typed(dialogue, "no")
    dialogue.submit("no")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "no")]


def test_a_reason_that_was_asked_for_is_a_reason_whatever_it_says() -> None:
    dialogue = asked()
    dialogue.see()
    dialogue.press("tab")
    assert any("Enter denies" in row for row in dialogue.above())
    typed(dialogue, "y")
    dialogue.submit("y")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "no", "y")]


def test_nothing_is_selected_at_first_and_enter_says_so() -> None:
    dialogue = asked()
    dialogue.see()
    dialogue.submit("")
    assert dialogue.sent(AnswerApproval) == []
    assert "Nothing is selected" in dialogue.below()[0]


def test_a_call_that_changes_nothing_has_yes_selected() -> None:
    dialogue = asked(ApprovalRequested(TURN, CALL, "read_file", "a.py", "a.py", "", "none"))
    dialogue.see()
    assert "\u276f 1 Yes  y" in dialogue.above()
    dialogue.submit("")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "once")]


def test_arrows_select_and_enter_takes() -> None:
    dialogue = asked()
    dialogue.see()
    for name in ("down", "down", "up", "up", "up", "down"):
        dialogue.press(name)
    assert "\u276f 2 Yes, for this session  s" in dialogue.above()
    dialogue.submit("")
    assert dialogue.sent(AnswerApproval) == [AnswerApproval(TURN, CALL, "session")]


def test_up_goes_back_from_an_empty_reason() -> None:
    dialogue = asked()
    dialogue.see()
    dialogue.press("4")
    dialogue.press("up")
    assert "  1 Yes  y" in dialogue.above()


def test_a_key_that_is_followed_by_more_is_text() -> None:
    """`1. fix it`, `also look at tax`, typed by hand under an open question."""
    for first, more in (("1", "1."), ("a", "al"), ("y", "ye"), ("n", "no")):
        dialogue = asked()
        dialogue.see()
        dialogue.tell(Key(first, 0.0))
        dialogue.view = line_changed(dialogue.view, first, "")
        dialogue.view = line_changed(dialogue.view, more, first)
        dialogue.tell(Alone())
        assert dialogue.sent(AnswerApproval) == []
        assert dialogue.view.asking is not None
        assert dialogue.view.asking.state == "feedback"


def test_a_key_that_was_taken_back_answers_nothing() -> None:
    dialogue = asked()
    dialogue.see()
    dialogue.tell(Key("1", 0.0))
    dialogue.view = line_changed(line_changed(dialogue.view, "1", ""), "", "1")
    dialogue.tell(Alone())
    assert dialogue.sent(AnswerApproval) == []


def test_what_was_answered_stays_as_a_row() -> None:
    """Issue 10, 2."""
    kept: list[str] = []
    for key in ("1", "2", "3"):
        dialogue = asked()
        dialogue.see()
        kept.extend(dialogue.press(key))
    denied = asked()
    denied.see()
    denied.press("4")
    kept.extend(denied.submit("not now"))
    assert [row for row in kept if row] == [
        "✓ You approved a.py",
        "✓ You approved for this session edit_file(a.py)",
        "✓ You approved always edit_file(a.py)",
        "⊘ You denied a.py · not now",
    ]


def test_the_time_that_is_waited_is_counted_from_the_question_on() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(Tick(100.0), APPROVAL, Tick(160.0), Tick(167.0))
    assert any("Waiting for you 7 s" in row for row in dialogue.above())
