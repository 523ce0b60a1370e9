"""The turn loop as dialogues: tell this, expect these."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from actors.blocks import ProviderState, ToolCall
from actors.conversation import Conversation, fold
from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.llm.port import FailureKind
from actors.messages import (
    CancelCalls,
    CancelReply,
    CancelTurn,
    ClearConversation,
    NoticeRaised,
    PromptRefused,
    QueueChanged,
    ReceiveAnswer,
    ReceiveConversation,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    ReportConversation,
    RequestReply,
    RunCalls,
    ShareShell,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.phase_messages import CloseIntake, IntakeClosed, StopWork, WorkStopped
from actors.records import (
    ConversationCleared,
    PromptAccepted,
    PromptWithdrawn,
    ReplyCompleted,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.runtime.signals import ActorRestarted
from actors.transcript import AssistantMessage, ToolMessage, UserMessage
from actors.turn.state import Later, TurnTimeExpired
from actors.turn.turn_loop import Received
from config.settings import Limits
from tests.actors.hand_loop import OK, R1, T1, USED, Loop, call, ready
from tests.actors.stage import is_balanced
from tools.tool import ToolResult


def running(loop: Loop) -> None:
    loop.prompt()
    loop.reply(call(), call())


ASKING = ("asking", Loop.prompt)
RUNNING = ("running", running)


def test_a_new_loop_does_nothing_until_the_journal_has_reported() -> None:
    loop = Loop()
    assert loop.kinds(SubmitPrompt(PromptId("p"), "go")) == ["PromptAccepted"]
    assert loop.state.phase == "recovering"
    assert [type(item).__name__ for item in loop.recover(fold(()))] == [
        "TurnStarted",
        "RequestReply",
        "QueueChanged",
    ]


def test_a_prompt_begins_a_turn_with_one_commit() -> None:
    """S3-17: accepted, started and asked in one."""
    loop = ready()
    expected = fold([PromptAccepted(PromptId("go"), "go"), TurnStarted(T1, PromptId("go"), "go")])
    assert loop.prompt() == [
        PromptAccepted(PromptId("go"), "go"),
        TurnStarted(T1, PromptId("go"), "go"),
        RequestReply(T1, R1, expected.transcript),
        QueueChanged(()),
    ]


def test_an_answer_without_calls_ends_the_turn() -> None:
    loop = ready()
    loop.prompt()
    loop.now += 2.5
    message = AssistantMessage.of("hello")
    assert loop.reply(text="hello") == [
        ReplyCompleted(T1, R1, message, USED),
        TurnFinished(T1, PromptId("go"), "done", "hello", USED, 1, 2.5),
    ]
    assert loop.state.phase == "idle"


def test_calls_are_run_and_their_answers_are_the_next_request() -> None:
    """S0-7, S0-12: in call order, whatever the order of the answers."""
    loop = ready()
    loop.prompt()
    announced = loop.reply(call("a"), call("b"))
    calls = (ToolCall(CallId("t1-r1-c1"), "a", "{}"), ToolCall(CallId("t1-r1-c2"), "b", "{}"))
    assert announced[-1] == RunCalls(T1, calls)
    assert loop.answer("t1-r1-c2") == []
    requests = loop.answer("t1-r1-c1")
    assert len(requests) == 1
    request = requests[0]
    assert isinstance(request, RequestReply)
    assert request.request == "t1-r2"
    answers = [message.call for message in request.transcript.messages if isinstance(message, ToolMessage)]
    assert answers == ["t1-r1-c1", "t1-r1-c2"]
    assert is_balanced(request.transcript)


def test_calls_get_ids_of_their_own_whatever_the_server_gave_them() -> None:
    """Servers repeat ids, or leave them out."""
    loop = ready()
    loop.prompt()
    run = loop.reply(
        ToolCall(CallId("same"), "a", ""), ToolCall(CallId("same"), "b", ""), ToolCall(CallId(""), "c", "")
    )[-1]
    assert isinstance(run, RunCalls)
    assert [one.id for one in run.calls] == ["t1-r1-c1", "t1-r1-c2", "t1-r1-c3"]


def test_prompts_wait_while_a_turn_runs_and_begin_in_their_order() -> None:
    """S3-16: the queue is told each time it changes."""
    loop = ready()
    loop.prompt("one")
    assert loop.prompt("two")[-1] == QueueChanged((PromptId("two"),))
    assert loop.prompt("three")[-1] == QueueChanged((PromptId("two"), PromptId("three")))
    announced = loop.reply()
    assert TurnStarted(TurnId("t2"), PromptId("two"), "two") in announced
    assert announced[-1] == QueueChanged((PromptId("three"),))


def test_a_queue_that_is_full_refuses_at_once_and_gives_the_text_back() -> None:
    """S3-4, S3-6, S3-18."""
    loop = ready(Limits(queued_prompts=2))
    for text in ("one", "two", "three"):
        loop.prompt(text)
    refused = loop.prompt("four")
    assert len(refused) == 1
    assert isinstance(refused[0], PromptRefused)
    assert refused[0].text == "four"
    assert "2 prompts are waiting already" in refused[0].reason


def test_a_prompt_can_be_taken_back_while_it_waits_and_not_later() -> None:
    loop = ready()
    loop.prompt("one")
    loop.prompt("two")
    assert loop.tell(WithdrawPrompt(PromptId("two"))) == [PromptWithdrawn(PromptId("two"), "two"), QueueChanged(())]
    assert loop.tell(WithdrawPrompt(PromptId("one"))) == []
    assert "TurnStarted" not in [type(item).__name__ for item in loop.reply()]


@pytest.mark.parametrize(("phase", "lead"), [ASKING, RUNNING], ids=["asking", "running"])
@pytest.mark.parametrize("cause", [CancelTurn(), TurnTimeExpired(T1), StopWork()], ids=["esc", "time", "stop"])
def test_a_turn_is_cancelled_wherever_it_is(phase: str, lead: Callable[[Loop], object], cause: Received) -> None:
    """S0-5, S1-8: what it waits for is ended, then it ends with the right outcome, once."""
    loop = ready()
    lead(loop)
    assert loop.state.phase == phase
    expected = CancelReply(T1) if phase == "asking" else CancelCalls(T1)
    assert loop.tell(cause) == [expected]
    assert loop.tell(CancelTurn()) == [], "a second one changes nothing"
    if phase == "asking":
        announced = loop.failure("cancelled", "half a sen")
    else:
        assert loop.answer("t1-r1-c1", ToolResult("cancelled", "")) == []
        announced = loop.answer("t1-r1-c2", ToolResult("cancelled", ""))
    assert loop.ended().outcome == ("limit" if isinstance(cause, TurnTimeExpired) else "cancelled")
    assert (WorkStopped() in announced) == isinstance(cause, StopWork)
    assert is_balanced(loop.state.conversation.transcript)
    assert loop.state.conversation == fold(loop.records)


def test_what_was_shown_of_a_cancelled_answer_is_kept() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(CancelTurn())
    loop.failure("cancelled", "half a sen")
    last = loop.state.conversation.transcript.messages[-1]
    assert last == AssistantMessage.of("half a sen").interrupt("cancelled")


def test_an_answer_that_crosses_its_cancel_is_kept_without_its_calls() -> None:
    loop = ready()
    loop.prompt()
    loop.tell(CancelTurn())
    loop.reply(call(), text="let me")
    assert loop.ended().outcome == "cancelled"
    assert loop.state.conversation.transcript.messages[-1] == AssistantMessage.of("let me").interrupt()


def test_a_cancel_with_nothing_to_cancel_does_nothing() -> None:
    loop = ready()
    assert loop.tell(CancelTurn()) == []
    loop.prompt()
    loop.reply()
    assert loop.tell(CancelTurn()) == []


def test_a_queued_prompt_begins_after_a_cancel() -> None:
    loop = ready()
    loop.prompt("one")
    loop.prompt("two")
    loop.tell(CancelTurn())
    assert TurnStarted(TurnId("t2"), PromptId("two"), "two") in loop.failure("cancelled")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("rejected", "failed"),
        ("filtered", "failed"),
        ("unreachable", "unavailable"),
        ("cut", "unavailable"),
        ("stalled", "unavailable"),
        ("empty", "unavailable"),
    ],
)
def test_a_failure_of_the_provider_ends_the_turn_with_its_kind(kind: FailureKind, outcome: str) -> None:
    """A cut stream is never a success."""
    loop = ready()
    loop.prompt()
    loop.failure(kind)
    assert (loop.ended().outcome, loop.ended().text) == (outcome, f"it was {kind}")


@pytest.mark.parametrize(
    "late",
    [
        ReceiveReply(TurnId("t0"), RequestId("t0-r1"), AssistantMessage.of("late", calls=(call(),)), USED),
        ReceiveReply(T1, RequestId("t1-r0"), AssistantMessage.of("late"), USED),
        ReceiveFailure(T1, RequestId("t1-r0"), "cut", "late", ""),
        ReceiveAnswer(T1, CallId("never-asked"), "n", OK),
        TurnTimeExpired(TurnId("t0")),
        ReceiveConversation(Conversation(), "1-0"),
        PromptAccepted(PromptId("another"), "another"),
    ],
    ids=lambda late: type(late).__name__,
)
@pytest.mark.parametrize(
    "lead",
    [Loop.rest, ASKING[1], RUNNING[1]],
    ids=["idle", "asking", "running"],
)
def test_a_message_of_the_past_changes_nothing(late: Received, lead: Callable[[Loop], object]) -> None:
    loop = ready()
    lead(loop)
    before = loop.state.conversation, loop.state.phase, loop.state.request
    assert all(isinstance(sent, ReplyDiscarded) for sent in loop.tell(late)), "at most it is called void"
    assert (loop.state.conversation, loop.state.phase, loop.state.request) == before


def test_an_answer_that_came_too_late_makes_the_loop_ask_what_is_written() -> None:
    """The journal took it for a turn that was over here; when the loop rests it takes the journal's account."""
    loop = ready()
    loop.prompt()
    loop.tell(ReceiveAnswer(TurnId("t0"), CallId("c"), "n", OK))
    assert loop.reply()[-1] == ReportConversation("1-2")
    loop.tell(loop.ended())
    assert loop.recover() == []
    assert loop.state.phase == "idle"
    loop.prompt("next")
    assert not any(isinstance(sent, ReportConversation) for sent in loop.reply()), "it asks once"


