"""Each check of what follows what is broken once by hand, and seen to be broken."""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from actors.drill.judging.invariants_order import CANCEL_BOUND, PHASES
from actors.drill.plan.scenarios import ANSWER, APPROVAL, CANCEL_STREAM, CANCEL_TOOLS, JOB, QUIT_WORKING, TOOLS
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.trace import TakenMessage
from actors.drill.simulated.world import ShownMessage
from actors.ids import TurnId
from actors.messages import AnswerApproval, CancelCalls, JobFinished, NoticeRaised
from actors.phase_messages import CloseIntake, JobsEnded, ScreenDrained, StopWork, WorkStopped
from actors.records import CallFinished, TurnFinished, TurnStarted
from actors.runtime.shutdown import ExitReport
from actors.runtime.signals import BeginShutdown
from actors.system import PHASES as SHIPPED
from tests.actors.drill.doctored import add, broken, end_of_turn, good, incarnation_with, sent, swap

NOTHING = NoticeRaised("info", "in its place")


def test_i2_sees_a_process_that_runs_on_when_all_jobs_are_called_ended() -> None:
    done = good(QUIT_WORKING)
    process = done.world.processes[0]
    said = sent(done, JobsEnded)
    process.ended = said.at + 0.5
    assert broken(done)["I2"] == ["`server` ran on when all jobs were called ended"]
    swap(done, said, JobsEnded((process.pid,)))
    assert "I2" not in broken(done), "it was named as a survivor"


def test_i4_sees_a_call_that_is_answered_while_its_command_runs() -> None:
    done = good(JOB)
    process = done.world.processes[0]
    process.ended = sent(done, TurnFinished).at + 0.5
    assert f"{process.job} was answered while its command ran" in broken(done)["I4"]


def test_i4_sees_a_call_that_is_cancelled_by_nobody() -> None:
    done = good(CANCEL_TOOLS)
    swap(done, sent(done, CancelCalls), NOTHING)
    assert "t1-r1-c1 was cancelled and t1 was not" in broken(done)["I4"]


def test_i4_sees_a_call_without_an_answer() -> None:
    done = good(TOOLS)
    entry = sent(done, CallFinished)
    assert isinstance(entry.message, CallFinished)
    swap(done, entry, NOTHING)
    assert f"{entry.message.call} was never answered" in broken(done)["I4"]


def test_i4_sees_a_call_that_begins_without_leave_or_after_a_no() -> None:
    done = good(APPROVAL)
    entry = sent(done, AnswerApproval)
    assert isinstance(entry.message, AnswerApproval)
    swap(done, entry, replace(entry.message, answer="no"))
    assert f"{entry.message.call} began without leave" in broken(done)["I4"]
    done = good(APPROVAL)
    swap(done, sent(done, AnswerApproval), NOTHING)
    assert f"{entry.message.call} began without leave" in broken(done)["I4"]


def test_i5_sees_a_record_that_was_not_published() -> None:
    done = good(ANSWER)
    swap(done, sent(done, TurnStarted), NOTHING)
    assert "TurnStarted is in the journal and was not published" in broken(done)["I5"]


def test_i5_sees_what_was_published_and_not_written() -> None:
    done = good(ANSWER)
    lines = bytes(done.world.journal).splitlines(keepends=True)
    done.world.journal[:] = b"".join(line for line in lines if b"SessionOpened" not in line)
    assert broken(done) == {"I5": ["SessionOpened was published and is not in the journal"]}


def test_i6_sees_a_job_without_a_report_and_one_with_two() -> None:
    done = good(JOB)
    entry = sent(done, JobFinished)
    assert isinstance(entry.message, JobFinished)
    job = entry.message.job
    add(done, entry.message, "pty_manager")
    assert broken(done)["I6"] == [f"the end of {job} was reported 2 times"]
    done = good(JOB)
    swap(done, sent(done, JobFinished), NOTHING)
    assert broken(done)["I6"] == [f"the end of {job} was never reported"]


