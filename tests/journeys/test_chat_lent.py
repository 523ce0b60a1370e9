"""The terminal when nothing happens, when its size changes at rest, and when an editor has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import assert_restored, idle

COOKED = 'stty -a <"$(tty)" | grep -q " icanon" && printf ", cooked" >>"$1"'


def test_the_editor_has_the_terminal_and_gives_it_back(scene: Scene) -> None:
    """S0-10."""
    editor = scene.write("editor", f"#!/bin/sh\n{COOKED}\n")
    editor.chmod(0o755)
    chat = scene.chat(EDITOR=str(editor))
    chat.wait_for(idle)
    chat.send("draft\x07")
    chat.wait_for("\u203a draft, cooked")
    chat.send("\x03")
    chat.wait_for(lambda screen: "cooked" not in screen)
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert_restored(chat)


def test_a_stopping_program_ends_the_editor_too(scene: Scene) -> None:
    """S0-13: nobody who has the terminal holds the end."""
    editor = scene.write("editor", "#!/bin/sh\necho in the editor >/dev/tty\nexec sleep 60\n")
    editor.chmod(0o755)
    chat = scene.chat(EDITOR=str(editor))
    chat.wait_for(idle)
    chat.send("\x07")
    chat.wait_for("in the editor")
    chat.process.terminate()
    assert chat.wait_for_exit() == 143
    assert chat.attributes() == chat.attributes_before
    assert not scene.living("sleep 60")


def test_a_terminal_that_cuts_its_rows_is_drawn_anew(scene: Scene) -> None:
    """S0-19: resize."""
    chat = scene.chat(XTERM_VERSION="XTerm(390)")
    chat.wait_for(idle)
    chat.send("a draft")
    chat.wait_for("\u203a a draft")
    for columns in (100, 70, 90, 60):
        chat.resize(24, columns)
    chat.send(" goes on")
    shown = chat.wait_for(lambda screen: "a draft goes on" in screen and "offline · offline" in screen)
    assert shown.count("\u203a") == 1
    assert shown.count("offline · offline · ") == 1


@pytest.mark.alone
def test_an_idle_chat_sleeps(scene: Scene) -> None:
    """S0-6: wake-ups of the main thread in two idle seconds, counted by the kernel."""
    chat = scene.chat()
    chat.wait_for(idle)
    look_on(chat, 2.0)
    before = wakeups(chat.process.pid)
    look_on(chat, 2.0)
    assert wakeups(chat.process.pid) - before <= 4


def wakeups(process: int) -> int:
    """Voluntary context switches of its main thread."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def look_on(chat: TerminalDriver, seconds: float) -> None:
    """Look at the screen for so long; what is waited for never comes."""
    with pytest.raises(AssertionError, match="was not shown"):
        chat.wait_for("\x00", seconds)
