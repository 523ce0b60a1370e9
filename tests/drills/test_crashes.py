"""A crash of each actor while it is busy: whatever it was handling, nothing is lost, repeated or stuck.

Every pair of an actor and a message class that occurs in a turn with two parallel calls, one of which a person must
approve, is a test: the actor crashes once, before or after it handles that message.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from actors.edges.real_ports import DiskJournal, RealTerminals
from actors.llm.port import ModelCall, ModelSignal
from actors.messages import PromptRefused
from actors.records import CallFinished, TurnFinished
from actors.runtime.envelope import Envelope
from actors.runtime.signals import ActorFailed
from actors.transcript import UserMessage
from tests.actors.stage import Options, Stage, answered, call, is_balanced
from tests.drills.crash import Crash
from tools.terminal.process_tree import tagged
from tools.terminal.terminals import JobLimits

PAIRS = (
    *(("turn_loop", name, 1) for name in ("SubmitPrompt", "ReceiveConversation", "ReceiveReply", "TurnFinished")),
    *(("turn_loop", name, 1) for name in ("PromptAccepted", "CallStarted", "ReceiveAnswer")),
    *(("turn_loop", name, 2) for name in ("ReceiveReply", "CallStarted", "ReceiveAnswer")),
    *(("journal", "Commit", number) for number in range(1, 10)),
    ("journal", "ReportConversation", 1),
    ("llm_streamer", "RequestReply", 1),
    ("llm_streamer", "RequestReply", 2),
    *(("llm_streamer", "SignalArrived", number) for number in range(1, 6)),
    *(("tool_runner", name, 1) for name in ("RunCalls", "CallExamined", "PreviewReady", "AnswerApproval")),
    *(("tool_runner", name, 1) for name in ("ExecuteCall", "WorkFinished", "JobFinished", "CallFinished")),
    *(("tool_runner", name, 2) for name in ("CallExamined", "PreviewReady", "AnswerApproval", "ExecuteCall")),
    *(("tool_runner", "WorkFinished", number) for number in (2, 3)),
    ("tool_runner", "CallFinished", 2),
    ("pty_manager", "StartJob", 1),
    *(("pty_manager", "JobSignalled", number) for number in (1, 2, 3)),
    *(("ui", name, 1) for name in ("PromptAccepted", "TurnStarted", "ReplyStreamed", "ApprovalRequested")),
    *(("ui", name, 1) for name in ("CallStarted", "JobStreamed", "CallFinished", "ReplyCompleted", "QueueChanged")),
    ("ui", "TurnFinished", 1),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("actor", "message", "number"), PAIRS)
def test_a_crash_loses_nothing_and_repeats_nothing(
    tmp_path: Path, actor: str, message: str, number: int, *, after: bool
) -> None:
    """S2-7, S0-12: the prompt is answered or reported failed, no tool runs twice, and the next prompt works."""
    crash = Crash(actor, message, number, after=after)
    with Stage(tmp_path, Options(mode="default", decorate=crash.around)) as stage:
        stage.tell("one")
        assert crash.happened.wait(20.0), "the message did not come"
        first = stage.outcome("one")
        stage.tell("two")
        second = stage.outcome("two")
        assert isinstance(second, TurnFinished)
        assert second.outcome == "done"
        assert len(stage.outcomes("one")) == 1
        assert len(set(stage.lines())) == len(stage.lines())
        assert {"tool two", "job two"} <= set(stage.lines())
        if isinstance(first, TurnFinished) and first.outcome == "done":
            assert is_balanced(stage.live().transcript)
        assert is_balanced(stage.live().transcript)
        assert stage.written() == stage.live()
        report = stage.leave()
    assert report.late == ()
    assert report.exit_code == 0
    assert [failed.actor for failed in stage.probe.heard(ActorFailed)] in ([actor], []), "one failure, no more"


def test_the_pairs_are_those_that_occur_in_a_turn(tmp_path: Path) -> None:
    """A message class that is new in the turn must get its crash here."""
    met: set[tuple[str, str]] = set()

    def tap(envelope: Envelope, receivers: tuple[str, ...]) -> None:
        met.update((receiver, type(envelope.message).__name__) for receiver in receivers)

    with Stage(tmp_path, Options(mode="default")) as stage:
        stage.company.system.bus.tap(tap)
        stage.tell("one")
        stage.outcome("one")
        during = set(met)
    tested = {(actor, message) for actor, message, _ in PAIRS}
    harmless = {(actor, message) for actor, message in during if actor == "ui"} | {
        ("tool_runner", "CallTimeExpired"),
        ("turn_loop", "SessionOpened"),
    }
    assert during - tested <= harmless


def test_a_refused_prompt_is_given_back_with_a_reason(tmp_path: Path) -> None:
    crash = Crash("turn_loop", "SubmitPrompt", 1, after=False)
    with Stage(tmp_path, Options(decorate=crash.around)) as stage:
        stage.tell("one")
        refused = stage.outcome("one")
    assert isinstance(refused, PromptRefused)
    assert refused.text == "one"
    assert "Send it again" in refused.reason


def test_a_crash_of_the_pty_manager_leaves_no_process(tmp_path: Path) -> None:
    """S0-16, I2: with real processes; the call is answered with what it had said, and the next prompt works."""
    run_id = f"crash-{tmp_path.name}-{os.getpid()}"
    terminals = RealTerminals(run_id, tmp_path / "spills", JobLimits)

    def reply(model_call: ModelCall) -> Iterable[ModelSignal]:
        if isinstance(model_call.transcript.messages[-1], UserMessage):
            yield answered("", call("run_command", command="echo begun; sleep 60"))
        else:
            yield answered("done")

    crash = Crash("pty_manager", "JobSignalled", 2)
    journal = DiskJournal(tmp_path / "journal.jsonl")
    options = Options(reply=reply, decorate=crash.around, terminals=terminals, journal=journal)
    with Stage(tmp_path, options) as stage:
        stage.tell("one")
        assert crash.happened.wait(20.0)
        first = stage.outcome("one")
        assert isinstance(first, TurnFinished)
        assert first.outcome == "done"
        (finished,) = stage.probe.heard(CallFinished)
        assert finished.result.outcome == "cancelled"
        assert "begun" in finished.result.text
        assert tagged(run_id) == ()
        assert stage.written() == stage.live()
    assert terminals.close(5.0) == ()
    journal.close()
