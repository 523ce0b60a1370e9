"""The stages of a call, in their order; and one more, added in one place."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.calls.open_calls import OpenCall
from actors.calls.service_command import ServiceAbandoned
from actors.calls.stages import STAGES, awaiting_service
from actors.calls.state import CallsState, CallsStep, CallStage, answered, finished, passed
from actors.ids import CallId
from actors.messages import AnswerApproval, ApprovalRequested, CancelCalls, ExecuteCall, FinishService
from actors.records import ApprovalAnswered, CallFinished, CallStarted
from tests.actors.calls.serving import LookUp
from tests.actors.hand_runner import T1, Running, kinds, result
from tests.actors.stage import call
from tools.service import ServiceRequest
from tools.tool import ToolResult

C1 = CallId("c1")


def added(stage: CallStage, before: str) -> tuple[CallStage, ...]:
    """The shipped stages with one more in front of the one of this name, or behind all of them."""
    place = next((at for at, other in enumerate(STAGES) if other.name == before), len(STAGES))
    return (*STAGES[:place], stage, *STAGES[place:])


def asks_the_clerk(state: CallsState, opened: OpenCall) -> CallsStep:
    """A stage that waits for another actor's leave."""
    return awaiting_service(state, opened, ServiceRequest(LookUp(word=opened.subject), "clerk", 9.0))


def test_the_stages_stand_in_the_order_that_the_documentation_names() -> None:
    assert [stage.name for stage in STAGES] == ["validated", "policy", "approval", "run", "conclude"]


def test_a_stage_that_lets_every_call_go_on_changes_nothing(tmp_path: Path) -> None:
    for before in ("validated", "policy", "approval", "run", "conclude", "the end"):
        running = Running(tmp_path, stages=added(CallStage("idle", passed), before))
        assert result(running.execute("x", "append_line")) == ToolResult("ok", "appended x")


def test_a_stage_of_a_tests_own_refuses_before_a_person_is_asked(tmp_path: Path) -> None:
    def refusing(state: CallsState, opened: OpenCall) -> CallsStep:
        if opened.subject != "bad":
            return passed(state, opened)
        return answered(state, opened, ToolResult("denied", "not this one"))

    running = Running(tmp_path, "default", stages=added(CallStage("quarantine", refusing), "policy"))
    running.run(call("append_line", line="bad"))
    assert result(running.work()) == ToolResult("denied", "not this one")


def test_a_stage_may_wait_for_another_actor_before_the_policy(tmp_path: Path) -> None:
    running = Running(tmp_path, "default", stages=added(CallStage("leave", asks_the_clerk), "policy"))
    running.run(call("append_line", line="x"))
    assert running.work() == [LookUp("x", turn=T1, call=C1)]
    assert running.context.timers[-1].seconds == 9.0
    assert running.tell(FinishService(T1, C1, ToolResult("ok", "go on"))) == []
    (request,) = running.work()
    assert isinstance(request, ApprovalRequested)


@pytest.mark.parametrize("how", ["refused", "cancelled", "too late"])
def test_a_call_that_a_stage_did_not_let_through_had_no_effect(tmp_path: Path, how: str) -> None:
    running = Running(tmp_path, stages=added(CallStage("leave", asks_the_clerk), "run"))
    running.run(call("append_line", line="x"))
    running.work()
    if how == "refused":
        told = running.tell(FinishService(T1, C1, ToolResult("denied", "no")))
        assert result(told) == ToolResult("denied", "no")
        assert ServiceAbandoned(T1, C1) not in told, "the actor has answered"
    else:
        told = running.tell(CancelCalls(T1)) if how == "cancelled" else running.expire()
        assert "before it began" in result(told).text
        assert told[0] == ServiceAbandoned(T1, C1)
    assert CallStarted not in {type(message) for message in told}
    running.tell(ExecuteCall(T1, C1))
    running.work()
    assert not (tmp_path / "lines").exists()


def test_what_a_person_said_is_written_also_where_a_later_stage_refuses(tmp_path: Path) -> None:
    running = Running(tmp_path, "default", stages=added(CallStage("leave", asks_the_clerk), "run"))
    running.run(call("append_line", line="x"))
    running.work()
    running.work()
    assert kinds(running.tell(AnswerApproval(T1, C1, "once"))) == ["RequestSettled", "LookUp"]
    told = running.tell(FinishService(T1, C1, ToolResult("denied", "no")))
    assert told[0] == ApprovalAnswered(T1, C1, "once", "append_line(x)")
    assert isinstance(told[1], CallFinished)


def test_a_stage_behind_the_run_may_change_the_result(tmp_path: Path) -> None:
    def noted(state: CallsState, opened: OpenCall, note: ToolResult) -> CallsStep:
        assert opened.result is not None
        return finished(state, opened, replace(opened.result, text=f"{opened.result.text} ({note.text})"))

    running = Running(tmp_path, stages=added(CallStage("afterwards", asks_the_clerk, noted), "the end"))
    assert running.execute("x", "append_line") == [LookUp("x", turn=T1, call=C1)]
    told = running.tell(FinishService(T1, C1, ToolResult("ok", "formatted")))
    assert result(told) == ToolResult("ok", "appended x (formatted)")
