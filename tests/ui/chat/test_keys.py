"""Keys that are not told elsewhere: what belongs to the line, and what to the chat."""

from __future__ import annotations

from pathlib import Path

from actors.messages import CancelTurn, ChangePermissionMode, SubmitPrompt, TodoChanged
from actors.records import TurnStarted
from tests.ui.chat_stage import Stage, play
from tests.ui.dialogue import PROMPT, TURN
from tools.tool import TodoItem


def test_digits_are_text_while_nothing_is_asked(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("123\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "123"

    play(tmp_path, script)


def test_an_arrow_key_is_no_escape(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.wait_for("Working")
        stage.type("ac\x1b[Db\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "abc"
        assert not stage.company.told(CancelTurn)

    play(tmp_path, script)


def test_escape_closes_the_offers_before_it_interrupts(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.type("/he")
        stage.wait_for("what can be typed")
        stage.type("\x1b")
        stage.wait_for(lambda shown: "what can be typed" not in shown)
        assert not stage.company.told(CancelTurn)
        stage.type("\x1b")
        stage.company.wait_until_told(CancelTurn)

    play(tmp_path, script)


def test_tab_completes_and_enter_takes_the_offer(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("")

    def script(stage: Stage) -> None:
        stage.type("see @rea")
        stage.wait_for("  readme.md")
        stage.type("\t")
        stage.wait_for("\u203a see @readme.md")
        stage.type("\r\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "see @readme.md"

    play(tmp_path, script)


def test_ctrl_r_finds_what_was_typed_before(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("first thought\r")
        stage.type("second one\r")
        stage.company.wait_until_told(SubmitPrompt, 2)
        stage.type("\x12thou")
        stage.wait_for("\u203a first thought")
        stage.type("\r")
        stage.wait_for(lambda shown: "search" not in shown)
        stage.type("\r")
        assert stage.company.wait_until_told(SubmitPrompt, 3)[2].text == "first thought"

    play(tmp_path, script)


def test_ctrl_t_and_shift_tab(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.publish(TodoChanged(TURN, (TodoItem("write it"),)))
        stage.wait_for("☐ write it")
        stage.type("\x14")
        stage.wait_for(lambda shown: "write it" not in shown)
        stage.type("\x1b[Z")
        assert stage.company.wait_until_told(ChangePermissionMode)[0].mode == "accept-edits"

    play(tmp_path, script)


def test_backspace_takes_what_looks_like_one_character(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("a🇩🇪e\u0301\x7f\x7fb\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "ab"

    play(tmp_path, script)


def test_a_lone_ctrl_c_is_forgotten_after_its_second(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("\x03")
        stage.wait_for("Ctrl-C again quits")
        stage.wait_for(lambda shown: "Ctrl-C again quits" not in shown)

    play(tmp_path, script)
