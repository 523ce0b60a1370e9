"""The input line: labels of pastes, what stands before it."""

from __future__ import annotations

from prompt_toolkit.buffer import Buffer

from actors.messages import ApprovalRequested
from tests.ui.dialogue import CALL, TURN, Dialogue
from ui.chat.input_line import LONGEST_PASTE, TALLEST_PASTE, label_of, put, shortened


def test_a_short_text_stands_as_it_is() -> None:
    assert shortened("\n" * (TALLEST_PASTE - 1), ()) is None
    assert shortened("x" * LONGEST_PASTE, ()) is None


def test_a_long_one_has_a_label_of_its_own() -> None:
    text = "\n" * TALLEST_PASTE
    first = shortened(text, ())
    assert first is not None
    second = shortened(text, ((first.label, text),))
    assert second is not None
    assert (first.label, second.label) == ("[pasted 11 lines]", "[pasted 11 lines #2]")
    wide = shortened("x" * (LONGEST_PASTE + 1), ())
    assert wide is not None
    assert wide.label == "[pasted 2001 characters]"


def test_the_label_says_what_enter_would_do() -> None:
    dialogue = Dialogue()
    assert label_of(dialogue.view) == "\u203a"
    dialogue.tell(ApprovalRequested(TURN, CALL, "run_command", "make", "make", ""))
    dialogue.see()
    dialogue.press("4")
    assert label_of(dialogue.view) == "no, because \u203a"


def test_a_put_text_has_the_cursor_at_its_end_and_is_noticed() -> None:
    buffer, changes = Buffer(), list[str]()

    def changed(_: object) -> None:
        changes.append(buffer.text)

    buffer.on_text_changed += changed
    put(buffer, "new")
    assert buffer.cursor_position == 3
    assert changes == ["new"]
