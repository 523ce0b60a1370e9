"""What is to be approved is seen, whole and as it is, or it cannot be approved."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.messages import AnswerApproval, ApprovalRequested, QuestionAsked
from actors.records import TurnStarted
from tests.ui.chat_stage import Stage, play
from tests.ui.dialogue import CALL, PROMPT, TURN, Dialogue
from tools.tool import Question
from ui.screen import question_rows
from ui.screen.question_rows import TOO_SMALL
from ui.text.rows import plain, row_width


def command(text: str, rule: str | None = None) -> ApprovalRequested:
    return ApprovalRequested(TURN, CALL, "run_command", text, text, f"run_command({text})" if rule is None else rule)


def asked(request: ApprovalRequested | QuestionAsked, columns: int = 60, room: int = 22) -> Dialogue:
    dialogue = Dialogue(columns=columns)
    dialogue.begin_turn()
    dialogue.view = replace(dialogue.view, room=room)
    dialogue.tell(request)
    dialogue.see()
    return dialogue


def shown(dialogue: Dialogue) -> list[str]:
    return [plain(row) for row in question_rows.rows(dialogue.view, dialogue.view.room)]


def answers(dialogue: Dialogue) -> bool:
    dialogue.press("1")
    return bool(dialogue.sent(AnswerApproval))


def test_a_carriage_return_hides_nothing_of_a_command() -> None:
    rows = shown(asked(command("rm -rf x #\recho harmless" + " " * 20)))
    assert rows[1].rstrip() == "  rm -rf x #␍echo harmless"
    assert any(row.startswith("  3 Always: run_command(rm -rf x #␍echo harmless") for row in rows)


def test_a_run_of_blanks_pushes_nothing_off_the_row() -> None:
    rows = shown(asked(command("echo harmless" + " " * 500 + "; rm -rf x")))
    body = rows[1 : next(place for place, row in enumerate(rows) if "1 Yes" in row)]
    assert all(row.startswith("↳ ") for row in body[1:])
    assert "".join(row[2:].ljust(58) for row in body).rstrip() == "echo harmless" + " " * 500 + "; rm -rf x"


def test_a_long_command_is_wrapped_and_never_cut() -> None:
    rows = shown(asked(command("echo " + "word " * 60)))
    assert "".join(row[2:] for row in rows).count("word") == 60
    assert not any("…" in row for row in rows)


def test_a_rule_for_a_file_never_calls_itself_this_one_change() -> None:
    path = "a/" * 60 + "b.py"
    diff = f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b"
    rows = shown(asked(ApprovalRequested(TURN, CALL, "edit_file", path, diff, f"edit_file({path})"), room=40))
    assert "exactly this" not in "".join(rows)


def test_a_command_that_imitates_a_wrapped_row_is_told_from_one() -> None:
    first = "ls # " + "x" * 53
    wrapped, imitated = (shown(asked(command(f"{first}{between}touch y"))) for between in ("  ", "\n↳ "))
    assert wrapped[2].rstrip() == "↳   touch y"
    assert imitated[2].rstrip() == "  ↳ touch y"


def test_a_command_of_several_lines_has_them_all_and_its_rule_is_one_row() -> None:
    rows = shown(asked(command("echo one\necho two")))
    assert rows[1:3] == ["  echo one", "  echo two"]
    assert "  3 Always: run_command(echo one␊echo two)  a" in rows
    assert not any("\n" in row for row in rows)


def test_a_diff_shows_its_carriage_returns() -> None:
    diff = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+import evil #\rb"
    rows = shown(asked(ApprovalRequested(TURN, CALL, "edit_file", "a.py", diff, "")))
    assert "  +import evil #␍b" in rows


def test_a_long_rule_that_only_repeats_the_command_is_not_repeated() -> None:
    assert "  3 Always: exactly this  a" in shown(asked(command("x" * 300)))


def test_a_long_rule_for_more_than_this_command_is_shown_whole() -> None:
    rows = shown(asked(command("x", f"run_command(git {'a' * 200} *)")))
    assert "a" * 30 + " *)" in "".join(rows).replace("    ", "")


def test_a_long_text_is_folded_with_its_count_and_stands_in_the_scrollback() -> None:
    dialogue = asked(command("\n".join(f"step {number}" for number in range(40)), ""))
    assert "  step 20" in dialogue.said
    assert "… 29 more lines, all in the scrollback" in shown(dialogue)
    assert answers(dialogue)


def test_where_room_is_scarce_the_ways_to_answer_share_a_row() -> None:
    dialogue = asked(command("touch x", ""), columns=80, room=3)
    assert shown(dialogue) == [
        "? Run this command?",
        "  touch x",
        "  1 Yes  y · 2 Yes, for this session  s · 4 No, and say why  n",
    ]
    assert answers(dialogue)


def test_a_long_text_is_folded_further_where_room_is_scarce() -> None:
    dialogue = asked(command("\n".join(f"step {number}" for number in range(40)), ""), columns=80, room=6)
    assert shown(dialogue)[1:-1] == ["  step 0", "  step 1", "… 37 more lines, all in the scrollback", "  step 39"]


def test_where_it_does_not_fit_it_says_so_and_takes_no_answer() -> None:
    dialogue = asked(command("touch x"), columns=20, room=3)
    assert "".join(shown(dialogue)).replace("  ", " ").endswith(TOO_SMALL)
    assert not answers(dialogue)


def test_what_was_not_told_whole_is_not_folded_when_the_window_shrinks() -> None:
    dialogue = asked(command("\n".join(f"step {number}" for number in range(10)), ""))
    dialogue.view = replace(dialogue.view, room=8)
    assert any(TOO_SMALL[:20] in row for row in shown(dialogue))
    assert not answers(dialogue)


@pytest.mark.parametrize("columns", [5, 20, 33, 80])
@pytest.mark.parametrize("room", [1, 3, 6, 12, 30])
def test_whatever_the_size_it_fits_into_it_or_cannot_be_answered(columns: int, room: int) -> None:
    for request in (
        command("echo one && echo two\n" * 4),
        QuestionAsked(TURN, CALL, Question("Which\none?", ("a", "b" * 50))),
    ):
        dialogue = asked(request, columns, room)
        rows = question_rows.rows(dialogue.view, room)
        assert len(rows) <= room
        ask = dialogue.view.asking
        assert ask is not None
        if question_rows.fits(dialogue.view, ask):
            assert all(row_width(row) <= columns for row in rows)
            assert not any(TOO_SMALL[:10] in plain(row) for row in rows)
        else:
            assert ask.state == "shown"


# ── On a terminal ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_asked_is_what_would_run_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """A carriage return and a line break in a command: both are seen, and no row is shifted by them."""
    text = "rm -rf x #\recho harmless\necho two"

    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.publish(ApprovalRequested(TURN, CALL, "run_command", text, text, f"run_command({text})"))
        shown = stage.wait_for("4 No, and say why")
        assert "  rm -rf x #␍echo harmless\n  echo two\n" in shown
        assert "  3 Always: run_command(rm -rf x #␍echo harmless␊echo two)  a" in shown
        stage.type("1")
        stage.company.wait_until_told(AnswerApproval)
        shown = stage.wait_for(lambda shown: "Run this command?" not in shown)
        assert shown.count("Esc interrupts") == 1
        assert shown.count("harmless") == 1  # the row that says what was approved

    play(tmp_path, script)


def test_on_a_tiny_terminal_no_key_answers_what_cannot_be_read(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.publish(command("make"))
        stage.wait_for("larger to answer")
        stage.type("1")
        stage.wait_for("\u203a 1")
        stage.type("\x15")
        stage.terminal_output.resize(24, 80)
        signal.raise_signal(signal.SIGWINCH)
        stage.wait_for("4 No, and say why")
        assert not stage.company.told(AnswerApproval)
        stage.type("1")
        stage.company.wait_until_told(AnswerApproval)

    play(tmp_path, script, size=(5, 20))


def test_nobody_relies_on_a_scrollback_for_thousands_of_rows() -> None:
    dialogue = asked(command("\n".join(f"echo {number}" for number in range(2_000))), columns=80)
    assert any(row.endswith("more lines, all in the scrollback, if it keeps so many") for row in shown(dialogue))
