"""Keys that are not told elsewhere: what belongs to the line, and what to the chat."""

from __future__ import annotations

from pathlib import Path

from actors.messages import (
    AnswerApproval,
    ApprovalRequested,
    CancelTurn,
    ChangePermissionMode,
    SubmitPrompt,
    TodoChanged,
)
from actors.records import TurnStarted
from tests.ui.chat_stage import Stage, play
from tests.ui.dialogue import CALL, PROMPT, TURN
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


def test_tab_completes_and_enter_sends(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("")

    def script(stage: Stage) -> None:
        stage.type("see @rea")
        stage.wait_for("  readme.md")
        stage.type("\t")
        stage.wait_for("\u203a see @readme.md")
        stage.type("\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "see @readme.md"

    play(tmp_path, script)


def test_ctrl_r_finds_what_was_typed_before(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("first thought\r")
        stage.company.wait_until_told(SubmitPrompt)
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


# ── Pastes, sequences and questions, on the real loop ─────────────────────────────────────────────────────────────

APPROVAL = ApprovalRequested(TURN, CALL, "run_command", "make", "make", "")


def ask(stage: Stage) -> None:
    stage.publish(TurnStarted(TURN, PROMPT, "do it"), APPROVAL)
    stage.wait_for("1 Yes")


def test_an_unbracketed_paste_approves_nothing_and_stands_in_the_line(tmp_path: Path) -> None:
    """Issue 7, C1."""

    def script(stage: Stage) -> None:
        ask(stage)
        stage.type("1. fix the tests\r2. go on\r")
        stage.wait_for("1. fix the tests\n")
        assert "2. go on" in stage.terminal_output.shown()
        assert not stage.company.told(AnswerApproval)
        assert not stage.company.told(SubmitPrompt)

    play(tmp_path, script)


def test_y_and_enter_approve(tmp_path: Path) -> None:
    """Issue 7, C7."""

    def script(stage: Stage) -> None:
        ask(stage)
        stage.type("y")
        stage.company.wait_until_told(AnswerApproval)
        stage.type("\r")
        assert stage.company.told(AnswerApproval) == [AnswerApproval(TURN, CALL, "once")]
        stage.wait_for("✓ You approved make")

    play(tmp_path, script)


def test_arrows_and_enter_answer(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        ask(stage)
        stage.type("\x1b[B")
        stage.wait_for("\u276f 1 Yes")
        stage.type("\x1bOB")
        stage.wait_for("\u276f 2 Yes")
        stage.type("\r")
        assert stage.company.wait_until_told(AnswerApproval)[0].answer == "session"

    play(tmp_path, script)


def test_unknown_sequences_neither_type_nor_interrupt(tmp_path: Path) -> None:
    """Issue 7, C2."""
    noise = "\x1b]11;rgb:1e1e/1e1e/1e1e\x07\x1b[?62;22c\x1b[I\x1b[O\x1b[201~\x1bq\x1b[99;9u\x1bP>|term\x1b\\\x1b[5;7R"

    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.wait_for("Working")
        stage.type(f"a{noise}b\x1b[27;2;13~c\x1b[13;2ud\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "ab\nc\nd"
        assert not stage.company.told(CancelTurn)

    play(tmp_path, script)


def test_a_typed_exclamation_mark_shows_shell_mode_and_a_pasted_one_is_text(tmp_path: Path) -> None:
    """Issue 7, C6."""

    def script(stage: Stage) -> None:
        stage.type("!")
        stage.wait_for("shell \u203a !")
        stage.type("\x7f")
        stage.wait_for(lambda shown: "shell" not in shown)
        stage.type("\x1b[200~!rm x\x1b[201~")
        stage.wait_for("\u203a !rm x")
        assert "shell" not in stage.terminal_output.shown()
        stage.type("\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "!rm x"

    play(tmp_path, script)


def test_the_cursor_and_delete_go_by_what_looks_like_one_character(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("a👩\u200d👩\u200d👧e\u0301b\x1b[D\x1b[D\x1b[D\x1b[3~X\x1b[C\x1b[3~\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "aXe\u0301"

    play(tmp_path, script)


def test_what_hides_in_the_line_is_seen_there_and_sent_as_it_is(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("a\u00adb")
        stage.wait_for("\u203a a<U+00AD>b")
        stage.type("\x1b[D\x1b[D\x7f\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "\u00adb"

    play(tmp_path, script)
