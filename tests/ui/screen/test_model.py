"""The view and its steps."""

from __future__ import annotations

from tests.ui.dialogue import Dialogue, texts
from ui.screen.model import ScreenModel, Update, hinted, notice, said
from ui.text.rows import line


def test_said_rows_are_set_off_once() -> None:
    first = said(ScreenModel(gap=False), line("a"))
    assert texts(first.blocks) == ["", "a"]
    second = said(first.view, line(""))
    assert texts(said(second.view, line("b")).blocks) == ["b"]


def test_steps_follow_each_other() -> None:
    step = Update(ScreenModel())
    step = step.then(notice(step.view, "one")).then(hinted(step.view, "two"))
    assert texts(step.blocks) == ["· one"]
    assert step.view.hint == "two"


def test_a_hint_is_gone_with_the_next_key() -> None:
    dialogue = Dialogue()
    dialogue.press("c-c", 1.0)
    assert dialogue.view.hint
    dialogue.press("up", 5.0)
    assert not dialogue.view.hint
