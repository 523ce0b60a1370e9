"""How the chat looks under way: long streams, resizes, terminals without colours or without cursor movement."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

import pytest

from actors.records import TurnFinished
from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import assert_restored, idle

ROWS = 150
COLOUR = re.compile(rb"\x1b\[[\d;]*m")
HUE = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])(?:;\d+)*m")


def streamed(scene: Scene, rows: int, pause: float) -> str:
    """A model that says numbered rows, one after the other."""
    steps = ",\n".join(f'{{ stall = {pause} }}, {{ delta = "row {number:03}\\n" }}' for number in range(rows))
    return f"script:{scene.write('rows.toml', f'[[exchanges]]{chr(10)}steps = [{steps}]')}"


def numbered(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^row (\d+)$", text, re.MULTILINE)]


def reached(number: int) -> Callable[[str], bool]:
    return lambda screen: max(numbered(screen), default=0) >= number


def test_a_long_answer_is_in_the_scrollback_once_and_in_order(scene: Scene) -> None:
    """S1-18, S3-7: no row twice, none missing, none out of order."""
    chat = scene.chat("-m", streamed(scene, ROWS, 0.0))
    chat.wait_for("/help")
    chat.send("go\r")
    chat.wait_for(lambda screen: f"row {ROWS - 1:03}" in screen and "/help" in screen)
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert numbered(chat.everything()) == list(range(ROWS))


@pytest.mark.parametrize("height", [24, 12])
def test_resizes_while_an_answer_streams_leave_no_ghosts(scene: Scene, height: int) -> None:
    """The emulator cuts rows instead of wrapping them anew, and so TERM says."""
    chat = scene.chat("-m", streamed(scene, ROWS, 0.015), size=(height, 80), TERM="rxvt-256color")
    chat.wait_for("/help")
    chat.send("go\r")
    for number, columns in enumerate((60, 100, 40, 120, 72, 80), start=1):
        chat.wait_for(reached(number * 20))
        chat.resize(height, columns)
    chat.wait_for(lambda screen: f"row {ROWS - 1:03}" in screen and "/help" in screen)
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    everything = chat.everything()
    assert numbered(everything) == list(range(ROWS))
    assert not re.findall(r"Esc interrupts|^\u203a *$|scripted · scripted", everything, re.MULTILINE)
    assert_restored(chat)


def test_a_resize_reaches_a_command_that_runs_on_a_terminal(scene: Scene) -> None:
    chat = scene.chat()
    chat.wait_for(idle)
    chat.send("!trap 'stty size; exit' WINCH; echo re''ady; while :; do sleep 0.1; done\r")
    chat.wait_for("ready")
    chat.resize(30, 90)
    chat.wait_for(lambda screen: "30 90" in screen and idle(screen))
    chat.send("\x04")
    assert chat.wait_for_exit() == 0


def test_no_color_leaves_the_colours_out(scene: Scene) -> None:
    for value, coloured in (("1", False), ("", True)):
        chat = scene.chat(NO_COLOR=value)
        chat.wait_for(idle)
        chat.send("show a.txt\r")
        chat.wait_for(lambda screen: "hello there" in screen and idle(screen))
        chat.send("\x04")
        assert chat.wait_for_exit() == 0
        assert bool(HUE.search(bytes(chat.output))) is coloured


PLAIN = {"dumb terminal": ((), "dumb"), "flag": (("--plain",), "xterm-256color")}


@pytest.mark.parametrize("how", PLAIN)
def test_plain_adds_lines_and_asks_with_numbers(scene: Scene, how: str) -> None:
    """S0-9: for terminals that cannot move the cursor, and for screen readers."""
    flags, term = PLAIN[how]
    chat = scene.chat(*flags, TERM=term)
    chat.wait_for(prompted)
    chat.send("create b.txt with hi\r")
    chat.wait_for("4 No, and say why")
    assert not (scene.folder / "b.txt").exists()
    chat.send("1\r")
    chat.wait_for("Done: `b.txt` created")
    assert (scene.folder / "b.txt").read_text().strip() == "hi"
    chat.send("run echo be''gun; sleep 60\r")
    chat.wait_for("3 Always: run_command")
    chat.send("1\r")
    wait_for_sleep(scene, chat)
    chat.send("\x03")
    chat.wait_for("■ Cancelled.")
    assert not scene.living("sleep 60")
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert chat.attributes() == chat.attributes_before
    assert b"\x1b" not in chat.output
    outcomes = [record.outcome for record in scene.records(TurnFinished) if isinstance(record, TurnFinished)]
    assert outcomes == ["done", "cancelled"]


def prompted(screen: str) -> bool:
    return screen.rstrip().endswith("\n>")


def wait_for_sleep(scene: Scene, chat: TerminalDriver) -> None:
    chat.wait_for("… run_command")
    scene.wait_for_a_process("sleep 60")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_plain_ends_in_order_on_a_signal(scene: Scene, number: signal.Signals, code: int) -> None:
    chat = scene.chat("--plain", "--yolo")
    chat.wait_for(prompted)
    chat.send("run sleep 60\r")
    wait_for_sleep(scene, chat)
    chat.signal(number)
    assert chat.wait_for_exit() == code
    scene.wait_until_nobody_is_left()
