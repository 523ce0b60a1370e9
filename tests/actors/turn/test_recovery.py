"""The turn loop after failures, as dialogues: its own, a colleague's, the disk's."""

from __future__ import annotations

from actors.blocks import ToolCall
from actors.conversation import fold
from actors.ids import CallId, PromptId, TurnId
from actors.messages import (
    CancelCalls,
    CancelReply,
    JournalFailed,
    NoticeRaised,
    PromptRefused,
    QueueChanged,
    ReceiveConversation,
    ReceiveFailure,
    ReplyDiscarded,
    ReportConversation,
    RequestReply,
    ShareShell,
    SubmitPrompt,
)
from actors.phase_messages import CloseIntake, StopWork, WorkStopped
from actors.records import (
    CallFinished,
    PromptAccepted,
    PromptWithdrawn,
    Record,
    ReplyCompleted,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.runtime.signals import ActorFailed, ActorRestarted
from actors.transcript import AssistantMessage
from actors.turn.turn_loop import OpenPrompts, TurnLoop, TurnSpec
from config.settings import Limits
from tests.actors.hand_loop import OK, R1, T1, USED, Loop, call, ready
from tests.actors.staged_context import StagedContext
from tools.tool import ToolResult

STARTED: list[Record] = [PromptAccepted(PromptId("go"), "go"), TurnStarted(T1, PromptId("go"), "go")]
ASKED = ReplyCompleted(T1, R1, AssistantMessage.of("", calls=(ToolCall(CallId("t1-r1-c1"), "n", "{}"),)), USED)


def kinds(sent: list[object]) -> list[str]:
    return [type(item).__name__ for item in sent]


def failed(actor: str) -> ActorRestarted:
    return ActorRestarted(actor, 2)


def test_a_turn_that_a_predecessor_left_open_ends_as_failed() -> None:
    loop = Loop()
    announced = loop.recover(fold(STARTED))
    assert announced[:2] == [CancelReply(T1), CancelCalls(T1)]
    ended = announced[2]
    assert isinstance(ended, TurnFinished)
    assert (ended.outcome, ended.prompt, ended.seconds) == ("failed", "go", 0.0), "when it began is not known any more"
    assert loop.state.phase == "idle"


def test_its_open_calls_are_answered_first_in_case_nobody_does() -> None:
    loop = Loop()
    loop.records = [*STARTED, ASKED]
    announced = loop.recover()
    assert kinds(announced) == ["CancelReply", "CancelCalls", "CallFinished", "ReceiveAnswer"]
    answer = announced[2]
    assert isinstance(answer, CallFinished)
    assert answer.result.outcome == "cancelled"
    assert loop.state.phase == "cancelling"
    loop.answer("t1-r1-c1")
    assert loop.ended().outcome == "failed"


def test_what_waited_begins_when_the_open_turn_has_ended() -> None:
    loop = Loop()
    loop.records = [*STARTED, PromptAccepted(PromptId("two"), "two")]
    assert TurnStarted(TurnId("t2"), PromptId("two"), "two") in loop.recover()


def test_a_report_for_a_predecessor_is_not_taken() -> None:
    loop = Loop()
    assert loop.tell(ReceiveConversation(fold(STARTED), "0-1")) == []
    assert loop.state.phase == "recovering"


def test_prompts_that_come_meanwhile_are_written_at_once_and_begin_afterwards() -> None:
    loop = Loop()
    assert loop.prompt("one") == [PromptAccepted(PromptId("one"), "one")]
    assert loop.tell(ShareShell("make", "ok", 0)) == [ShellShared("make", "ok", 0)]
    announced = loop.recover(fold(()))
    assert TurnStarted(T1, PromptId("one"), "one") in announced
    assert loop.state.conversation == fold(loop.records)


def test_a_prompt_that_a_predecessor_failed_on_is_given_back_unless_the_journal_has_it() -> None:
    left = SubmitPrompt(PromptId("go"), "go")
    cases: tuple[tuple[list[Record], list[str]], ...] = (
        ([], ["PromptRefused", "QueueChanged"]),
        (STARTED, ["CancelReply", "CancelCalls"]),
    )
    for records, expected in cases:
        context, kept = StagedContext(), OpenPrompts(1, {left.prompt: left})
        turn_loop = TurnLoop(context, TurnSpec(Limits()), kept)
        turn_loop.started()
        assert context.taken() == [ReportConversation("2-1")]
        turn_loop.handle(ReceiveConversation(fold(records), "2-1"))
        assert [type(message).__name__ for message in context.taken()][:2] == expected
        turn_loop.handle(PromptAccepted(left.prompt, left.text))
        assert kept.prompts == {}, "it is nobody's worry any more"


def test_a_request_is_made_again_when_the_streamer_failed_and_with_another_id() -> None:
    loop = ready()
    loop.prompt()
    discarded, request = loop.tell(failed("llm_streamer"))
    assert isinstance(discarded, ReplyDiscarded)
    assert isinstance(request, RequestReply)
    assert request.request == "t1-r1x"
    assert loop.tell(ReceiveFailure(T1, R1, "cut", "of the first", "")) == []


def test_a_streamer_that_keeps_failing_ends_the_turn() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(failed("llm_streamer"))
    loop.tell(failed("llm_streamer"))
    cancel, lost = loop.tell(failed("llm_streamer"))
    assert cancel == CancelReply(T1)
    assert isinstance(lost, ReceiveFailure)
    loop.tell(lost)
    assert loop.ended().outcome == "unavailable"


def test_a_streamer_that_fails_while_it_is_being_cancelled_ends_the_turn_as_cancelled() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(StopWork())
    lost = loop.tell(failed("llm_streamer"))[-1]
    assert isinstance(lost, ReceiveFailure)
    assert WorkStopped() in loop.tell(lost)
    assert loop.ended().outcome == "cancelled"


def test_failures_of_others_are_none_of_its_business() -> None:
    loop = ready()
    for actor in ("ui", "tool_runner", "pty_manager", "llm_streamer"):
        assert loop.tell(failed(actor)) == []
    loop.prompt()
    loop.reply(call())
    for actor in ("ui", "tool_runner", "pty_manager", "llm_streamer"):
        assert loop.tell(failed(actor)) == []


def test_a_turn_goes_on_after_a_failure_of_the_journal() -> None:
    """Its request may have got lost: it is made again."""
    loop = ready()
    loop.prompt()
    assert loop.tell(failed("journal")) == [ReportConversation("1-2")]
    announced = loop.recover()
    assert kinds(announced) == ["ReplyDiscarded", "RequestReply"]
    assert loop.state.request == "t1-r1x"
    loop.reply()
    assert loop.ended().outcome == "done"


def test_calls_that_may_have_got_lost_with_the_journal_are_answered() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call(), call())
    loop.answer("t1-r1-c1")
    loop.tell(failed("journal"))
    announced = loop.recover()
    assert kinds(announced) == ["CallFinished", "ReceiveAnswer"]
    assert kinds(loop.answer("t1-r1-c2", ToolResult("error", "lost"))) == ["RequestReply"]


