"""Effects carried out on a real line: drafts, the editor, vi keys."""

from __future__ import annotations

from os import mkfifo as os_mkfifo
from pathlib import Path

from actors.messages import NoticeRaised, SubmitPrompt
from tests.ui.chat_stage import Stage, play


def editor(folder: Path, body: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_the_editor_gets_the_line_and_gives_it_back(tmp_path: Path) -> None:
    """S0-10: the screen is lent, and comes back."""

    def script(stage: Stage) -> None:
        stage.type("draft\x07")
        stage.wait_for("\u203a draft, edited")
        stage.type("\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "draft, edited"

    play(tmp_path, script, environment={"EDITOR": editor(tmp_path, 'printf ", edited" >>"$1"')})


def test_what_happens_while_the_screen_is_lent_is_shown_afterwards(tmp_path: Path) -> None:
    """S0-10: the rest goes on."""
    gate = tmp_path / "gate"

    def script(stage: Stage) -> None:
        stage.type("\x18\x05")
        with gate.open("w") as pipe:
            stage.company.wait_for_frame()
            before = len(stage.terminal_output.writes)
            stage.publish(NoticeRaised("info", "meanwhile"))
            stage.company.wait_for_frame()
            assert len(stage.terminal_output.writes) == before
            pipe.write("go")
        stage.wait_for("meanwhile")

    os_mkfifo(gate)
    play(tmp_path, script, environment={"EDITOR": editor(tmp_path, f'read x <"{gate}"')})


def test_an_editor_that_fails_leaves_the_line(tmp_path: Path) -> None:
    """Pain 7."""

    def script(stage: Stage) -> None:
        stage.type("draft\x07")
        stage.wait_for(lambda shown: "exit code 1" in shown and "\u203a draft" in shown)

    play(tmp_path, script, environment={"EDITOR": "false"})


def test_vi_keys_on_demand(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("/vim\r")
        stage.wait_for("vi insert")
        stage.type("hello")
        stage.wait_for("\u203a hello")
        stage.type("\x1b")
        stage.wait_for("vi normal")
        stage.type("0x")
        stage.wait_for("\u203a ello")

    play(tmp_path, script)


def test_ctrl_l_draws_again_on_an_empty_screen(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.publish(NoticeRaised("info", "said before"))
        stage.wait_for("said before")
        stage.type("\x0c")
        stage.wait_for(lambda shown: shown.startswith(("\n\u203a", "\u203a")))
        assert "said before" in stage.terminal_output.everything()

    play(tmp_path, script)
