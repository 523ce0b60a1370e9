"""What stands in the input line outlives the chat, however that ended."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import idle
from ui.chat.draft import FILE, read

LONG = "\n".join(f"line {number}" for number in range(30))


def kept(scene: Scene) -> list[Path]:
    return [*scene.state.glob(f"callboard/sessions/*/{FILE}")]


def opened(scene: Scene, *arguments: str) -> TerminalDriver:
    chat = scene.chat(*arguments)
    chat.wait_for(idle)
    scene.wait_for(lambda: [*scene.state.glob("callboard/sessions/*/journal.jsonl")], "session")
    return chat


def typed(scene: Scene, chat: TerminalDriver, keys: str, text: str) -> None:
    chat.send(keys)
    scene.wait_for(lambda: [path for path in kept(scene) if read(path).text == text], "draft")


def cursor_follows(chat: TerminalDriver, text: str) -> bool:
    row, column = int(chat.screen.cursor.y), int(chat.screen.cursor.x)
    return chat.shown().split("\n")[row][:column].endswith(text)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_draft_is_there_again_after_the_end(scene: Scene, number: signal.Signals) -> None:
    """Pain 7."""
    chat = opened(scene)
    typed(scene, chat, "half a tho", "half a tho")
    if number == signal.SIGKILL:
        typed(scene, chat, "ught", "half a thought")
    else:
        chat.send("ught")
        chat.wait_for("half a thought")
    chat.signal(number)
    chat.wait_for_exit()
    (path,) = kept(scene)
    assert path.stat().st_mode & 0o777 == 0o600
    again = scene.chat("--continue")
    again.wait_for(lambda screen: "\u203a half a thought" in screen and idle(screen))
    assert cursor_follows(again, "half a thought")
    again.send("\r")
    again.wait_for("not a language model")
    again.signal(signal.SIGKILL)
    again.wait_for_exit()
    assert not kept(scene), "a line that was sent is no draft"


def test_a_long_paste_comes_back_with_its_text(scene: Scene) -> None:
    chat = opened(scene)
    chat.send(f"\x1b[200~{LONG}\x1b[201~")
    chat.wait_for("[pasted 30 lines]")
    typed(scene, chat, " why?", "[pasted 30 lines] why?")
    chat.signal(signal.SIGKILL)
    chat.wait_for_exit()
    again = scene.chat("--continue")
    again.wait_for(lambda screen: "[pasted 30 lines] why?" in screen and idle(screen))
    again.send("\r")
    again.wait_for("ask me which colour")
    assert f"{LONG} why?" in [getattr(record, "text", "") for record in scene.records()]


def test_a_draft_that_was_emptied_leaves_nothing(scene: Scene) -> None:
    chat = opened(scene)
    typed(scene, chat, "no", "no")
    chat.send("\x7f\x7f")
    scene.wait_for(lambda: not kept(scene), "empty line")
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert not kept(scene)


def test_a_draft_that_cannot_be_kept_costs_nothing(scene: Scene) -> None:
    chat = opened(scene)
    (folder,) = scene.state.glob("callboard/sessions/*")
    (folder / f".{FILE}").mkdir()
    chat.send("show a.txt")
    chat.wait_for("show a.txt")
    chat.send("\r")
    chat.wait_for(lambda screen: "a.txt, 1 line" in screen and idle(screen))
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
