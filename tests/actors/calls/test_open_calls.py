"""The calls that are not answered yet: their stages, their timers, their work."""

from __future__ import annotations

from actors.calls.open_calls import CallStage, OpenCall, OpenCalls
from actors.calls.self_messages import CallTimeExpired, WorkFinished
from actors.calls.session_permissions import SessionPermissions
from actors.ids import CallId, JobId, TurnId
from actors.messages import EndJob, RequestSettled
from config.settings import Policy
from tests.actors.hand_runner import HandWorkers
from tests.actors.stage import AppendLine
from tests.actors.staged_context import StagedContext
from tools.tool import ToolResult

T1, C1 = TurnId("t1"), CallId("c1")


class Held:
    """Open calls with workers and a context of the test's own."""

    def __init__(self) -> None:
        self.context, self.workers, self.permissions = StagedContext(), HandWorkers(), SessionPermissions(Policy(), ())
        self.calls = OpenCalls(self.context, self.workers, self.permissions)

    def keep(self, stage: CallStage, limit: float | None = None) -> OpenCall:
        opened = self.calls.at(C1, stage) or OpenCall(T1, C1, AppendLine(), None, stage)
        earlier = self.calls.where(lambda _: True)
        if earlier:
            opened = OpenCall(T1, C1, AppendLine(), None, stage, timer=earlier[0].timer)
        self.calls.keep(opened, limit=limit)
        return opened


def test_a_call_is_found_at_its_stage_only() -> None:
    held = Held()
    held.keep("working")
    assert held.calls.at(C1, "job", "working") is not None
    assert held.calls.at(C1, "job") is None
    assert held.calls.at(CallId("other"), "working") is None
    assert len(held.calls.where(lambda opened: opened.turn == T1)) == 1


def test_a_call_that_moves_on_gets_another_timer() -> None:
    held = Held()
    held.keep("working", 30.0)
    held.keep("job", 35.0)
    held.keep("question")
    assert [(timer.seconds, timer.cancelled) for timer in held.context.timers] == [(30.0, True), (35.0, True)]
    assert held.context.timers[0].command == CallTimeExpired(T1, C1)


def test_a_call_that_is_taken_leaves_nothing_behind() -> None:
    for stage, told in (
        ("working", []),
        ("approval", [RequestSettled(T1, C1)]),
        ("question", [RequestSettled(T1, C1)]),
        ("job", [EndJob(JobId("c1"))]),
    ):
        held = Held()
        held.keep(stage, 30.0)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - all of them are stages
        held.calls.take(C1)
        held.calls.take(C1)
        assert held.context.taken() == told
        assert held.context.timers[0].cancelled
        assert held.permissions.calls == {}


def test_work_of_an_answered_call_is_not_begun() -> None:
    held = Held()
    done: list[int] = []
    opened = held.keep("working")

    def work() -> WorkFinished:
        done.append(1)
        return WorkFinished(T1, C1, ToolResult("ok", ""))

    held.calls.work(opened, work)
    held.calls.work(opened, work)
    held.workers.tasks[0]()
    held.calls.take(C1)
    held.workers.tasks[1]()
    assert done == [1]
    assert held.context.taken() == [WorkFinished(T1, C1, ToolResult("ok", ""))]


def test_what_may_have_acted() -> None:
    acted = {"committed", "working", "job", "question", "closing"}
    stages: tuple[CallStage, ...] = (
        *("examined", "preview", "approval", "committed"),
        *("working", "job", "question", "closing"),
    )
    assert {stage for stage in stages if OpenCall(T1, C1, AppendLine(), None, stage).may_have_acted} == acted
