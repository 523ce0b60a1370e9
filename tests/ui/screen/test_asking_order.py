"""Questions in the order of the calls, whatever order they come in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.messages import AnswerApproval, ApprovalRequested, RequestSettled
from actors.records import CallFinished, CallStarted, ReplyCompleted, TurnFinished
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import PROMPT, REQUEST, TURN, Dialogue
from tools.tool import ToolResult
from ui.screen.messages import SetDraft

IDS = tuple(CallId(f"c{number}") for number in range(1, 5))


def called(*tools: str) -> Dialogue:
    dialogue = Dialogue(columns=80)
    dialogue.begin_turn()
    calls = tuple(ToolCall(call, tool, "{}") for call, tool in zip(IDS, tools, strict=False))
    dialogue.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("", calls=calls), Usage()))
    return dialogue


def request(call: CallId, tool: str = "run_command") -> ApprovalRequested:
    return ApprovalRequested(TURN, call, tool, f"make {call}", f"make {call}", "")


def answered(dialogue: Dialogue) -> list[str]:
    return [answer.call for answer in dialogue.sent(AnswerApproval)]


@given(st.permutations(IDS), st.sets(st.sampled_from(IDS)))
def test_they_are_asked_in_call_order_whatever_order_the_previews_take(order: list[CallId], free: set[CallId]) -> None:
    """Issue 10, 2: four calls; some of them need no answer."""
    dialogue = called(*["run_command"] * 4)
    for call in order:
        event = CallStarted(TURN, call, "run_command", "make", "none") if call in free else request(call)
        dialogue.tell(event)
        dialogue.see()
        dialogue.press("1")
    for _ in IDS:
        dialogue.see()
        dialogue.press("1")
    assert answered(dialogue) == [call for call in IDS if call not in free]


def test_a_question_waits_for_an_earlier_call_and_no_longer() -> None:
    for event in (
        request(IDS[0]),
        CallStarted(TURN, IDS[0], "read_file", "a", "none"),
        CallFinished(TURN, IDS[0], "read_file", ToolResult("cancelled", "")),
        RequestSettled(TURN, IDS[0]),
    ):
        dialogue = called("read_file", "run_command")
        dialogue.tell(request(IDS[1]))
        assert dialogue.view.asking is None
        dialogue.tell(event)
        assert dialogue.view.asking is not None


def test_the_end_of_the_turn_forgets_what_waits() -> None:
    dialogue = called("read_file", "run_command")
    dialogue.tell(request(IDS[1]), TurnFinished(TURN, PROMPT, "cancelled", "", Usage(), 1, 0.1))
    assert dialogue.view.later == ()
    assert dialogue.view.sisters == ()


def test_each_says_which_of_how_many_it_is() -> None:
    dialogue = called(*["run_command"] * 4)
    dialogue.tell(*(request(call) for call in reversed(IDS)))
    assert "? Run this command?  1 of 4" in dialogue.above()
    dialogue.see()
    dialogue.press("1")
    assert "? Run this command?  2 of 4" in dialogue.above()


def test_a_question_on_the_screen_is_never_moved() -> None:
    dialogue = called("run_command", "run_command")
    dialogue.tell(CallStarted(TURN, IDS[0], "ask_user", "", "person"), request(IDS[1]))
    dialogue.tell(request(IDS[0]))
    assert dialogue.view.asking is not None
    assert dialogue.view.asking.call == IDS[1]


def test_one_yes_answers_all_of_one_tool_after_all_were_shown() -> None:
    dialogue = called(*["run_command"] * 3)
    dialogue.tell(*(request(call) for call in IDS[:3]))
    dialogue.see()
    assert any("5 Yes to all 3" in row for row in dialogue.above())
    dialogue.press("5")
    assert "? Run these 3 commands?" in dialogue.above()
    assert [f"  make {call}" in dialogue.above() for call in IDS[:3]] == [True] * 3
    dialogue.press("1")
    assert answered(dialogue) == []  # not seen yet
    dialogue.see()
    dialogue.press("y")
    assert answered(dialogue) == list(IDS[:3])
    assert dialogue.view.asking is None
    assert SetDraft("") in dialogue.effects


def test_a_no_to_all_asks_one_by_one_and_nothing_is_answered() -> None:
    dialogue = called("run_command", "run_command")
    dialogue.tell(request(IDS[0]), request(IDS[1]))
    dialogue.see()
    dialogue.press("5")
    dialogue.see()
    dialogue.press("n")
    assert answered(dialogue) == []
    assert "? Run this command?  1 of 2" in dialogue.above()


def test_there_is_no_yes_to_all_for_different_tools_or_while_one_may_still_come() -> None:
    other = called("run_command", "write_file")
    other.tell(request(IDS[0]), request(IDS[1], "write_file"))
    early = called(*["run_command"] * 3)
    early.tell(request(IDS[0]), request(IDS[1]))
    for dialogue in (other, early):
        dialogue.see()
        assert not any("Yes to all" in row for row in dialogue.above())


def test_a_call_that_is_settled_meanwhile_takes_the_common_question_back() -> None:
    dialogue = called("run_command", "run_command")
    dialogue.tell(request(IDS[0]), request(IDS[1]))
    dialogue.see()
    dialogue.press("5")
    dialogue.tell(RequestSettled(TURN, IDS[1]))
    assert "? Run this command?  1 of 2" in dialogue.above()
