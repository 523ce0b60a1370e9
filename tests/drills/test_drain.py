"""The end under load: everything that was published is shown, and each phase keeps its deadline."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from actors import records
from actors.llm.port import ModelCall, ModelSignal, Piece
from actors.messages import CancelTurn, NoticeRaised, ReplyStreamed
from actors.phase_messages import CloseIntake, DrainScreen, EndAllJobs, FlushJournal, ScreenDrained, StopWork
from actors.records import TurnFinished
from actors.runtime.behaviour import Child
from actors.runtime.envelope import Envelope
from actors.runtime.message import Command
from actors.runtime.signals import BeginShutdown
from actors.system import PHASES
from actors.transcript import AssistantMessage
from config.settings import Runtime
from tests.actors.stage import BOUND, FastClock, Options, Stage, answered, call, decorate

PENDING = 10_000


def test_the_last_of_ten_thousand_pending_messages_is_shown(tmp_path: Path) -> None:
    """S3-8, S3-9, S3-12…15: quit while the front end is far behind."""
    go = threading.Event()

    def slow(message: object) -> None:
        if isinstance(message, NoticeRaised):
            go.wait(BOUND)

    options = Options(decorate=lambda child: decorate(child, slow) if child.name == "ui" else child)
    with Stage(tmp_path, options) as stage:
        for number in range(PENDING):
            stage.company.send(NoticeRaised("info", str(number)))
        stage.company.shut_down(0, "bye")
        go.set()
        report = stage.ended()
        assert [notice.text for notice in stage.probe.heard(NoticeRaised)] == [str(n) for n in range(PENDING)]
        assert stage.probe.heard(DrainScreen)
    assert report.late == ()
    assert report.dead_letters == 0


HANGS: tuple[tuple[str, str, type[Command]], ...] = (
    ("intake closed", "turn_loop", CloseIntake),
    ("work stopped", "turn_loop", StopWork),
    ("jobs ended", "pty_manager", EndAllJobs),
    ("journal flushed", "journal", FlushJournal),
    ("screen drained", "ui", DrainScreen),
)


@pytest.mark.parametrize(("phase", "actor", "order"), HANGS, ids=[hang[0] for hang in HANGS])
def test_a_phase_keeps_its_deadline_when_an_actor_hangs_and_is_named(
    tmp_path: Path, phase: str, actor: str, order: type[Command]
) -> None:
    """S0-13, S3-8: it costs its own limit and nobody else's; the clock is ten times as fast as time."""
    names = [each.name for each in PHASES]
    orders = [type(each.begin(BeginShutdown(0, ""))).__name__ for each in PHASES]
    begun: dict[str, float] = {}
    hung, go, clock = threading.Event(), threading.Event(), FastClock()

    def stay(message: object) -> None:
        if isinstance(message, order):
            hung.set()
            go.wait(BOUND)

    def around(child: Child) -> Child:
        return decorate(child, stay) if child.name == actor else child

    def tap(envelope: Envelope, _: tuple[str, ...]) -> None:
        begun.setdefault(type(envelope.message).__name__, clock.now())

    with Stage(tmp_path, Options(decorate=around, clock=clock, runtime=Runtime(hang_limit=1e6))) as stage:
        stage.company.system.bus.tap(tap)
        stage.company.shut_down(0, "bye")
        assert hung.wait(BOUND)
        report = stage.ended()
        go.set()
    place = names.index(phase)
    assert report.late == ((*names[place:2], actor) if actor == "turn_loop" else (phase, actor))
    if place + 1 < len(PHASES):
        took = begun[orders[place + 1]] - begun[orders[place]]
        assert 0.5 * PHASES[place].limit < took < PHASES[place].limit + 10.0
    else:
        assert report.seconds >= PHASES[place].limit


def test_a_quit_in_the_middle_of_everything_ends_the_turn_and_everything_with_it(tmp_path: Path) -> None:
    """S0-13, I4, I9: a stream, a job that holds and prompts that wait."""

    def reply(model_call: ModelCall) -> Iterable[ModelSignal]:
        yield Piece("working")
        yield answered("", call("run_command", command="hold"), call("append_line", line="x"))
        del model_call

    with Stage(tmp_path, Options(reply=reply)) as stage:
        stage.tell("one")
        stage.tell("two")
        stage.probe.wait_for(records.CallFinished)
        report = stage.leave()
        end = stage.outcome("one")
        assert isinstance(end, TurnFinished)
        assert end.outcome == "cancelled"
        assert stage.written().unanswered() == ()
        assert [prompt.prompt for prompt in stage.written().waiting] == ["two"], "for the next session"
    assert report.late == ()
    assert stage.terminals.jobs() == ()


def test_a_cancel_overtakes_twenty_thousand_deltas(tmp_path: Path) -> None:
    """S0-5, I8: the model floods; the turn ends at once, and no text of it follows."""
    flooded = threading.Event()

    def flood(model_call: ModelCall) -> Iterable[ModelSignal]:
        del model_call
        for number in range(20_000):
            if number == 1_000:
                flooded.set()
            yield Piece("x")
        flooded.wait(BOUND)
        yield Piece("never")

    heard: list[str] = []
    with Stage(tmp_path, Options(reply=flood)) as stage:
        stage.company.system.bus.tap(lambda envelope, _: heard.append(type(envelope.message).__name__))
        stage.tell("one")
        assert flooded.wait(BOUND)
        stage.company.send(CancelTurn())
        end = stage.outcome("one")
        assert isinstance(end, TurnFinished)
        assert end.outcome == "cancelled"
        shown = "".join(piece.text for piece in stage.probe.heard(ReplyStreamed))
        kept = [said.text for said in stage.live().transcript.messages if isinstance(said, AssistantMessage)]
        assert "".join(kept) == shown, "what was shown is kept, and nothing was shown after"
    assert "ReplyStreamed" not in heard[heard.index("TurnFinished") :]


def test_a_screen_that_is_drained_is_acknowledged_once(tmp_path: Path) -> None:
    drained: list[object] = []

    with Stage(tmp_path) as stage:
        stage.company.system.bus.tap(
            lambda envelope, _: drained.append(envelope) if isinstance(envelope.message, ScreenDrained) else None
        )
        stage.leave()
    assert len(drained) == 1
