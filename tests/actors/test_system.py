"""The composition root: everybody has a place, every command a receiver, every phase an acknowledgement."""

from __future__ import annotations

import inspect
from pathlib import Path

from actors import messages, phase_messages
from actors.messages import ReplyStreamed
from actors.records import CallFinished, SessionOpened, TurnFinished
from actors.runtime.message import Command
from actors.runtime.signals import ActorFailed, BeginShutdown
from actors.system import ESCALATED, PHASES
from config.settings import Runtime
from tests.actors.stage import BOUND, Options, Stage, decorate
from tests.drills.crash import PlannedCrash


def test_every_command_of_the_cast_has_one_receiver(tmp_path: Path) -> None:
    """S0-19, S3-10: a command without a receiver would be a dead letter."""
    commands = {
        value
        for module in (messages, phase_messages)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Command) and value is not Command
    }
    with Stage(tmp_path) as stage:
        received = [cell.child.receives for cell in stage.company.system.watched()]
    count = {command: sum(command in classes for classes in received) for command in commands}
    assert {command.__name__ for command, number in count.items() if number != 1} == set()


def test_the_actors_start_in_the_order_in_which_the_picture_shows_them(tmp_path: Path) -> None:
    """S3-3."""
    with Stage(tmp_path) as stage:
        names = [status.name for status in stage.company.system.statuses()]
    assert names == [
        *("shutdown", "supervisor", "ui"),
        *("journal", "llm_streamer", "model_switch", "pty_manager", "tool_runner", "turn_loop"),
    ]


def test_the_phases_are_those_that_were_promised() -> None:
    """S0-13, S3-12…15: and their limits are the longest an exit may take."""
    assert [phase.name for phase in PHASES] == [
        "intake closed",
        "work stopped",
        "jobs ended",
        "journal flushed",
        "screen drained",
    ]
    assert sum(phase.limit for phase in PHASES) <= 12.0


def test_a_supervisor_that_fails_ends_the_program_in_order_with_its_own_exit_code(tmp_path: Path) -> None:
    """Escalation: too many crashes of one actor."""

    def always(message: object) -> None:
        if isinstance(message, messages.RequestReply):
            raise PlannedCrash

    options = Options(
        runtime=Runtime(restart_intensity=2),
        decorate=lambda child: decorate(child, always) if child.name == "llm_streamer" else child,
    )
    with Stage(tmp_path, options) as stage:
        stage.tell("one")
        report = stage.ended()
        assert report.exit_code == ESCALATED == 70
        assert "llm_streamer failed more than 2 times" in report.reason
        assert [failed.will_restart for failed in stage.probe.heard(ActorFailed)] == [True, True, False]
        assert len(stage.outcomes("one")) == 1
        assert stage.probe.heard(SessionOpened)


def test_a_shutdown_that_fails_ends_the_program_all_the_same(tmp_path: Path) -> None:
    """Nobody waits for ever for an end."""

    def broken(message: object) -> None:
        if isinstance(message, BeginShutdown):
            raise PlannedCrash

    with Stage(tmp_path, Options(decorate=lambda child: decorate(child, broken))) as stage:
        stage.company.shut_down(0, "bye")
        report = stage.ended()
        assert report.exit_code == ESCALATED
        assert report.late == ("shutdown",)
        stage.company.system.stop(BOUND)


def test_two_parallel_calls_are_answered_in_their_order_and_the_answer_streams(tmp_path: Path) -> None:
    """S0-7, S0-8, S0-12, S0-20, S2-12."""
    with Stage(tmp_path) as stage:
        stage.tell("one")
        end = stage.outcome("one")
        assert isinstance(end, TurnFinished)
        assert (end.outcome, end.text, end.steps) == ("done", "done", 2)
        assert sorted(stage.lines()) == ["job one", "tool one"]
        assert {finished.call for finished in stage.probe.heard(CallFinished)} == {"t1-r1-c1", "t1-r1-c2"}
        assert "".join(piece.text for piece in stage.probe.heard(ReplyStreamed)) == "workdone"
        assert stage.written() == stage.live()
