"""Another actor works for a call: it answers later, within a deadline, until it is told not to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from actors.calls.service_command import ServiceAbandoned
from actors.ids import CallId
from actors.llm.port import ModelCall, ModelSignal
from actors.messages import CancelCalls, CancelTurn, FinishService
from actors.records import CallFinished, CallStarted, TurnFinished
from actors.runtime.behaviour import Child
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.signals import ActorRestarted
from actors.transcript import UserMessage
from tests.actors.calls.serving import Clerk, Dictionary, LookUp
from tests.actors.hand_runner import T1, Running, result
from tests.actors.stage import BOUND, Options, Stage, answered, call, is_balanced
from tools.tool import ToolResult

C1 = CallId("c1")
FOUND = ToolResult("ok", "apple: a fruit")


def serving(folder: Path, word: str = "apple") -> Running:
    """A runner whose one call is with the clerk."""
    running = Running(folder, tools=(Dictionary(),))
    assert running.execute(word, "look_up") == [LookUp(word, turn=T1, call=C1)]
    return running


def test_the_command_carries_the_ids_and_the_answer_is_the_calls(tmp_path: Path) -> None:
    running = serving(tmp_path)
    assert result(running.tell(FinishService(T1, C1, FOUND))) == FOUND
    assert running.tell(FinishService(T1, C1, FOUND)) == [], "a second answer changes nothing"
    assert running.context.timers[-1].cancelled


def test_an_answer_to_a_call_that_asked_for_nothing_changes_nothing(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert running.tell(FinishService(T1, C1, FOUND)) == []
    running.execute("job")
    assert running.tell(FinishService(T1, C1, FOUND)) == []


@pytest.mark.parametrize(("word", "limit"), [("apple", 30.0), ("quick", 7.0)])
def test_a_service_that_does_not_answer_in_time_is_told_and_the_call_answered(
    tmp_path: Path, word: str, limit: float
) -> None:
    running = serving(tmp_path, word)
    assert running.context.timers[-1].seconds == limit
    told = running.expire()
    assert told[0] == ServiceAbandoned(T1, C1)
    assert result(told).outcome == "timeout"
    assert "may have taken effect" in result(told).text
    assert running.tell(FinishService(T1, C1, FOUND)) == []


def test_a_cancelled_call_needs_no_service_any_more(tmp_path: Path) -> None:
    running = serving(tmp_path)
    told = running.tell(CancelCalls(T1))
    assert told[0] == ServiceAbandoned(T1, C1)
    assert result(told).outcome == "cancelled"


def test_a_call_whose_actor_was_restarted_is_lost_and_no_other(tmp_path: Path) -> None:
    running = serving(tmp_path)
    assert running.tell(ActorRestarted("journal", 2)) == []
    assert running.tell(ActorRestarted("ui", 2)) == []
    answer = result(running.tell(ActorRestarted("clerk", 2)))
    assert answer.outcome == "error"
    assert "The clerk failed" in answer.text


def test_a_successor_tells_the_service_of_what_it_answered(tmp_path: Path) -> None:
    told = serving(tmp_path).fail()
    assert told[0] == ServiceAbandoned(T1, C1)
    assert result(told).outcome == "error"


def test_a_request_that_is_no_command_is_the_tools_fault(tmp_path: Path) -> None:
    answer = result(Running(tmp_path, tools=(Dictionary(),)).execute("nonsense", "look_up"))
    assert answer.outcome == "error"
    assert "NoCommand, which is no ServiceCommand. The tool is at fault" in answer.text


# ── With real actors ──────────────────────────────────────────────────────────────────────────────────────────────


def looked_up(*words: str) -> Options:
    """A model that looks the words up, and then is done."""

    def reply(model_call: ModelCall) -> Iterable[ModelSignal]:
        if isinstance(model_call.transcript.messages[-1], UserMessage):
            yield answered("", *(call("look_up", line=word) for word in words))
        else:
            yield answered("done")

    return Options(reply=reply, tools=(Dictionary(),))


def with_clerk(folder: Path, options: Options) -> Stage:
    stage = Stage(folder, options)
    stage.company.start()
    stage.company.system.start(Child("clerk", Clerk, (LookUp, ServiceAbandoned), MailboxSpec()))
    return stage


def test_an_actor_of_the_tests_own_answers_a_call_later(tmp_path: Path) -> None:
    stage = with_clerk(tmp_path, looked_up("apple", "now"))
    stage.tell("words")
    outcome = stage.outcome("words")
    assert isinstance(outcome, TurnFinished)
    assert outcome.outcome == "done"
    results = {finished.result.text for finished in stage.probe.heard(CallFinished)}
    assert results == {"apple: a word", "now: a word"}
    assert is_balanced(stage.live().transcript)
    assert stage.leave().late == ()


def test_a_cancel_of_the_turn_reaches_the_actor(tmp_path: Path) -> None:
    stage = with_clerk(tmp_path, looked_up("never"))
    stage.tell("words")
    stage.probe.wait_for(CallStarted, timeout=BOUND)
    stage.company.send(CancelTurn())
    outcome = stage.outcome("words")
    assert isinstance(outcome, TurnFinished)
    assert outcome.outcome == "cancelled"
    assert stage.leave().late == ()