def test_the_same_answer_twice_is_one_answer() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call(), call())
    loop.answer("t1-r1-c1")
    assert loop.answer("t1-r1-c1", ToolResult("error", "again")) == []
    assert loop.state.phase == "running"


def test_limits_end_a_turn_between_its_steps() -> None:
    loop = ready(Limits(max_turns=1))
    loop.prompt()
    loop.reply(call())
    loop.answer("t1-r1-c1")
    assert loop.ended().outcome == "limit"
    assert "--max-turns" in loop.ended().text
    loop = ready(Limits(max_tokens=15))
    loop.prompt()
    loop.reply(call())
    loop.answer("t1-r1-c1")
    assert "--max-tokens" in loop.ended().text


def test_a_time_limit_is_a_timer_of_the_turn() -> None:
    loop = ready(Limits(time=7.0))
    loop.prompt()
    assert loop.timers == [Later(7.0, TurnTimeExpired(T1))]


def test_nobody_there_to_approve_ends_the_turn_as_denied() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call(), call())
    assert loop.answer("t1-r1-c1", ToolResult("denied", "nobody"), unattended=True) == [CancelCalls(T1)]
    loop.answer("t1-r1-c2", ToolResult("cancelled", ""))
    assert (loop.ended().outcome, loop.ended().text) == ("denied", "nobody")


