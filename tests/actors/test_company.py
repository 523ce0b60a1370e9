"""The company: started once, told things, ended once, whatever happens in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.ids import PromptId
from actors.messages import CancelTurn, ReceiveReply, SubmitPrompt
from actors.records import PromptAccepted, TurnFinished
from actors.runtime.behaviour import Child
from actors.runtime.clock import RealClock
from actors.runtime.envelope import Envelope
from actors.runtime.thread_start import ThreadStartError, start_thread
from config.settings import Runtime
from tests.actors.stage import BOUND, Options, Stage, decorate
from tests.drills.crash import Crash


def test_it_starts_answers_and_ends_in_order(tmp_path: Path) -> None:
    """S0-9: the same actors serve whoever is the front end."""
    with Stage(tmp_path) as stage:
        stage.tell("one")
        end = stage.outcome("one")
        assert isinstance(end, TurnFinished)
        report = stage.leave()
    assert (report.exit_code, report.reason, report.late, report.survivors) == (0, "the test is over", (), ())
    assert {status.state for status in stage.company.system.statuses()} == {"running", "stopped"}, "but the shutdown"
    assert stage.company.wait(0.0) is report


def test_what_was_said_earlier_is_shown_to_the_front_end_only(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.company.show((PromptAccepted(PromptId("of yesterday"), "hello"),))
        shown = stage.probe.wait_for(PromptAccepted)
        assert shown.prompt == "of yesterday"
        assert stage.written().waiting == ()


def test_a_session_is_gone_on_with(tmp_path: Path) -> None:
    options = Options()
    with Stage(tmp_path, options) as stage:
        stage.tell("one")
        stage.outcome("one")
    with Stage(tmp_path, options) as stage:
        stage.tell("two")
        end = stage.outcome("two")
        assert isinstance(end, TurnFinished)
        assert end.turn == "t2"
        model = stage.models[0]
        texts = [getattr(message, "text", "") for message in model.calls[0].transcript.messages]
        assert texts[0] == "one"
        assert texts[-1] == "two"
        assert stage.written() == stage.live()


def test_a_second_order_to_end_hurries_the_first(tmp_path: Path) -> None:
    """S0-13."""
    hung, go = threading.Event(), threading.Event()

    def hang(message: object) -> None:
        if isinstance(message, CancelTurn):
            hung.set()
            go.wait(BOUND)

    options = Options(decorate=lambda child: decorate(child, hang) if child.name == "turn_loop" else child)
    with Stage(tmp_path, options) as stage:
        stage.company.send(CancelTurn())
        assert hung.wait(BOUND)
        stage.company.shut_down(1, "now")
        stage.company.shut_down(1, "NOW")
        report = stage.ended()
        go.set()
    assert report.late[:2] == ("intake closed", "work stopped")
    assert report.seconds < 3.0


def test_prompts_that_come_too_late_are_refused_or_dead_letters(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.leave()
        stage.tell("too late")
        letters = [letter for letter in stage.company.system.dead_letters if isinstance(letter.message, SubmitPrompt)]
        assert [letter.reason for letter in letters] == ["closed"]


@pytest.mark.parametrize("keep", [True, False])
def test_the_log_has_what_failed_with_its_ids_and_no_secret_and_nothing_is_on_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], *, keep: bool
) -> None:
    """Issue 3: JSON lines with actor, turn and message ids; keys redacted; never to the screen."""
    crash = Crash("turn_loop", "ReceiveReply")
    numbers: list[int] = []

    def tap(envelope: Envelope, _: tuple[str, ...]) -> None:
        if isinstance(envelope.message, ReceiveReply):
            numbers.append(envelope.id)

    options = Options(decorate=crash.around, keep_log=keep, secret="ReceiveReply")  # noqa: S106 - to be blackened
    with Stage(tmp_path, options) as stage:
        stage.company.system.bus.tap(tap)
        stage.company.open_log()
        stage.tell("one")
        stage.outcome("one")
    assert capfd.readouterr() == ("", "")
    path = tmp_path / "log.jsonl"
    assert path.exists() == keep
    if keep:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        failed = next(line for line in lines if line["event"] == "actor failed")
        assert (failed["actor"], failed["message"]) == ("turn_loop", "[hidden]")
        assert "PlannedCrash" in failed["problem"]
        assert "ReceiveReply" not in path.read_text(encoding="utf-8")
        assert {"at", "actor", "event"} <= set(lines[0])


@pytest.mark.parametrize(
    "missing", ["clock", "watch", "shutdown-0", "supervisor-0", "ui-0", "journal-0", "turn_loop-0"]
)
def test_a_thread_that_cannot_be_started_is_said_at_once_and_what_was_begun_is_ended(
    tmp_path: Path, missing: str
) -> None:
    def begin(work: Callable[[], None], name: str) -> object:
        if name == missing:
            raise ThreadStartError(name)
        return start_thread(work, name)

    stage = Stage(tmp_path, Options(clock=RealClock(begin)))
    stage.company.system.begin_thread = begin
    with pytest.raises(ThreadStartError, match=missing):
        stage.company.start()
    report = stage.company.wait(0.0)
    assert report is not None
    assert report.exit_code == 1
    assert missing in report.reason


def test_an_actor_that_cannot_be_replaced_for_want_of_a_thread_ends_the_company_in_order(tmp_path: Path) -> None:
    hung, go, crowded = threading.Event(), threading.Event(), threading.Event()

    def hang(message: object) -> None:
        if isinstance(message, CancelTurn):
            hung.set()
            go.wait(BOUND)

    def begin(work: Callable[[], None], name: str) -> object:
        if crowded.is_set():
            raise ThreadStartError(name)
        return start_thread(work, name)

    def disguised(child: Child) -> Child:
        return decorate(child, hang) if child.name == "turn_loop" else child

    options = Options(decorate=disguised, runtime=Runtime(hang_limit=0.05))
    with Stage(tmp_path, options) as stage:
        stage.company.system.begin_thread = begin
        crowded.set()
        stage.company.send(CancelTurn())
        assert hung.wait(BOUND)
        report = stage.ended()
        go.set()
    assert report.exit_code == 70
    assert "no more threads" in report.reason
