"""The streamed answer: shown once, whole, and at a cost that grows with its length and nothing else."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from actors.blocks import ToolCall
from actors.ids import CallId, RequestId
from actors.messages import ReplyDiscarded, ReplyStreamed, RequestStarted
from actors.records import ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import REQUEST, TURN, Dialogue

ANSWER = "One line.\nA **second** one.\n\n- item\n```py\nx = 1\n```\nthe end"


def pieces(text: str, size: int) -> list[ReplyStreamed]:
    return [ReplyStreamed(TURN, REQUEST, text[at : at + size]) for at in range(0, len(text), size)]


def completed(text: str, *, interrupted: bool = False) -> ReplyCompleted:
    message = AssistantMessage.of(text, stop_reason="interrupted" if interrupted else "stop")
    return ReplyCompleted(TURN, REQUEST, message, Usage(10, 5))


@pytest.mark.parametrize("size", [1, 3, 7, 1_000])
def test_however_it_is_cut_the_answer_stands_there_once(size: int) -> None:
    """Pain 17."""
    dialogue = Dialogue()
    dialogue.tell(*pieces(ANSWER, size), completed(ANSWER))
    assert dialogue.said == ["One line.", "A second one.", "", "• item", "x = 1", "the end"]


def test_an_answer_that_was_not_streamed_is_shown_when_it_is_complete() -> None:
    dialogue = Dialogue()
    assert dialogue.tell(completed("all at once")) == ["all at once"]


def test_what_was_missing_of_the_stream_is_added() -> None:
    dialogue = Dialogue()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "half "), completed("half and half"))
    assert dialogue.said == ["half and half"]


def test_the_open_line_is_live_and_plain() -> None:
    dialogue = Dialogue()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "now **bo"))
    assert dialogue.said == []
    assert "now **bo" in dialogue.above()


def test_a_discarded_stream_is_marked_and_begins_anew() -> None:
    dialogue = Dialogue()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "wrong start\n\nand"), ReplyDiscarded(TURN, REQUEST, "cut off", 2, 3.0))
    assert "! cut off; the answer above is void; attempt 2 begins in 3 s" in dialogue.said
    second = RequestId("request-2")
    dialogue.tell(RequestStarted(TURN, second, 2), ReplyStreamed(TURN, second, "right"))
    dialogue.tell(ReplyCompleted(TURN, second, AssistantMessage.of("right"), Usage()))
    assert dialogue.said[-1] == "right"


def test_an_interrupted_answer_says_so() -> None:
    dialogue = Dialogue()
    assert dialogue.tell(completed("as far as", interrupted=True)) == ["as far as", "… interrupted here"]


def test_reasoning_is_live_only() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "", "let me think"))
    assert "let me think" in dialogue.above()
    assert any("Thinking" in row for row in dialogue.above())
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "so:"), completed("so:"))
    assert "let me think" not in "\n".join(dialogue.said)


def test_what_would_command_the_terminal_is_text() -> None:
    """An OSC that writes the clipboard, a cursor movement, a rewritten line and a reversed reading order are seen."""
    dialogue = Dialogue()
    dialogue.tell(completed("a\x1b]52;c;ZXZpbA==\x07b\x1b[2Ac\rd\u202ee"))
    assert dialogue.said == ["a␛]52;c;ZXZpbA==␇b␛[2Ac␍d<U+202E>e"]


@pytest.mark.parametrize("size", [1, 2, 1_000])
def test_lines_may_end_as_on_windows(size: int) -> None:
    dialogue = Dialogue()
    dialogue.tell(*pieces("one\r\ntwo\r\n", size), completed("one\r\ntwo\r\n"))
    assert dialogue.said == ["one", "two"]


def test_usage_is_added_up_and_calls_are_known() -> None:
    dialogue = Dialogue()
    message = AssistantMessage.of("", calls=(ToolCall(CallId("c"), "read_file", "{}"),))
    dialogue.tell(completed("x"), ReplyCompleted(TURN, RequestId("r2"), message, Usage(1, 1)))
    assert dialogue.view.usage == Usage(11, 6)
    assert [call.name for call in dialogue.view.calls] == ["read_file"]


def work_of(tokens: list[str]) -> int:
    """Calls of Python functions that streaming these tokens takes."""
    dialogue, calls = Dialogue(), 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for token in tokens:
            dialogue.tell(ReplyStreamed(TURN, REQUEST, token))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "token",
    ["word ", "line\n", "nospace", "- item **b** `c`\n", "[", "*", "`", "| cell "],
    ids=["prose", "lines", "one word", "items", "brackets", "stars", "ticks", "cells"],
)
def test_ten_times_the_tokens_are_ten_times_the_work(token: str) -> None:
    """S0-25, pain 3: the cost of an answer is linear in its length, whatever its shape."""
    assert work_of([token] * 5_000) <= 13 * work_of([token] * 500) + 1_000


def test_a_paragraph_longer_than_the_screen_enters_the_scrollback_rendered() -> None:
    dialogue = Dialogue(columns=40)
    paragraph = "plain **bold** and `code` " * 100
    dialogue.tell(*pieces(paragraph, 9))
    assert len(dialogue.said) > dialogue.view.rows
    assert len([row for row in dialogue.above() if row]) <= 2
    dialogue.tell(completed(paragraph))
    assert " ".join(" ".join(dialogue.said).split()) == ("plain bold and code " * 100).strip()
