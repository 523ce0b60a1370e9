"""Text, reasoning and calls in the order in which they came."""

from __future__ import annotations

from actors.llm.dialects.openai_chat.answer_text import AnswerText
from actors.llm.dialects.openai_chat.calls import CallDraft
from actors.llm.port import Piece
from actors.llm.text_runs import TextRun


def test_pieces_are_joined_by_sort_and_handed_out_once() -> None:
    text = AnswerText()
    text.think("a")
    text.think("b")
    text.say("c")
    text.say("")
    text.think("d")
    assert text.pieces() == (Piece(reasoning="ab"), Piece("c"), Piece(reasoning="d"))
    assert text.pieces() == ()


def test_a_call_stands_where_its_first_fragment_came() -> None:
    text, draft = AnswerText(), CallDraft(0, "c")
    text.say("a")
    text.place(draft)
    text.say("b")
    text.place(draft)
    assert [run.parts if isinstance(run, TextRun) else run for run in text.runs] == [["a"], draft, ["b"]]


def test_content_that_may_begin_a_tag_is_held_and_counts_as_progress() -> None:
    text = AnswerText()
    text.read("<thi")
    assert (text.pieces(), text.progress) == ((), 1)
    text.release()
    assert text.pieces() == (Piece("<thi"),)
    text.read("<think>")
    assert text.pieces() == (Piece("<think>"),), "no more than one start"
