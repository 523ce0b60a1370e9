"""Every way out of the chat gives the terminal back, shows the last word, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.records import TurnFinished
from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import assert_restored, idle

EXIT_LIMIT = 5.0
EMULATOR = Path(__file__).with_name("pty_keeper.py")
BUSY = "run sleep 60 & echo be''gun; sleep 60\r"
"""What it prints is not what is typed: `begun` on the screen means that it runs."""
SLOW_ANSWER = """
[[exchanges]]
steps = [{ delta = "first words\\n" }, { delta = "and on ", repeat = 6000, every = 0.01 }]
"""

WAYS: dict[str, tuple[Callable[[TerminalDriver], object], int]] = {
    "ctrl-d": (lambda chat: chat.send("\x04"), 0),
    "slash exit": (lambda chat: chat.send("/exit\r"), 0),
    "ctrl-c twice": (lambda chat: chat.send("\x03\x03"), 0),
    "sigterm": (lambda chat: chat.signal(signal.SIGTERM), 143),
    "sigint": (lambda chat: chat.signal(signal.SIGINT), 130),
    "sighup": (lambda chat: chat.signal(signal.SIGHUP), 129),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_out_of_an_idle_chat(scene: Scene, way: str, record_property: Callable[[str, object], None]) -> None:
    """S0-13, S3-12…15."""
    act, code = WAYS[way]
    chat = scene.chat()
    chat.wait_for(idle)
    start = time.monotonic()
    act(chat)
    assert chat.wait_for_exit() == code
    seconds = time.monotonic() - start
    record_property("exit_seconds", seconds)
    assert seconds < EXIT_LIMIT
    assert_restored(chat)
    assert "is kept. Go on with: callboard --continue" in chat.everything()
    scene.wait_until_nobody_is_left()


@pytest.mark.parametrize("way", [way for way in WAYS if way != "ctrl-c twice"])
def test_each_way_out_while_a_command_runs(scene: Scene, way: str) -> None:
    """S1-8: the command's tree goes, and the turn has its one outcome in the journal."""
    act, code = WAYS[way]
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send(BUSY)
    chat.wait_for("begun")
    assert scene.living("sleep 60")
    act(chat)
    assert chat.wait_for_exit() == code
    scene.wait_until_nobody_is_left()
    assert_restored(chat)
    (finished,) = scene.records(TurnFinished)
    assert isinstance(finished, TurnFinished)
    assert finished.outcome == "cancelled"


def test_two_ctrl_c_end_a_turn_and_then_the_program(scene: Scene) -> None:
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send(BUSY)
    chat.wait_for("begun")
    chat.send("\x03\x03")
    assert chat.wait_for_exit() == 0
    assert_restored(chat)


@pytest.mark.parametrize("way", ["ctrl-d", "sigterm"])
def test_leaving_while_an_answer_streams_shows_what_had_come(scene: Scene, way: str) -> None:
    """S3-15: the last message is visible on every exit path."""
    script = scene.write("slow.toml", SLOW_ANSWER)
    act, code = WAYS[way]
    chat = scene.chat("-m", f"script:{script}")
    chat.wait_for(idle)
    chat.send("go\r")
    chat.wait_for("and on and on")
    act(chat)
    assert chat.wait_for_exit() == code
    assert_restored(chat)
    assert "first words" in chat.everything()
    assert "and on and on" in chat.everything()


def test_the_terminal_is_closed_while_a_command_runs(scene: Scene) -> None:
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send(BUSY)
    chat.wait_for("begun")
    chat.hang_up()
    assert chat.wait_for_exit() == 129
    scene.wait_until_nobody_is_left()
    (finished,) = scene.records(TurnFinished)
    assert isinstance(finished, TurnFinished)
    assert finished.outcome == "cancelled"


def test_the_terminal_program_around_us_is_killed(scene: Scene) -> None:
    """As when tmux or the window is killed: the shell and the chat lose their terminal, and nobody stays."""
    outer = TerminalDriver(
        (sys.executable, str(EMULATOR), "/bin/sh", "-c", f'{sys.executable} "$0" --yolo; true', _program()),
        scene.folder,
        scene.environment,
    )
    chat = scene.left.enter_context(outer)
    chat.wait_for(idle)
    chat.send(BUSY)
    chat.wait_for("begun")
    (emulator,) = [pid for pid, command in scene.living(EMULATOR.name).items() if "/bin/sh -c" in command]
    os.kill(emulator, signal.SIGKILL)
    scene.wait_until_nobody_is_left()
    (finished,) = scene.records(TurnFinished)
    assert isinstance(finished, TurnFinished)
    assert finished.outcome == "cancelled"


def _program() -> str:
    return str(Path(__file__).parents[2] / "callboard.py")
