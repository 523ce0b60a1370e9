"""What is not in the scrollback yet is live, and what there is no room for is counted."""

from __future__ import annotations

from actors.messages import ReplyStreamed
from tests.ui.dialogue import REQUEST, TURN, Dialogue
from ui.screen.answer_rows import open_rows
from ui.text.rows import plain


def live(text: str, room: int = 6, columns: int = 40) -> list[str]:
    dialogue = Dialogue(columns=columns)
    dialogue.tell(ReplyStreamed(TURN, REQUEST, text))
    return [plain(row) for row in open_rows(dialogue.view.reply, columns, room)]


def test_finished_lines_of_a_fence_are_committed_at_once() -> None:
    dialogue = Dialogue()
    for number in range(46):
        dialogue.tell(ReplyStreamed(TURN, REQUEST, f"{'```py' if not number else f'line {number}'}\n"))
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "line 4"))
    assert dialogue.said == [f"line {number}" for number in range(1, 46)]
    assert [row for row in dialogue.above() if row.startswith("line")] == ["line 4"]


def test_a_comment_is_held_and_what_has_no_room_is_counted() -> None:
    assert live("```c\nx;\n/*\n * 1\n * 2\n * 3\n", room=6) == ["/*", " * 1", " * 2", " * 3"]
    assert live("```c\nx;\n/*\n * 1\n * 2\n * 3\n", room=3) == ["⋮ 2 lines above", " * 2", " * 3"]


def test_an_open_table_is_plain_and_counted() -> None:
    rows = "".join(f"| {number} | x |\n" for number in range(9))
    assert live("| a | b |\n|---|---|\n" + rows, room=3) == ["⋮ 9 lines above", "| 7 | x |", "| 8 | x |"]


def test_a_very_long_line_of_code_is_counted_too() -> None:
    rows = live("```\n" + "x" * 5_000, room=3)
    assert rows == ["⋮ 123 lines above", "x" * 40, "x" * 40]


def test_the_first_line_of_a_paragraph_is_live() -> None:
    assert live("only line\n") == ["only line"]