def test_a_turn_that_is_being_cancelled_stays_cancelled_whoever_could_not_approve() -> None:
    loop = ready()
    loop.prompt()
    loop.reply(call(), call())
    loop.tell(CancelTurn())
    assert loop.answer("t1-r1-c1", ToolResult("denied", "nobody"), unattended=True) == []
    loop.answer("t1-r1-c2", ToolResult("cancelled", ""))
    assert loop.ended().outcome == "cancelled"


def test_clearing_waits_for_the_end_of_the_turn() -> None:
    loop = ready()
    loop.prompt()
    refused = loop.tell(ClearConversation())
    assert isinstance(refused[0], NoticeRaised)
    loop.reply()
    assert loop.tell(ClearConversation()) == [ConversationCleared()]
    assert loop.state.conversation.transcript.messages == ()


def test_a_persons_own_command_goes_along_with_the_next_prompt() -> None:
    loop = ready()
    assert loop.tell(ShareShell("make", "ok", 0)) == [ShellShared("make", "ok", 0)]
    request = loop.prompt()[2]
    assert isinstance(request, RequestReply)
    said = request.transcript.messages[-1]
    assert isinstance(said, UserMessage)
    assert "`make`" in said.text


def test_a_closed_intake_refuses_and_begins_nothing_that_waits() -> None:
    """S0-13."""
    loop = ready()
    loop.prompt("one")
    loop.prompt("two")
    assert loop.tell(CloseIntake()) == [IntakeClosed()]
    assert [type(item) for item in loop.prompt("three")] == [PromptRefused]
    assert "TurnStarted" not in [type(item).__name__ for item in loop.reply()]
    assert [waiting.prompt for waiting in loop.state.conversation.waiting] == ["two"], "for the next session"


