"""The tool runner: each call is answered exactly once, whatever the tool, the person, the clock or a colleague does."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.calls.self_messages import CallTimeExpired
from actors.calls.session_permissions import SessionPermissions
from actors.ids import CallId, JobId
from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    ApprovalRequested,
    CancelCalls,
    ChangePermissionMode,
    EndJob,
    ExecuteCall,
    JobFinished,
    NoticeRaised,
    PermissionModeChanged,
    QuestionAsked,
    ReceiveAnswer,
    RequestSettled,
    RunCalls,
    StartJob,
    TodoChanged,
)
from actors.records import ApprovalAnswer, ApprovalAnswered, CallFinished, CallStarted
from actors.runtime.signals import ActorRestarted
from config.settings import PermissionMode, Policy
from tests.actors.hand_runner import REPORT, T1, Running, kinds, result
from tests.actors.stage import call
from tools.job import JobRequest
from tools.tool import Question, TodoItem, ToolResult


def test_an_allowed_call_is_examined_committed_executed_and_answered(tmp_path: Path) -> None:
    """S1-6: each step is a message, and nothing acts before the journal has it."""
    running = Running(tmp_path)
    assert running.run(call("append_line", line="x")) == []
    started = running.work()
    assert started == [CallStarted(T1, CallId("c1"), "append_line", "x", "files"), ExecuteCall(T1, CallId("c1"))]
    assert not (tmp_path / "lines").exists()
    running.tell(ExecuteCall(T1, CallId("c1")))
    assert result(running.work()) == ToolResult("ok", "appended x")
    assert (tmp_path / "lines").read_text() == "tool x\n"


def test_an_order_to_execute_that_comes_twice_is_carried_out_once(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.run(call("append_line", line="x"))
    running.work()
    running.tell(ExecuteCall(T1, CallId("c1")))
    running.tell(ExecuteCall(T1, CallId("c1")))
    running.work()
    running.tell(ExecuteCall(T1, CallId("c1")))
    running.work()
    assert (tmp_path / "lines").read_text() == "tool x\n"


def test_a_call_that_is_given_out_twice_goes_on_where_it_is(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.run(call("append_line", line="x"))
    running.work()
    running.tell(ExecuteCall(T1, CallId("c1")))
    assert running.run(call("append_line", line="x")) == []
    assert result(running.work()) == ToolResult("ok", "appended x")
    assert running.work() == []


def test_independent_calls_are_under_way_at_the_same_time(tmp_path: Path) -> None:
    """S1-7, S2-12, S0-7."""
    running = Running(tmp_path)
    running.run(*(call("append_line", line=str(number)) for number in range(5)))
    running.work()
    for number in range(5):
        running.tell(ExecuteCall(T1, CallId(f"c{number + 1}")))
    assert len(running.workers.tasks) == 5


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("no_such", "{}", "There is no tool 'no_such'"),
        ("append_line", "{", "not valid JSON"),
        ("append_line", "{}", "line is missing"),
        ("append_line", '{"line": 1, "more": 2}', "no argument 'more'"),
    ],
)
def test_a_call_that_is_wrong_is_an_answer(tmp_path: Path, name: str, arguments: str, said: str) -> None:
    """S1-4."""
    answer = result(Running(tmp_path).run(ToolCall(CallId("c1"), name, arguments)))
    assert answer.outcome == "error"
    assert said in answer.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("refuse", "not like this"),
        ("crash", "ZeroDivisionError('division by zero'). The tool is at fault"),
        ("exit", "SystemExit(1)"),
    ],
)
def test_whatever_a_tool_raises_is_an_answer(tmp_path: Path, line: str, said: str) -> None:
    """S0-12, S2-7: a crash is a result."""
    answer = result(Running(tmp_path).execute(line))
    assert answer.outcome == "error"
    assert said in answer.text


def test_a_job_is_started_concluded_and_answered(tmp_path: Path) -> None:
    """S1-6."""
    running = Running(tmp_path)
    (start,) = running.execute("job")
    assert start == StartJob(T1, JobId("c1"), JobRequest(("/bin/true",), "/", time_limit=30.0))
    assert running.context.timers[-1].seconds == 35.0
    assert running.tell(JobFinished(T1, JobId("c1"), REPORT)) == []
    assert result(running.work()) == ToolResult("ok", "hello")
    assert running.tell(JobFinished(T1, JobId("c1"), REPORT)) == []


def test_an_end_that_a_tool_cannot_read_is_an_answer(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.execute("bad end")
    running.tell(JobFinished(T1, JobId("c1"), REPORT))
    assert result(running.work()).outcome == "error"


def test_a_question_goes_to_the_person_and_their_answer_back(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert running.execute("ask") == [QuestionAsked(T1, CallId("c1"), Question("which?", ("a", "b")))]
    told = running.tell(AnswerQuestion(T1, CallId("c1"), "b"))
    assert result(told) == ToolResult("ok", "b")
    assert RequestSettled(T1, CallId("c1")) in told


def test_a_question_to_nobody_is_answered_at_once(tmp_path: Path) -> None:
    running = Running(tmp_path, interactive=False)
    assert result(running.execute("ask")).outcome == "denied"


def test_a_to_do_list_is_told(tmp_path: Path) -> None:
    assert TodoChanged(T1, (TodoItem("a"),)) in Running(tmp_path).execute("todo")


def test_text_that_is_no_text_is_made_sound(tmp_path: Path) -> None:
    answer = result(Running(tmp_path).execute("surrogate"))
    assert answer == ToolResult("ok", "caf?", ("caf?",), diff="?", spill="?")


# ── A person decides ──────────────────────────────────────────────────────────────────────────────────────────────


def asked(running: Running, line: str = "x") -> ApprovalRequested:
    """Bring a call to its approval."""
    running.run(call("append_line", line=line))
    running.work()
    (request,) = running.work()
    assert isinstance(request, ApprovalRequested)
    return request


def test_a_call_that_needs_an_approval_asks_for_it_with_a_preview(tmp_path: Path) -> None:
    request = asked(Running(tmp_path, "default"))
    assert (request.name, request.subject, request.preview) == ("append_line", "x", "x")
    assert request.rule


@pytest.mark.parametrize(("answer", "rules", "kept"), [("once", 0, 0), ("session", 1, 0), ("always", 1, 1)])
def test_a_yes_lets_it_act_and_may_allow_more(tmp_path: Path, answer: ApprovalAnswer, rules: int, kept: int) -> None:
    running = Running(tmp_path, "default")
    request = asked(running)
    told = running.tell(AnswerApproval(T1, CallId("c1"), answer))
    assert kinds(told) == ["RequestSettled", "ApprovalAnswered", "CallStarted", "ExecuteCall"]
    running.tell(ExecuteCall(T1, CallId("c1")))
    running.work()
    assert running.permissions.rules == (request.rule,) * rules
    assert running.remembered == [request.rule] * kept


def test_a_rule_that_cannot_be_kept_holds_for_the_session_and_says_so(tmp_path: Path) -> None:
    running = Running(tmp_path, "default")
    request = asked(running, "cursed")
    assert request.rule == "append_line(cursed)"
    running.tell(AnswerApproval(T1, CallId("c1"), "always"))
    (notice,) = (message for message in running.work() if isinstance(message, NoticeRaised))
    assert "holds for this session only: disk full" in notice.text
    assert running.permissions.rules == (request.rule,)


def test_a_no_is_an_answer_with_what_they_said(tmp_path: Path) -> None:
    running = Running(tmp_path, "default")
    request = asked(running)
    told = running.tell(AnswerApproval(T1, CallId("c1"), "no", "use the other file"))
    assert result(told) == ToolResult("denied", "Denied by the person. They said: use the other file")
    assert ApprovalAnswered(T1, CallId("c1"), "no", request.rule) in told
    assert running.tell(AnswerApproval(T1, CallId("c1"), "once")) == [], "too late"


def test_a_call_that_cannot_be_done_anyway_is_answered_without_asking(tmp_path: Path) -> None:
    running = Running(tmp_path, "plan")
    running.memory.permissions = SessionPermissions(Policy(ask=("versatile",)))
    running.fail()
    running.run(call("versatile", line="doomed"))
    running.work()
    assert result(running.work()).text == "it cannot be done anyway"


def test_nobody_there_to_ask_denies_and_says_which_rule_would_allow_it(tmp_path: Path) -> None:
    running = Running(tmp_path, "default", interactive=False)
    running.run(call("append_line", line="x"))
    told = running.work()
    assert result(told).outcome == "denied"
    assert "--allowed-tools" in result(told).text
    assert [message.unattended for message in told if isinstance(message, ReceiveAnswer)] == [True]


def test_a_changed_mode_counts_from_then_on_and_outlives_a_failure(tmp_path: Path) -> None:
    running = Running(tmp_path, "yolo")
    assert running.tell(ChangePermissionMode("default")) == [PermissionModeChanged("default")]
    running.fail()
    assert asked(running).name == "append_line"


# ── Time and cancel ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_that_takes_too_long_is_answered_as_such_once(tmp_path: Path) -> None:
    """S0-23, S1-3, S2-15."""
    running = Running(tmp_path)
    running.run(call("append_line", line="x"))
    running.work()
    running.tell(ExecuteCall(T1, CallId("c1")))
    assert running.context.timers[-1].seconds == 30.0
    assert result(running.expire()).outcome == "timeout"
    assert running.tell(CallTimeExpired(T1, CallId("c1"))) == []
    assert running.work() == [], "the worker can say nothing any more"


def test_a_job_that_takes_too_long_is_ended_too(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.execute("job")
    told = running.expire()
    assert EndJob(JobId("c1"), expired=True) in told
    assert result(told).outcome == "timeout"


@pytest.mark.parametrize("stage", ["examined", "preview", "approval", "committed", "working"])
def test_a_cancel_answers_at_once_wherever_the_call_is(tmp_path: Path, stage: str) -> None:
    """S0-5, S1-8: and what waits for a worker is not begun any more."""
    running = Running(tmp_path, "yolo" if stage in ("committed", "working") else "default")
    running.run(call("append_line", line="x"))
    if stage != "examined":
        running.work()
    if stage == "approval":
        running.work()
    if stage == "working":
        running.tell(ExecuteCall(T1, CallId("c1")))
    told = running.tell(CancelCalls(T1))
    answer = result(told)
    assert answer.outcome == "cancelled"
    assert ("while it ran" in answer.text) == (stage == "working")
    assert (RequestSettled(T1, CallId("c1")) in told) == (stage == "approval")
    running.tell(ExecuteCall(T1, CallId("c1")))
    running.work()
    assert not (tmp_path / "lines").exists()


def test_a_cancelled_job_is_answered_with_what_it_had_said(tmp_path: Path) -> None:
    """S1-3: partial output is kept."""
    running = Running(tmp_path)
    running.execute("job")
    assert running.tell(CancelCalls(T1)) == [EndJob(JobId("c1"))]
    running.tell(JobFinished(T1, JobId("c1"), REPORT))
    assert result(running.work()) == ToolResult("cancelled", "hello")


def test_a_cancelled_job_that_never_ends_is_answered_without_it(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.execute("job")
    running.tell(CancelCalls(T1))
    assert running.context.timers[-1].seconds == 5.0
    assert result(running.expire()).outcome == "cancelled"


def test_a_cancel_that_overtakes_its_calls_still_holds(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert running.tell(CancelCalls(T1)) == []
    assert result(running.run(call("append_line", line="x"))).outcome == "cancelled"
    assert running.workers.tasks == []


# ── Failures ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", ["examined", "approval", "committed", "working", "job"])
def test_a_successor_answers_what_its_predecessor_left(tmp_path: Path, stage: str) -> None:
    """S2-7, S0-12."""
    running = Running(tmp_path, "default" if stage == "approval" else "yolo")
    name = "versatile" if stage == "job" else "append_line"
    running.run(call(name, line="x"))
    if stage != "examined":
        running.work()
    if stage == "approval":
        running.work()
    if stage in ("working", "job"):
        running.tell(ExecuteCall(T1, CallId("c1")))
    if stage == "job":
        running.work()
    told = running.fail()
    answer = result(told)
    assert answer.outcome == "error"
    assert ("may have taken effect" in answer.text) == (stage in ("committed", "working", "job"))
    assert (RequestSettled(T1, CallId("c1")) in told) == (stage == "approval")
    assert (EndJob(JobId("c1")) in told) == (stage == "job")
    running.work()
    assert not (tmp_path / "lines").exists(), "what waited for a worker is not begun"


def test_calls_that_a_predecessor_failed_on_are_answered(tmp_path: Path) -> None:
    running = Running(tmp_path)
    told = running.fail(RunCalls(T1, (call("append_line", line="x"), call("append_line", line="y"))))
    assert kinds(told) == ["CallFinished", "ReceiveAnswer"] * 2


def test_a_call_whose_commit_may_be_lost_with_the_journal_is_answered(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.run(call("append_line", line="x"), call("append_line", line="y"))
    running.work()
    running.tell(ExecuteCall(T1, CallId("c1")))
    told = running.tell(ActorRestarted("journal", 2))
    assert [message.call for message in told if isinstance(message, CallFinished)] == ["c2"]
    assert running.tell(ActorRestarted("ui", 2)) == []


def test_a_call_that_somebody_else_answered_is_let_go(tmp_path: Path) -> None:
    running = Running(tmp_path, "default")
    asked(running)
    told = running.tell(CallFinished(T1, CallId("c1"), "append_line", ToolResult("error", "interrupted")))
    assert told == [RequestSettled(T1, CallId("c1"))]
    assert running.tell(AnswerApproval(T1, CallId("c1"), "once")) == []


def test_work_is_done_on_a_thread_of_its_own_and_never_on_the_actors(tmp_path: Path) -> None:
    """S0-11: the runner hands work over and returns."""
    running = Running(tmp_path)
    before = threading.get_ident()
    running.run(call("append_line", line="x"))
    assert len(running.workers.tasks) == 1
    assert threading.get_ident() == before


@pytest.mark.parametrize("mode", ["default", "accept-edits"])
def test_a_file_that_grants_power_is_asked_about_and_named(tmp_path: Path, mode: PermissionMode) -> None:
    request = asked(Running(tmp_path, mode), ".git/hooks/pre-commit")
    assert request.preview.startswith(".git/hooks/pre-commit grants power: git runs commands")
    assert request.rule == ""


def test_a_file_that_a_file_with_power_links_to_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "AGENTS.md").symlink_to("notes.txt")
    assert "grants power" in asked(Running(tmp_path, "accept-edits"), "notes.txt").preview


def test_without_a_person_a_file_that_grants_power_is_denied_and_no_rule_is_promised(tmp_path: Path) -> None:
    running = Running(tmp_path, "accept-edits", interactive=False)
    running.run(call("append_line", line="AGENTS.md"))
    answer = result(running.work())
    assert answer.outcome == "denied"
    assert answer.text.endswith("No rule allows it, only --yolo does.")


def test_what_the_policy_keeps_from_being_read_is_known_to_the_workspace(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.spec = replace(running.spec, policy=Policy(deny=("read_file(.env)",)))
    running.fail()
    assert re.escape(".env") in running.spec.workspace.withheld
