"""The main journey: a person chats, approves, interrupts, goes on and leaves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from actors.records import TurnFinished
from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import assert_restored, idle

INTERRUPT_LIMIT = 5.0
"""Seconds; the promise is 0.5."""


def test_prompt_answer_approval_edit_interrupt_second_prompt_and_exit(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    """S0-5, S0-8, S0-20, S1-8, S3-15: the whole of it, in one terminal."""
    chat = scene.chat()
    chat.wait_for(idle)
    chat.send("show a.txt\r")
    chat.wait_for(lambda screen: "hello there" in screen and idle(screen))
    assert "I am offline, not a language model" in re.sub(r"\s+", " ", chat.everything())
    edit_with_approval(scene, chat)
    record_property("ctrl_c_to_idle_seconds", interrupt_sleep(scene, chat))
    chat.send("list the files\r")
    chat.wait_for(lambda screen: "1 file here" in screen and idle(screen))
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert_restored(chat)
    outcomes = [record.outcome for record in scene.records(TurnFinished) if isinstance(record, TurnFinished)]
    assert outcomes == ["done", "done", "cancelled", "done"]


def edit_with_approval(scene: Scene, chat: TerminalDriver) -> None:
    file = scene.folder / "a.txt"
    chat.send("replace “hello” with “goodbye” in a.txt\r")
    chat.wait_for("1 Yes")
    assert "+goodbye there" in chat.shown()
    assert file.read_text() == "hello there\n"
    chat.send("1")
    chat.wait_for(lambda screen: "Done: a.txt edited" in screen and idle(screen))
    assert file.read_text() == "goodbye there\n"


def interrupt_sleep(scene: Scene, chat: TerminalDriver) -> float:
    """Seconds from Ctrl-C until the prompt was idle again."""
    chat.send("run echo be''gun; sleep 60\r")
    chat.wait_for("1 Yes")
    chat.send("1")
    chat.wait_for("begun")
    assert scene.living("sleep 60")
    pressed = time.monotonic()
    chat.send("\x03")
    chat.wait_for(lambda screen: "■ Cancelled." in screen and idle(screen))
    seconds = time.monotonic() - pressed
    assert not scene.living("sleep 60")
    assert seconds <= INTERRUPT_LIMIT
    return seconds