def test_a_stop_at_rest_is_acknowledged_at_once() -> None:
    loop = ready()
    assert loop.tell(StopWork()) == [WorkStopped()]
    loop = ready()
    loop.prompt()
    loop.reply()
    assert loop.tell(StopWork()) == [WorkStopped()]


def test_a_stop_while_recovering_is_acknowledged_after_it() -> None:
    loop = Loop()
    assert loop.tell(StopWork()) == []
    assert loop.recover() == [WorkStopped()]


def test_a_stop_ends_the_turn_is_acknowledged_again_after_a_failure_of_the_journal_and_begins_nothing() -> None:
    loop = ready()
    loop.prompt("one")
    loop.prompt("two")
    assert loop.tell(StopWork()) == [CancelReply(T1)]
    assert [type(item) for item in loop.prompt("three")] == [PromptRefused]
    announced = loop.failure("cancelled")
    assert announced[-1] == WorkStopped()
    loop.tell(loop.ended())
    loop.tell(ActorRestarted("journal", 2))
    assert loop.recover() == [WorkStopped()], "the first acknowledgement may have been lost; no other turn begins"


def test_text_that_is_no_text_is_made_sound() -> None:
    loop = ready()
    assert loop.tell(ShareShell("ls \udce9", "caf\udce9", 0)) == [ShellShared("ls ?", "caf?", 0)]
    assert loop.tell(SubmitPrompt(PromptId("p"), "caf\udce9"))[0] == PromptAccepted(PromptId("p"), "caf?")


def test_each_call_is_answered_under_our_id_and_keeps_the_providers() -> None:
    loop = ready()
    loop.prompt()
    signed = replace(call(), provider_id="call_7", state=ProviderState("p", "m", "{}"))
    run = loop.reply(signed)[-1]
    assert isinstance(run, RunCalls)
    assert run.calls == (replace(signed, id=CallId("t1-r1-c1")),)
