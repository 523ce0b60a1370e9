"""Sessions in the chat: going on with one, two at a time, and after a crash."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from actors.conversation import fold
from actors.journal.journal import read_back
from actors.records import CallFinished, PromptAccepted, SessionOpened, TurnFinished, TurnStarted
from tests.journeys.scene import BOUND, PROGRAM, Scene, await_end
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import ON_BY_DEFAULT, assert_restored, idle, modes_left, queued
from ui.terminal.terminal_guard import DUTY


def leave(chat: TerminalDriver) -> None:
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert_restored(chat)


def test_continue_shows_the_earlier_talk_and_goes_on(scene: Scene) -> None:
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send("create b.txt with hi\r")
    chat.wait_for(lambda screen: "Done: b.txt created" in screen and idle(screen))
    leave(chat)
    again = scene.chat("--continue", "--yolo")
    again.wait_for(lambda screen: "Done: b.txt created" in screen and idle(screen))
    rows = [row for row in again.everything().split("\n") if not row.startswith("  ")]
    assert rows[0].startswith("Callboard ")
    assert rows[1:3] == ["", "\u203a create b.txt with hi"]
    assert sum(row.startswith("Callboard ") for row in rows) == 1
    again.send("show b.txt\r")
    again.wait_for(lambda screen: "b.txt, 1 line" in screen and idle(screen))
    assert "not a language model" not in again.everything().partition("\u203a show b.txt")[2]
    leave(again)
    assert len(scene.records(SessionOpened)) == 2
    prompts = [record.text for record in scene.records(PromptAccepted) if isinstance(record, PromptAccepted)]
    assert prompts == ["create b.txt with hi", "show b.txt"]
    assert not fold(scene.records()).unanswered()


def test_continue_without_an_earlier_session_says_so(scene: Scene) -> None:
    chat = scene.chat("--continue")
    assert chat.wait_for_exit() == 2
    assert "no earlier session" in chat.everything()


def test_resume_asks_which_session_with_one_row_for_each(scene: Scene) -> None:
    """Arrow keys and wrong input are answered with what can be typed; a bare Enter leaves."""
    scene.run("-p", "show a.txt " + "with many words " * 20)
    scene.run("-p", "show b.txt")
    picker = scene.chat("--resume", size=(24, 60))
    picker.wait_for("Which one (1-2, words to search, or just Enter for none)?")
    assert [row[:5] for row in picker.shown().split("\n")[:2]] == ["  1  ", "  2  "]
    assert "…" in picker.shown().split("\n")[1]
    picker.send("\x1b[B\r")
    screen = picker.wait_for(lambda screen: screen.count("Which one") == 2)
    assert "Keys do not move here: type a number" in screen
    picker.send("\r")
    assert picker.wait_for_exit() == 130
    assert "No session was chosen." in picker.shown()
    assert picker.attributes() == picker.attributes_before


def test_a_session_that_is_open_elsewhere_is_refused(scene: Scene) -> None:
    chat = scene.chat("--session-id", "mine")
    chat.wait_for(lambda screen: screen.startswith("Callboard ") and idle(screen))
    other = scene.chat("--resume", "mine")
    assert other.wait_for_exit() == 2
    assert "mine is open in another Callboard" in other.everything().replace("\n", " ")
    assert other.attributes() == other.attributes_before
    leave(chat)


@pytest.mark.parametrize("place", [0, 2])
def test_a_session_with_a_damaged_line_is_continued(scene: Scene, place: int) -> None:
    """The first line says where the session was opened, so it must be named; the third that the turn began."""
    scene.run("-p", "show a.txt")
    lines = scene.journal().read_bytes().splitlines(keepends=True)
    scene.journal().write_bytes(b"".join((*lines[:place], b"gar{bage\n", *lines[place + 1 :])))
    again = ("--continue",) if place else ("--resume", scene.journal().parent.name)
    chat = scene.chat(*again, "--yolo")
    damage = f"The journal is not whole: line {place + 1} could not be read and was skipped"
    chat.wait_for(lambda screen: damage in " ".join(screen.split()) and idle(screen))
    chat.send("create b.txt with hi\r")
    chat.wait_for(lambda screen: "Done: b.txt created" in screen and idle(screen))
    leave(chat)
    found = read_back(scene.journal().read_bytes())
    assert [record.turn for record in found.records if isinstance(record, TurnFinished)] == ["t1", "t2"]


def test_a_killed_chat_is_continued_with_its_queue_in_order(scene: Scene) -> None:
    """A kill -9 while a command runs and prompts wait: the command is not repeated, the queued prompts are done."""
    gate = scene.gate("gate")
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send("run `echo be''gun | tee -a marker; cat gate`\r")
    chat.wait_for("begun")
    for number, name in enumerate(("one", "two"), start=1):
        chat.send(f"create {name}.txt with {name}\r")
        chat.wait_for(queued(number))
    chat.signal(signal.SIGKILL)
    assert chat.wait_for_exit() == -signal.SIGKILL
    gate.open()
    scene.wait_until_nobody_is_left()
    again = scene.chat("--continue", "--yolo")
    again.wait_for(lambda screen: "Done: two.txt created" in screen and idle(screen))
    leave(again)
    assert (scene.folder / "marker").read_text() == "begun\n"
    turns = [record.text for record in scene.records(TurnStarted) if isinstance(record, TurnStarted)]
    assert turns[1:] == ["create one.txt with one", "create two.txt with two"]
    outcomes = [record.outcome for record in scene.records(TurnFinished) if isinstance(record, TurnFinished)]
    assert outcomes == ["failed", "done", "done"]
    conversation = fold(scene.records())
    assert (conversation.waiting, conversation.turn, conversation.unanswered()) == ((), None, ())


def test_a_chat_killed_with_a_question_open_does_not_do_what_was_asked(scene: Scene) -> None:
    chat = scene.chat()
    chat.wait_for(idle)
    chat.send("create b.txt with hi\r")
    chat.wait_for("1 Yes")
    chat.signal(signal.SIGKILL)
    assert chat.wait_for_exit() == -signal.SIGKILL
    again = scene.chat("--continue")
    again.wait_for(lambda screen: "The turn was interrupted" in screen and idle(screen))
    assert "1 Yes" not in again.shown()
    leave(again)
    assert not (scene.folder / "b.txt").exists()
    assert "\u25a0 write_file b.txt \u00b7 cancelled" in again.everything()
    (result,) = [record.result for record in scene.records(CallFinished) if isinstance(record, CallFinished)]
    assert result.outcome == "cancelled"


def test_a_killed_chat_gives_the_terminal_back(scene: Scene) -> None:
    """Kill -9: lines can be typed and seen again, pastes are plain, the cursor is there."""
    chat = scene.chat()
    chat.wait_for(idle)
    scene.wait_for(lambda: guards(chat.process.pid), "guard of the terminal")
    assert chat.attributes() != chat.attributes_before
    chat.signal(signal.SIGKILL)
    assert chat.wait_for_exit() == -signal.SIGKILL
    scene.wait_for(lambda: chat.attributes() == chat.attributes_before, "terminal as it was before")
    chat.wait_for_exit()  # reads what came after the end
    assert chat.cursor_is_visible()
    assert modes_left(bytes(chat.output)) == ON_BY_DEFAULT


def test_a_shell_that_takes_its_terminal_back_keeps_it(scene: Scene) -> None:
    """Kill -9 under a shell with a line editor of its own: what the shell sets is not undone."""
    shell = scene.left.enter_context(
        TerminalDriver(
            ("/bin/bash", "--norc", "--noprofile", "-i"), scene.folder, scene.environment | {"PS1": "ready> "}
        )
    )
    shell.wait_for("ready>")
    editing = shell.attributes()
    shell.send(" ".join((*PROGRAM, "\r")))
    shell.wait_for(idle)
    (chat,) = (pid for pid, command in scene.living("callboard.py").items() if "bash" not in command)
    scene.wait_for(lambda: guards(chat), "guard of the terminal")
    (guard,) = guards(chat)
    os.kill(chat, signal.SIGKILL)
    await_end([int(guard)], BOUND)
    shell.wait_for(lambda screen: "ready>" in screen.partition("Killed")[2])
    assert shell.attributes() == editing
    shell.send("exit\r")
    shell.wait_for_exit()


def guards(chat: int) -> list[str]:
    """The processes that this process has started to look after its terminal."""
    threads = Path(f"/proc/{chat}/task").glob("*/children")
    children = [child for thread in threads for child in thread.read_text().split()]
    return [child for child in children if DUTY in Path(f"/proc/{child}/cmdline").read_text()]


def test_a_chat_killed_while_a_command_runs_leaves_no_process(scene: Scene) -> None:
    """Kill -9: what the command started, and what hides from it, ends all the same."""
    chat = scene.chat("--yolo")
    chat.wait_for(idle)
    chat.send("run `(setsid sleep 60 &); trap '' HUP TERM; echo be''gun; sleep 60`\r")
    chat.wait_for("begun")
    assert scene.living("sleep 60")
    chat.signal(signal.SIGKILL)
    chat.wait_for_exit()
    scene.wait_until_nobody_is_left()