def test_a_cancel_outlives_a_failure_of_the_journal() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(StopWork())
    loop.tell(failed("journal"))
    assert WorkStopped() in loop.recover()
    assert loop.ended().outcome == "cancelled"


def test_a_journal_that_keeps_failing_ends_the_turn() -> None:
    loop = ready()
    loop.prompt()
    for _ in range(3):
        loop.tell(failed("journal"))
        loop.recover()
    assert loop.ended().outcome == "failed"


def test_an_end_that_was_written_and_not_published_is_told() -> None:
    loop = ready()
    loop.prompt()
    loop.reply()
    end = loop.ended()
    loop.tell(failed("journal"))
    assert end in loop.recover()
    loop.tell(end)
    loop.tell(failed("journal"))
    assert loop.recover() == [], "it was heard now"


def test_an_end_that_was_lost_is_written_again() -> None:
    loop = ready()
    loop.prompt()
    written = list(loop.records)
    loop.reply()
    end = loop.ended()
    loop.tell(failed("journal"))
    loop.records = written
    announced = loop.recover()
    assert end in announced
    assert loop.commits[-1].sync, "it is an end like any other"
    assert loop.state.conversation == fold(loop.records)


def test_of_an_end_that_was_written_in_part_only_the_rest_is_written_again() -> None:
    loop = ready()
    loop.prompt()
    loop.reply()
    end = loop.ended()
    loop.tell(failed("journal"))
    loop.records.remove(end)
    loop.commits.clear()
    loop.recover()
    assert [record for commit in loop.commits for record in commit.records] == [end]


def test_the_person_hears_that_the_end_of_a_turn_may_be_missing() -> None:
    loop = ready()
    loop.prompt()
    loop.reply()
    announced = loop.tell(JournalFailed("no space"))
    assert kinds(announced) == ["TurnFinished", "NoticeRaised", "ReportConversation"]
    notice = announced[1]
    assert isinstance(notice, NoticeRaised)
    assert "no space" in notice.text