def test_i6_sees_a_person_who_has_to_give_up() -> None:
    done = good(ANSWER)
    add(done, BeginShutdown(1, "nothing happens any more"), "person", after=TurnStarted)
    assert broken(done)["I6"] == ["nothing happened any more for prompt p1"]
    done = good(ANSWER)
    add(done, BeginShutdown(1, "nothing happens any more"), "person")
    assert "I6" not in broken(done), "the prompt had ended"


def test_i7_sees_a_turn_that_ends_twice() -> None:
    done = good(ANSWER)
    add(done, end_of_turn(done), "turn_loop")
    assert "t1 ended 2 times" in broken(done)["I7"]


def test_i7_sees_an_end_that_is_told_again_after_a_kill() -> None:
    entries = good(ANSWER).incarnations[-1].trace.entries
    taken = [entry for entry in entries if isinstance(entry, TakenMessage) and entry.actor == "ui"]
    heard = next(entry.step for entry in taken if isinstance(entry.envelope.message, TurnFinished))
    done = run(ANSWER, RunSpec(schedule=(), kills=(Kill(heard),)))
    assert [incarnation.end for incarnation in done.incarnations] == ["killed", "over"]
    assert "I7" not in broken(done)
    end = next(shown.message for shown in done.world.shown if isinstance(shown.message, TurnFinished))
    done.world.shown.append(ShownMessage(1, 0.0, end, late=False))
    assert "prompt p1 ended in 2 incarnations" in broken(done)["I7"]


def test_i7_sees_a_turn_that_ends_as_cancelled_and_was_not() -> None:
    done = good(ANSWER)
    swap(done, sent(done, TurnFinished), replace(end_of_turn(done), outcome="cancelled"))
    assert "t1 ended as cancelled without a cancel" in broken(done)["I7"]


def test_i7_sees_a_turn_that_is_out_of_time_too_early() -> None:
    done = good(dataclasses.replace(ANSWER, turn_limit=10.0))
    swap(done, sent(done, TurnFinished), replace(end_of_turn(done), outcome="limit", seconds=1.0))
    assert "t1 was out of time after 1.0 s" in broken(done)["I7"]


def test_i7_sees_a_cancel_that_takes_its_time() -> None:
    done = good(CANCEL_STREAM)
    sent(done, TurnFinished).at += CANCEL_BOUND + 1.0
    assert any("t1 was cancelled and ended 4.0 s later" in text for text in broken(done)["I7"])


def test_i9_sees_a_phase_that_begins_before_the_one_ahead_is_over() -> None:
    done = good(ANSWER)
    swap(done, sent(done, WorkStopped), NOTHING)
    assert broken(done)["I9"] == ["the phase 'jobs ended' began before 'work stopped' was over"]
    late = incarnation_with(done, report=ExitReport(0, "done", late=("work stopped",)))
    assert "the phase 'jobs ended' began before 'work stopped' was over" not in broken(late)["I9"], "it is named"


def test_i9_sees_a_phase_that_is_left_out() -> None:
    done = good(TOOLS)
    swap(done, sent(done, StopWork), NOTHING)
    assert broken(done)["I9"] == ["the phase 'work stopped' was left out"]


def test_a_call_of_another_turn_is_not_excused_by_a_cancel() -> None:
    done = good(CANCEL_TOOLS)
    entry = sent(done, CancelCalls)
    assert isinstance(entry.message, CancelCalls)
    swap(done, entry, CancelCalls(TurnId("t9")))
    cancelled = sent(done, CallFinished).message
    assert isinstance(cancelled, CallFinished)
    assert f"{cancelled.call} was cancelled and t1 was not" in broken(done)["I4"]


def test_the_phases_are_those_of_the_program() -> None:
    order = BeginShutdown(0, "")
    assert [(phase.name, type(phase.begin(order)), phase.until) for phase in SHIPPED] == list(PHASES)
    assert PHASES[0][1] is CloseIntake
    assert PHASES[-1][2] is ScreenDrained
