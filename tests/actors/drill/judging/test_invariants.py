"""Each promise is broken once by hand, and seen to be broken: a check that cannot fail checks nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.conversation import NEW, apply
from actors.drill.judging.invariants import check, illegal, unbalanced
from actors.drill.plan.scenario import Scenario
from actors.drill.plan.scenarios import ANSWER, JOB, SCENARIOS, TOOLS
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.world import Process
from actors.ids import CallId, PromptId, TurnId
from actors.messages import (
    Commit,
    JobStreamed,
    NoticeRaised,
    ReceiveConversation,
    ReplyStreamed,
    RequestReply,
    SubmitPrompt,
)
from actors.records import CallFinished, CallStarted, PromptAccepted, SessionOpened, TurnFinished, TurnStarted
from actors.runtime.envelope import DeadLetter
from actors.runtime.shutdown import ExitReport
from actors.transcript import AssistantMessage, ToolMessage, Transcript, UserMessage
from tests.actors.drill.doctored import add, broken, good, incarnation_with, sent, swap
from tools.tool import ToolResult


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_every_scenario_keeps_every_promise_along_the_plainest_schedule(scenario: Scenario) -> None:
    good(scenario)


def test_i1_sees_a_message_that_was_not_shown() -> None:
    done = good(ANSWER)
    done.world.shown = [shown for shown in done.world.shown if not isinstance(shown.message, TurnStarted)]
    assert broken(done) == {"I1": ["journal's TurnStarted was never shown"]}


def test_i1_sees_messages_of_one_sender_in_another_order() -> None:
    done = good(ANSWER)
    shown = done.world.shown
    first = next(place for place, each in enumerate(shown) if isinstance(each.message, PromptAccepted))
    shown[first], shown[first + 1] = shown[first + 1], shown[first]
    assert "journal's PromptAccepted was shown before an earlier message of its" in broken(done)["I1"]


def test_i1_sees_a_message_that_was_lost_although_the_end_was_clean() -> None:
    done = good(ANSWER)
    done.incarnations[-1].trace.dead.append(DeadLetter(NoticeRaised("info", "lost"), "journal", "ui", "closed"))
    assert broken(done) == {"I1": ["journal's NoticeRaised was lost (closed)"]}


def test_i1_takes_joined_messages_apart() -> None:
    done = good(ANSWER)
    pieces = [shown for shown in done.world.shown if isinstance(shown.message, ReplyStreamed)]
    assert [piece.message.text for piece in pieces if isinstance(piece.message, ReplyStreamed)] == ["Hello"]
    joined = pieces[0].message
    assert isinstance(joined, ReplyStreamed)
    pieces[0].message = replace(joined, text="Help")
    assert broken(done)["I1"][:2] == ["llm_streamer's ReplyStreamed was never shown"] * 2


def test_i2_sees_a_process_that_lives_on() -> None:
    done = good(JOB)
    done.world.processes.append(Process(1, "job", "sleep 1000", 0.0))
    assert "`sleep 1000` (1) lives on and the report does not name it" in broken(done)["I2"]
    report = done.incarnations[-1].report
    assert report is not None
    found = broken(incarnation_with(done, report=replace(report, survivors=("process 1",)))).get("I2", [])
    assert "`sleep 1000` (1) lives on and the report does not name it" not in found, "the report says so"


def test_i3_sees_a_terminal_that_was_not_restored_or_twice() -> None:
    done = good(ANSWER)
    restored = done.world.restored.pop()
    assert broken(done) == {"I3": ["the terminal was not restored"]}
    done.world.restored += [restored, restored]
    assert broken(done) == {"I3": ["the terminal was restored 2 times"]}


def test_i3_sees_what_is_drawn_after_the_terminal_was_restored() -> None:
    done = good(ANSWER)
    done.world.shown[-1].late = True
    assert broken(done) == {"I3": ["JournalFlushed was shown after the terminal was restored"]}


def test_i4_sees_a_call_that_acts_twice() -> None:
    done = good(TOOLS)
    done.world.acts.append("a")
    assert broken(done)["I4"] == [
        "'a' was done 2 times and asked for 1 times",
        "'a' was done 2 times and is 1 times in the journal",
    ]


def test_i4_sees_a_call_that_acts_before_it_is_in_the_journal() -> None:
    done = good(TOOLS)
    done.world.acts.append("unknown")
    done.world.asked.append("unknown")
    assert broken(done)["I4"] == ["'unknown' was done 1 times and is 0 times in the journal"]


def test_i4_sees_a_request_without_the_answer_of_a_call() -> None:
    done = good(TOOLS)
    entry = sent(done, RequestReply, 1)
    assert isinstance(entry.message, RequestReply)
    cut = Transcript(entry.message.transcript.messages[:-1])
    swap(done, entry, replace(entry.message, transcript=cut))
    assert any("has no answer" in text for text in broken(done)["I4"])


def test_i4_sees_a_call_that_is_answered_twice() -> None:
    done = good(TOOLS)
    entry = sent(done, CallFinished)
    add(done, entry.message, "journal")
    assert any("was answered 2 times" in text for text in broken(done)["I4"])


def test_i5_sees_a_request_that_was_not_made_from_the_journal() -> None:
    done = good(ANSWER)
    entry = sent(done, RequestReply)
    assert isinstance(entry.message, RequestReply)
    swap(done, entry, replace(entry.message, transcript=Transcript((UserMessage.of("something else"),))))
    assert any("another talk than the journal's" in text for text in broken(done)["I5"])


def test_i5_sees_a_journal_that_reports_another_state_than_it_holds() -> None:
    done = good(ANSWER)
    entry = sent(done, ReceiveConversation)
    assert isinstance(entry.message, ReceiveConversation)
    swap(done, entry, replace(entry.message, conversation=replace(NEW, turns=7)))
    assert "the journal reported another state than it holds" in broken(done)["I5"]


def test_i5_sees_a_journal_from_which_a_record_is_missing() -> None:
    done = good(ANSWER)
    lines = bytes(done.world.journal).splitlines(keepends=True)
    done.world.journal[:] = b"".join(line for line in lines if b"PromptAccepted" not in line)
    assert "the journal is illegal: p1 was begun and never accepted" in broken(done)["I5"]


def test_i5_sees_a_record_that_came_when_the_journal_had_stopped() -> None:
    done = good(ANSWER)
    entry = sent(done, Commit)
    done.incarnations[-1].trace.dead.append(DeadLetter(entry.message, "turn_loop", "journal", "closed"))
    assert any("the journal had stopped" in text for text in broken(done)["I5"])


def test_i6_sees_a_program_that_does_not_end_and_an_actor_that_is_stuck() -> None:
    stuck = (("journal", "is in the middle of Commit"),)
    found = broken(incarnation_with(good(ANSWER), end="quiet", stuck=stuck))
    assert found["I6"] == ["the program did not end (quiet)", "journal is in the middle of Commit"]


def test_i6_says_how_often_the_model_was_asked_where_there_was_no_end_of_it() -> None:
    done = good(ANSWER)
    steps = done.incarnations[-1].steps
    found = broken(incarnation_with(done, end="steps"))
    assert f"the program did not end (after {steps} steps, in which the model was asked 1 times)" in found["I6"]


def test_i6_takes_what_the_report_names_for_known() -> None:
    done = good(ANSWER)
    report = done.incarnations[-1].report
    assert report is not None
    named = replace(report, late=("journal",))
    assert "I6" not in broken(incarnation_with(done, report=named, stuck=(("journal", "is in the middle of Commit"),)))


def test_i7_sees_a_prompt_that_was_neither_accepted_nor_refused() -> None:
    done = good(ANSWER)
    add(done, SubmitPrompt(PromptId("p9"), "and this?"), after=SessionOpened)
    assert "prompt p9 was neither accepted nor refused" in broken(done)["I7"]


def test_i7_sees_a_prompt_that_ends_twice() -> None:
    done = good(ANSWER)
    entry = sent(done, TurnFinished)
    add(done, entry.message, "journal")
    assert "prompt p1 ended 2 times" in broken(done)["I7"]


def test_i7_sees_a_prompt_that_never_ends() -> None:
    done = good(ANSWER)
    entry = sent(done, TurnFinished)
    swap(done, entry, NoticeRaised("info", "in its place"))
    assert "prompt p1 never ended" in broken(done)["I7"]


def test_i7_sees_a_prompt_that_took_too_long() -> None:
    done = good(ANSWER)
    sent(done, TurnFinished).at = 100_000.0
    assert "prompt p1 took 100000 s" in broken(done)["I7"]


def test_i7_sees_an_accepted_prompt_that_a_kill_has_lost() -> None:
    done = run(ANSWER, RunSpec(schedule=(), kills=(Kill(40),)))
    assert not check(done)
    lines = bytes(done.world.journal).splitlines(keepends=True)
    done.world.journal[:] = b"".join(line for line in lines if b'"p1"' not in line)
    assert "prompt p1 was accepted and is not in the journal" in broken(done)["I7"]


def test_i8_sees_text_and_output_of_a_turn_that_has_ended() -> None:
    done = good(JOB)
    entry = sent(done, ReplyStreamed)
    assert isinstance(entry.message, ReplyStreamed)
    add(done, entry.message)
    output = sent(done, JobStreamed)
    assert isinstance(output.message, JobStreamed)
    add(done, output.message)
    assert {"text of t1 came after its end", "output of t1 came after its end"} <= {*broken(done)["I8"]}


def test_i9_sees_an_end_that_takes_too_long() -> None:
    found = broken(incarnation_with(good(ANSWER), report=ExitReport(0, "done", seconds=99.0)))
    assert found["I9"] == ["the end took 99.0 s, more than 12.5 s"]


def test_i9_sees_a_phase_that_is_late_although_nothing_was_disturbed() -> None:
    found = broken(incarnation_with(good(ANSWER), report=ExitReport(0, "done", late=("work stopped",))))
    assert found["I9"] == ["work stopped did not come to its end by itself"]


def test_i10_sees_a_message_that_changed_after_it_was_sent() -> None:
    done = good(ANSWER)
    seals = done.incarnations[-1].trace.seals
    assert seals is not None
    seals[0] = "as it was"
    assert broken(done)["I10"] == ["ReportConversation was changed after it was sent"]


def test_a_transcript_is_balanced_when_every_call_has_its_answer_in_order() -> None:
    asked = AssistantMessage.of("", calls=(ToolCall(CallId("a"), "look", "{}"), ToolCall(CallId("b"), "look", "{}")))
    first, second = (ToolMessage.of(CallId(call), "look", ToolResult("ok", "")) for call in "ab")
    assert not unbalanced(Transcript((asked, first, second)))
    assert unbalanced(Transcript((asked, first))) == "b has no answer"
    assert unbalanced(Transcript((asked, UserMessage.of("next")))) == "a has no answer"
    assert unbalanced(Transcript((asked, second, first))) == "b is answered out of place"


def test_records_that_must_not_follow_are_illegal() -> None:
    turn, call = TurnId("t1"), CallId("c1")
    assert illegal(NEW, TurnStarted(turn, PromptId("p1"), "")) == "p1 was begun and never accepted"
    running = replace(NEW, turn=TurnStarted(turn, PromptId("p1"), ""))
    assert illegal(running, TurnStarted(TurnId("t2"), PromptId("p2"), "")).startswith("p2 was begun while p1")
    accepted = PromptAccepted(PromptId("p1"), "")
    assert illegal(running, accepted) == "p1 was accepted while it was being worked on"
    assert illegal(apply(NEW, accepted), accepted) == "p1 was accepted while it was waiting already"
    assert illegal(NEW, accepted) == ""
    assert illegal(NEW, CallStarted(turn, call, "look", "", "none")) == "c1 was started and not asked for"
    assert illegal(replace(NEW, started=("c1",)), CallStarted(turn, call, "look", "", "none")) == "c1 was started twice"
