"""Time limits, cancels and lost actors: each wait of a call ends, and its answer says whether it had an effect."""

from __future__ import annotations

import pytest

from actors.calls.failures import EARLY
from actors.calls.open_calls import CallWait
from actors.calls.self_messages import CallTimeExpired
from actors.calls.state import StartCallTimer
from actors.ids import JobId
from actors.messages import AnswerApproval, CancelCalls, Commit, EndJob, ExecuteCall, JobFinished
from actors.records import CallFinished
from tests.actors.calls.pure_runner import C1, T1, PureRunner, new_state
from tests.actors.hand_runner import REPORT
from tools.tool import ToolResult

LIMITS: dict[CallWait, float] = {
    "examination": 30.0,
    "preview": 30.0,
    "journal": 30.0,
    "execution": 30.0,
    "job": 35.0,
    "service": 30.0,
    "conclusion": 30.0,
}
"""Seconds after which each wait ends that is not for a person."""
BEGUN = ("execution", "job", "service", "conclusion", "question")


def at(waits: CallWait) -> PureRunner:
    """A runner whose one call waits for this."""
    runner = PureRunner(new_state("default" if waits in ("preview", "approval") else "yolo"))
    name = {"service": "look_up", "job": "versatile", "conclusion": "versatile", "question": "versatile"}
    runner.run(name.get(waits, "append_line"), "ask" if waits == "question" else "job")
    moves = {
        "examination": 0,
        "preview": 1,
        "approval": 2,
        "journal": 1,
    }
    for _ in range(moves.get(waits, 1)):
        runner.work()
    if waits in BEGUN:
        runner.tell(ExecuteCall(T1, C1))
    if waits in BEGUN and waits != "execution":
        runner.work()
    if waits == "conclusion":
        runner.tell(JobFinished(T1, JobId(C1), REPORT))
    assert runner.state.calls.at(C1, waits) is not None
    return runner


def answer(sent: tuple[object, ...]) -> ToolResult:
    (finished,) = (one for item in sent if isinstance(item, Commit) for one in item.records)
    assert isinstance(finished, CallFinished)
    return finished.result


@pytest.mark.parametrize("waits", LIMITS)
def test_every_wait_but_for_a_person_ends_at_its_limit(waits: CallWait) -> None:
    """Also the last one: a `conclude` that never comes back ends no turn."""
    runner = at(waits)
    runner.now += LIMITS[waits]
    told = answer(runner.tell(CallTimeExpired(T1, C1)))
    assert told.outcome == "timeout"
    assert ("it had no effect" in told.text) == (waits not in BEGUN)
    assert runner.tell(CallTimeExpired(T1, C1)) == ()
    assert runner.state.calls.by_id == {}


@pytest.mark.parametrize("waits", LIMITS)
def test_each_wait_starts_a_timer_of_its_own(waits: CallWait) -> None:
    runner = at(waits)
    assert runner.state.calls.by_id[C1].due == 100.0 + LIMITS[waits]
    assert runner.timers[-1] == StartCallTimer(T1, C1, LIMITS[waits])


@pytest.mark.parametrize("waits", ["approval", "question"])
def test_a_person_may_take_their_time(waits: CallWait) -> None:
    runner = at(waits)
    runner.now += 1_000_000.0
    assert runner.tell(CallTimeExpired(T1, C1)) == ()


@pytest.mark.parametrize("waits", [waits for waits in LIMITS if waits != "examination"])
def test_a_limit_that_was_meant_for_an_earlier_wait_changes_nothing(waits: CallWait) -> None:
    """A timer may have sent its message just before it was cancelled."""
    runner = at(waits)
    runner.now += LIMITS[waits] - 10 * EARLY
    assert runner.tell(CallTimeExpired(T1, C1)) == ()
    assert runner.state.calls.at(C1, waits) is not None


def test_a_cancelled_job_has_five_seconds_left() -> None:
    runner = at("job")
    assert runner.tell(CancelCalls(T1)) == (StartCallTimer(T1, C1, 5.0), EndJob(JobId(C1)))
    runner.now += 5.0
    assert answer(runner.tell(CallTimeExpired(T1, C1))).outcome == "cancelled"


def test_a_conclusion_that_takes_too_long_after_a_cancel_is_cancelled() -> None:
    runner = at("job")
    runner.tell(CancelCalls(T1))
    runner.tell(JobFinished(T1, JobId(C1), REPORT))
    runner.now += 30.0
    assert answer(runner.tell(CallTimeExpired(T1, C1))).outcome == "cancelled"


def test_an_approval_that_comes_after_a_cancel_allows_nothing() -> None:
    runner = at("approval")
    runner.tell(CancelCalls(T1))
    assert runner.tell(AnswerApproval(T1, C1, "always")) == ()
    assert runner.state.permissions.rules == ()
