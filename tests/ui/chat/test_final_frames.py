"""The last frames."""

from __future__ import annotations

from pathlib import Path

from actors.ids import SessionId
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import SessionOpened
from tests.ui.chat_stage import Stage, play
from tests.ui.dialogue import Dialogue
from ui.chat.final_frames import farewell
from ui.text.rows import plain

OPENED = SessionOpened(SessionId("s-1"), "/home/kim/project", "fast-1", "1.0", 0.0)


def test_the_farewell_says_how_to_go_on_and_why_it_ended() -> None:
    dialogue = Dialogue()
    assert farewell(dialogue.view, DrainScreen(0, "you left")) == ()
    dialogue.tell(OPENED)
    rows = [plain(row) for row in farewell(dialogue.view, DrainScreen(143, "SIGTERM"))]
    assert rows == [
        "Callboard ends: SIGTERM (exit code 143)",
        "Session s-1 is kept. Go on with: callboard --continue",
    ]


def test_the_farewell_is_the_last_thing_on_the_screen(tmp_path: Path) -> None:
    """S3-15, pain 4."""

    def script(stage: Stage) -> None:
        stage.publish(OPENED, DrainScreen(0, "you left"))
        stage.company.wait_until_told(ScreenDrained)

    shown = play(tmp_path, script).terminal_output.shown().rstrip("\n")
    assert shown.endswith("Go on with: callboard --continue")


def test_a_terminal_that_is_gone_does_not_hold_the_end(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.terminal_output.gone = True
        stage.publish(DrainScreen(0, "you left"))
        stage.company.wait_until_told(ScreenDrained)

    assert play(tmp_path, script).exit_code == 0
