"""Compaction as dialogues with the turn loop: whatever becomes of the summary, the session goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from actors.context_messages import CompactConversation
from actors.conversation import fold
from actors.ids import PromptId, RequestId, TurnId
from actors.llm.port import FailureKind
from actors.messages import (
    CancelReply,
    CancelTurn,
    JournalFailed,
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    RequestReply,
    SubmitPrompt,
)
from actors.phase_messages import StopWork, WorkStopped
from actors.records import (
    CompactionStarted,
    ConversationCompacted,
    PromptAccepted,
    Record,
    ReplyCompleted,
    TurnFinished,
)
from actors.runtime.signals import ActorRestarted
from actors.transcript import AssistantMessage, StopReason, Usage, UserMessage
from tests.actors.context.long_talk import SUMMARY, TASK, LongTalk, plan, speaks_of
from tests.actors.hand_loop import Loop, call, ready
from tests.actors.stage import is_balanced
from tools.tool import ToolResult

Failing = Callable[[RequestReply], ReceiveReply | ReceiveFailure]


def said(text: str, stop_reason: StopReason = "stop") -> Failing:
    def answer(request: RequestReply) -> ReceiveReply:
        message = AssistantMessage.of(text, stop_reason=stop_reason)
        return ReceiveReply(request.turn, request.request, message, Usage(9, 1))

    return answer


def failed(kind: FailureKind) -> Failing:
    return lambda request: ReceiveFailure(request.turn, request.request, kind, f"it was {kind}", "some of it")


def compactions(talk: LongTalk) -> list[ConversationCompacted]:
    return [record for record in talk.loop.records if isinstance(record, ConversationCompacted)]


def full_talk() -> LongTalk:
    """One that stands right before its first summary, if its next step is followed."""
    talk = LongTalk(10_000)
    talk.loop.recover()
    announced = talk.loop.tell(SubmitPrompt(PromptId("p"), TASK))
    while not any(isinstance(item, RequestReply) and item.purpose == "summary" for item in announced):
        request = next(item for item in announced if isinstance(item, RequestReply))
        run = talk.loop.tell(talk.answer(request))[-1]
        announced = talk.ran(run)
    talk.requests.append(next(item for item in announced if isinstance(item, RequestReply)))
    return talk


FAILURES: dict[str, Failing] = {
    "empty": said("  "),
    "reasoning only": lambda request: ReceiveReply(
        request.turn, request.request, AssistantMessage.of("", reasoning="hm"), Usage()
    ),
    "cut": said("Decisions: wid", "length"),
    "filtered": said("Decisions", "filtered"),
    "longer than what it replaces": said("so much to say " * 20_000),
    "lying about its length": said("a bit too long " * 4_000),
    "calls instead": lambda request: ReceiveReply(
        request.turn, request.request, AssistantMessage.of("", calls=(call(),), stop_reason="tool_calls"), Usage()
    ),
    "context exceeded again": failed("context_exceeded"),
    "rejected": failed("rejected"),
    "stalled": failed("stalled"),
    "unreachable": failed("unreachable"),
}


@pytest.mark.parametrize("summary", FAILURES.values(), ids=FAILURES)
def test_a_failing_summary_falls_back_to_one_without_the_model(summary: Failing) -> None:
    talk = LongTalk(200, summary=summary)
    talk.run()
    assert talk.loop.ended().outcome == "done"
    methods = {record.method for record in compactions(talk)}
    assert "mechanical" in methods
    assert "summary" not in methods
    assert all(speaks_of(request, TASK) for request in talk.requests)
    assert all(is_balanced(request.transcript) for request in talk.requests)
    assert all(record.after <= 0.8 * record.before for record in compactions(talk))


def test_a_summary_takes_the_place_of_what_was_said_and_keeps_the_last_steps() -> None:
    talk = full_talk()
    before = talk.loop.state.conversation.transcript
    announced = talk.loop.tell(talk.summarised(talk.requests[-1]))
    record, request = announced
    assert isinstance(record, ConversationCompacted)
    assert isinstance(request, RequestReply)
    assert (record.method, record.reason, record.turn) == ("summary", "threshold", "t1")
    assert record.usage == talk.used(talk.requests[-1])
    first, *rest = request.transcript.messages
    assert isinstance(first, UserMessage)
    assert SUMMARY in first.text
    assert TASK in first.text
    assert rest == list(before.messages[record.replaced :])
    assert len(rest) >= 2


def test_a_model_is_asked_for_a_summary_at_most_once_in_so_many_steps() -> None:
    talk = LongTalk(400, result=lambda number: ToolResult("ok", f"{number} " * 1_500), context=plan(16_000))
    talk.run()
    assert talk.loop.ended().outcome == "done"
    answers = 0
    last = None
    for record in talk.loop.records:
        answers += isinstance(record, ReplyCompleted)
        if isinstance(record, CompactionStarted):
            assert last is None or answers - last >= 20
            last = answers
    assert any(record.method == "mechanical" for record in compactions(talk))


def test_a_window_smaller_than_the_system_prompt_stops_with_a_reason() -> None:
    talk = LongTalk(5, context=plan(2_000, system=20_000))
    talk.run()
    end = talk.loop.ended()
    assert (end.outcome, end.limit, end.steps) == ("limit", "context", 0)
    assert "system prompt and tools" in end.text
    assert talk.requests == []


def test_a_prompt_longer_than_the_window_stops_with_a_reason_and_the_next_one_begins() -> None:
    talk = LongTalk(1)
    talk.run("x" * 200_000)
    assert (talk.loop.ended().outcome, talk.loop.ended().limit) == ("limit", "context")
    assert talk.requests == []
    talk.run_on("hello")
    assert talk.loop.ended().outcome == "done"


def test_one_result_longer_than_the_window_is_folded() -> None:
    talk = LongTalk(2, result=lambda number: ToolResult("ok", f"{number}" * 300_000, spill="/tmp/whole"))  # noqa: S108
    talk.run()
    assert talk.loop.ended().outcome == "done"
    assert "/tmp/whole" in str(talk.requests[1].transcript)  # noqa: S108


def test_many_results_of_one_step_that_are_too_long_together_are_folded() -> None:
    loop = Loop(context=plan())
    loop.recover()
    loop.prompt(TASK)
    loop.reply(*[call(f"n{number}") for number in range(30)])
    sent: list[object] = []
    for number in range(30):
        sent = loop.answer(f"t1-r1-c{number + 1}", ToolResult("ok", f"{number} " * 3_000))
    request = sent[-1]
    assert isinstance(request, RequestReply)
    assert is_balanced(request.transcript)
    assert request.transcript.size < 32_000 * 3


# ── A request that the provider refuses ───────────────────────────────────────────────────────────────────────────


def refused(loop: Loop) -> list[object]:
    return loop.failure("context_exceeded", "partial")


def test_a_request_that_was_refused_as_too_long_is_made_again_shorter() -> None:
    talk = LongTalk(10_000, context=replace(plan(1_000_000), assumed=True))
    talk.loop.recover()
    announced = talk.loop.tell(SubmitPrompt(PromptId("p"), TASK))
    for _ in range(12):
        request = next(item for item in announced if isinstance(item, RequestReply))
        announced = talk.ran(talk.loop.tell(talk.answer(request))[-1])
    first = announced[-1]
    discarded, started, summary = refused(talk.loop)
    assert isinstance(discarded, ReplyDiscarded)
    assert isinstance(started, CompactionStarted)
    assert isinstance(summary, RequestReply)
    record, again = talk.loop.tell(talk.summarised(summary))
    assert isinstance(record, ConversationCompacted)
    assert isinstance(again, RequestReply)
    assert isinstance(first, RequestReply)
    assert again.request != first.request
    assert again.transcript.size < 0.8 * first.transcript.size
    assert talk.loop.state.conversation.refused == record.before
    assert isinstance(talk.loop.tell(talk.answer(again))[0], ReplyCompleted)


def test_a_model_that_refuses_every_request_as_too_long_ends_the_turn() -> None:
    """Nothing is asked without end."""
    talk = full_talk()
    requests = [talk.loop.tell(talk.summarised(talk.requests[-1]))[-1]]
    for _ in range(6):
        if talk.loop.state.phase == "idle":
            break
        sent = refused(talk.loop)
        requests += [item for item in sent if isinstance(item, RequestReply)]
    end = talk.loop.ended()
    assert (end.outcome, end.limit) == ("limit", "context")
    assert len(requests) <= 4


def test_what_was_refused_is_the_window_from_then_on() -> None:
    talk = LongTalk(300, context=replace(plan(1_000_000), assumed=True))
    real = 20_000
    answer = talk.answer

    def limited(request: RequestReply) -> ReceiveReply | ReceiveFailure:
        if talk.tokens(request.transcript) > real:
            return ReceiveFailure(request.turn, request.request, "context_exceeded", "too long", "")
        said = answer(request)
        assert isinstance(said, ReceiveReply | ReceiveFailure)
        return said

    talk.answering = limited
    talk.run()
    assert talk.loop.ended().outcome == "done"
    refusals = [record for record in compactions(talk) if record.reason == "refused"]
    assert len(refusals) <= 3
    assert len(compactions(talk)) > len(refusals)


# ── A person who asks, or who interrupts ──────────────────────────────────────────────────────────────────────────


def rested_talk() -> LongTalk:
    """A talk between two turns with much in it."""
    talk = LongTalk(15)
    talk.run()
    return talk


def test_a_person_may_compact_between_two_turns_and_say_what_matters() -> None:
    talk = rested_talk()
    started, request = talk.loop.tell(CompactConversation(" the widgets "))
    assert isinstance(started, CompactionStarted)
    assert isinstance(request, RequestReply)
    assert (started.focus, request.purpose) == ("the widgets", "summary")
    assert speaks_of(request, "keep above all: the widgets")
    (record,) = talk.loop.tell(talk.summarised(request))
    assert isinstance(record, ConversationCompacted)
    assert (record.reason, record.method) == ("asked", "summary")
    assert talk.loop.state.phase == "idle"
    talk.run_on("go on")
    assert speaks_of(talk.requests[-1], TASK)
    assert fold(talk.loop.records) == talk.loop.state.conversation


def test_there_is_nothing_to_gain_in_a_new_session() -> None:
    loop = ready()
    (notice,) = loop.tell(CompactConversation())
    assert isinstance(notice, NoticeRaised)
    assert "nothing to gain" in notice.text
    assert loop.state.phase == "idle"


def test_while_a_turn_runs_it_is_compacted_before_its_next_request() -> None:
    talk = LongTalk(15)
    talk.loop.recover()
    announced = talk.loop.tell(SubmitPrompt(PromptId("p"), TASK))
    for _ in range(10):
        request = next(item for item in announced if isinstance(item, RequestReply))
        announced = talk.ran(talk.loop.tell(talk.answer(request))[-1])
    request = next(item for item in announced if isinstance(item, RequestReply))
    (notice,) = talk.loop.tell(CompactConversation())
    assert isinstance(notice, NoticeRaised)
    talk.follow([request])
    assert talk.loop.ended().outcome == "done"
    assert [record.reason for record in compactions(talk)][:1] == ["asked"]


def test_prompts_wait_for_a_compaction_and_begin_after_it() -> None:
    talk = rested_talk()
    request = talk.loop.tell(CompactConversation())[-1]
    assert isinstance(request, RequestReply)
    queued = talk.loop.prompt("next")
    assert isinstance(queued[0], PromptAccepted)
    assert not any(isinstance(item, RequestReply) for item in queued)
    begun = talk.loop.tell(talk.summarised(request))
    assert any(isinstance(item, RequestReply) and item.purpose == "answer" for item in begun)


@pytest.mark.parametrize("late", [True, False], ids=["the summary came all the same", "it is let go"])
def test_a_compaction_between_two_turns_can_be_cancelled(*, late: bool) -> None:
    talk = rested_talk()
    request = talk.loop.tell(CompactConversation())[-1]
    assert isinstance(request, RequestReply)
    assert talk.loop.tell(CancelTurn()) == [CancelReply(request.turn)]
    answer = talk.summarised(request) if late else failed("cancelled")(request)
    talk.loop.tell(answer)
    assert talk.loop.state.phase == "idle"
    assert len(compactions(talk)) == late


def test_a_shutdown_ends_a_compaction_between_two_turns() -> None:
    talk = rested_talk()
    request = talk.loop.tell(CompactConversation())[-1]
    assert isinstance(request, RequestReply)
    assert talk.loop.tell(StopWork()) == [CancelReply(request.turn)]
    assert WorkStopped() in talk.loop.tell(failed("cancelled")(request))


def test_a_turn_that_is_cancelled_while_it_is_compacted_ends_once() -> None:
    talk = full_talk()
    request = talk.requests[-1]
    assert talk.loop.tell(CancelTurn()) == [CancelReply(request.turn)]
    talk.loop.tell(failed("cancelled")(request))
    (end,) = talk.records(TurnFinished)
    assert isinstance(end, TurnFinished)
    assert end.outcome == "cancelled"
    assert talk.loop.state.phase == "idle"


def test_a_summary_that_was_paid_for_is_used_though_the_turn_is_cancelled() -> None:
    talk = full_talk()
    talk.loop.tell(CancelTurn())
    record, end = talk.loop.tell(talk.summarised(talk.requests[-1]))
    assert isinstance(record, ConversationCompacted)
    assert isinstance(end, TurnFinished)
    assert (end.outcome, record.method) == ("cancelled", "summary")


# ── Failures of the actors themselves ─────────────────────────────────────────────────────────────────────────────


def test_a_streamer_that_fails_while_it_summarises_costs_the_summary_only() -> None:
    talk = full_talk()
    record, request = talk.loop.tell(ActorRestarted("llm_streamer", 2))
    assert isinstance(record, ConversationCompacted)
    assert isinstance(request, RequestReply)
    assert (record.method, request.purpose) == ("mechanical", "answer")
    assert talk.loop.tell(talk.summarised(talk.requests[-1])) == [], "the summary comes too late"


def test_a_streamer_that_fails_between_two_turns_leaves_the_loop_at_rest() -> None:
    talk = rested_talk()
    talk.loop.tell(CompactConversation())
    talk.loop.tell(ActorRestarted("llm_streamer", 2))
    assert talk.loop.state.phase == "idle"


def test_a_journal_that_fails_while_it_is_compacted_repeats_the_compaction() -> None:
    talk = full_talk()
    talk.loop.tell(ActorRestarted("journal", 2))
    announced = talk.loop.recover()
    assert any(isinstance(item, RequestReply) for item in announced)
    talk.steps = talk.done + 3
    talk.follow(announced)
    assert talk.loop.ended().outcome == "done"


def test_a_journal_that_cannot_be_written_ends_the_turn_that_is_compacted() -> None:
    talk = full_talk()
    sent = talk.loop.tell(JournalFailed("the disk is full"))
    assert any(isinstance(item, TurnFinished) for item in sent)
    talk.loop.recover()
    assert talk.loop.state.phase == "idle"


@pytest.mark.parametrize("kind", [CompactionStarted, ConversationCompacted])
def test_a_session_goes_on_from_every_record_of_a_compaction(kind: type[Record]) -> None:
    """The process dies right after the record; the next one answers the task to its end."""
    talk = LongTalk(120)
    talk.run()
    places = [place for place, record in enumerate(talk.loop.records) if isinstance(record, kind)]
    for place in (*places, *(place - 1 for place in places)):
        later = LongTalk(3)
        later.loop.records = talk.loop.records[: place + 1]
        later.follow(later.loop.recover())
        later.run_on("go on")
        end = later.loop.ended()
        assert (end.outcome, end.text) == ("done", "All done.")
        assert all(is_balanced(request.transcript) for request in later.requests)
        assert all(speaks_of(request, TASK) for request in later.requests)
        assert fold(later.loop.records) == later.loop.state.conversation


def test_a_summary_of_an_earlier_request_changes_nothing() -> None:
    talk = full_talk()
    stranger = ReceiveReply(TurnId("t1"), RequestId("t1-s1-99"), AssistantMessage.of("no"), Usage())
    before = talk.loop.state.conversation
    talk.loop.tell(stranger)
    assert talk.loop.state.conversation == before