def test_a_prompt_that_was_lost_with_the_journal_is_accepted_once_more_and_then_given_back() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(failed("journal"))
    announced = loop.recover(fold(()))
    assert kinds(announced) == ["PromptAccepted", "QueueChanged", "TurnStarted", "RequestReply", "QueueChanged"]
    assert loop.state.conversation.turn == TurnStarted(TurnId("t2"), PromptId("go"), "go"), "t1 may be known somewhere"
    loop.tell(failed("journal"))
    announced = loop.recover(fold(()))
    assert kinds(announced) == ["PromptRefused", "QueueChanged"]
    refused = announced[0]
    assert isinstance(refused, PromptRefused)
    assert refused.text == "go"


def test_a_full_disk_ends_the_turn_and_tells_it_although_it_cannot_be_written() -> None:
    loop = ready()
    loop.prompt()
    announced = loop.tell(JournalFailed("no space"))
    assert kinds(announced) == ["CancelReply", "CancelCalls", "TurnFinished", "ReportConversation"]
    ended = announced[2]
    assert isinstance(ended, TurnFinished)
    assert ended.outcome == "failed"
    assert "no space" in ended.text
    assert kinds(loop.tell(JournalFailed("no space"))) == ["ReportConversation"], "told once, asked again"


def test_the_turn_that_was_told_is_never_told_or_begun_again() -> None:
    """Its prompt waits in the journal for ever; the next turn withdraws it, silently."""
    loop = ready()
    loop.prompt()
    loop.tell(JournalFailed("no space"))
    accepted = [PromptAccepted(PromptId("go"), "go")]
    assert loop.recover(fold(accepted)) == []
    loop.records = list(accepted)
    announced = loop.prompt("next")
    assert kinds(announced) == ["PromptAccepted", "TurnStarted", "RequestReply", "QueueChanged"]
    assert announced[-1] == QueueChanged(())
    assert PromptWithdrawn(PromptId("go"), "go") in loop.records
    assert loop.state.conversation == fold(loop.records)


def test_an_open_turn_that_was_told_is_closed_by_the_next() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call())
    loop.tell(JournalFailed("no space"))
    assert loop.recover() == []
    assert loop.state.phase == "idle"
    assert loop.state.conversation == fold(loop.records), "live is what is written, no more and no less"
    loop.answer("t1-r1-c1", OK)
    loop.prompt("next")
    assert loop.state.conversation == fold(loop.records)


def test_a_call_that_nobody_could_allow_ends_no_turn_that_was_told() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call())
    loop.tell(JournalFailed("no space"))
    assert loop.answer("t1-r1-c1", ToolResult("denied", "nobody"), unattended=True) == []
    assert loop.recover() == []
    assert loop.state.phase == "idle"


def test_a_stop_is_acknowledged_although_nothing_can_be_written() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(StopWork())
    loop.tell(JournalFailed("no space"))
    assert loop.recover() == [WorkStopped()]


def test_an_actor_that_is_given_up_ends_the_turn_before_the_program_ends() -> None:
    given_up = ActorFailed("llm_streamer", "boom", "RequestReply", will_restart=False)
    loop = ready()
    loop.prompt("one")
    loop.prompt("two")
    loop.tell(ActorFailed("llm_streamer", "boom", "RequestReply", will_restart=True))
    assert loop.state.phase == "asking"
    announced = loop.tell(given_up)
    assert kinds(announced) == ["TurnFinished"]
    assert "llm_streamer failed too often" in loop.ended().text
    assert loop.tell(StopWork()) == [WorkStopped()]
    assert loop.tell(given_up) == []


def test_calls_of_an_actor_that_is_given_up_are_answered() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call())
    announced = loop.tell(ActorFailed("tool_runner", "boom", "", will_restart=False))
    assert kinds(announced) == ["CallFinished", "ReceiveAnswer"]
    loop.answer("t1-r1-c1", ToolResult("error", ""))
    assert loop.ended().outcome == "failed"


def test_a_journal_that_is_given_up_leaves_the_end_unwritten_but_told() -> None:
    loop = ready()
    loop.prompt()
    before = list(loop.records)
    announced = loop.tell(ActorFailed("journal", "boom", "Commit", will_restart=False))
    assert kinds(announced) == ["CancelReply", "CancelCalls", "TurnFinished"]
    assert loop.records == before
    assert loop.tell(StopWork()) == [WorkStopped()]


def test_a_prompt_that_was_refused_is_no_longer_carried_from_one_behaviour_to_the_next() -> None:
    context, left = StagedContext(), OpenPrompts()
    turn_loop = TurnLoop(context, TurnSpec(Limits()), left)
    turn_loop.started()
    turn_loop.handle(CloseIntake())
    turn_loop.handle(SubmitPrompt(PromptId("late"), "late"))
    assert isinstance(context.taken()[-1], PromptRefused)
    assert left.prompts == {}
