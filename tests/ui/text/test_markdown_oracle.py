"""The markdown of answers against a CommonMark parser: its words and code are drawn, all of them, in their order.

The one difference is the coder's rule: marks that touch code stay in the text. So what the chat draws may hold marks
that the parser takes away, and never the other way round.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from actors.messages import ReplyStreamed
from actors.records import ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import REQUEST, TURN, Dialogue
from tests.ui.text.markdown_corpus import AS_COMMONMARK, AS_WRITTEN, PIECES
from tests.ui.text.markdown_oracle import blocks_of, drawn, said, spoken

DRAWN = str.maketrans({"│": None, "•": None, "─": None, "☐": "[]", "☑": "[x]"})
"""What the chat adds, and the boxes that it draws."""
KEPT = set("*_~\\[]<>!")
"""What the coder's rule may keep of what the parser takes away."""


def squeezed(text: str) -> str:
    return "".join(text.translate(DRAWN).replace("[X]", "[x]").split())


def more_than(ours: str, theirs: str) -> list[str] | None:
    """The characters that are only in ours; None where theirs has one that is not in ours, or not there."""
    extra: list[str] = []
    rest = iter(ours)
    for character in theirs:
        for mine in rest:
            if mine == character:
                break
            extra.append(mine)
        else:
            return None
    return [*extra, *rest]


@pytest.mark.parametrize("text", AS_COMMONMARK)
def test_the_words_and_the_code_are_those_of_commonmark(text: str) -> None:
    assert squeezed(said(text)) == squeezed(spoken(text))


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_code_in_prose_stays_as_it_was_written(text: str) -> None:
    assert said(text).split() == text.split()


FRAMES = ("{} ok", "see {}", "- {}", "> {}", "1. a\n   {}", "**b** {} *i*", "# {}")


@pytest.mark.parametrize("text", AS_WRITTEN)
@pytest.mark.parametrize("frame", FRAMES)
def test_code_stays_as_it_was_written_wherever_it_stands(frame: str, text: str) -> None:
    for part in text.split(" and ") if "\n" not in text else ():
        before, after = said(frame.format("@@")).split("@@")
        assert said(frame.format(part)).split() == f"{before}{part}{after}".split()


WORDS = st.sampled_from(PIECES.split(" "))
LEADS = st.sampled_from(["", "", "", "- ", "  ", "    ", "> ", "1. ", "   ", "> > ", "```"])
LINES = st.tuples(LEADS, st.lists(WORDS, max_size=6))
GLUE = st.sampled_from([" ", " ", ""])


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = [lead + draw(GLUE).join(words) for lead, words in draw(st.lists(LINES, max_size=7))]
    return "\n".join(lines)


@given(texts())
def test_nothing_that_commonmark_says_is_missing_and_only_marks_are_more(text: str) -> None:
    assume(not re.search(r">.*\n {4}", text))  # the parser forgets that a paragraph in two quotes may go on like this
    extra = more_than(squeezed(said(text)), squeezed(spoken(text)))
    assert extra is not None
    assert "|" in text or not set(extra) - KEPT


@given(st.text(alphabet="*_~`[]()<>\\&;!#-+.>|:= \nab1日😀", max_size=60))
def test_nothing_that_commonmark_says_is_missing_of_any_marks(text: str) -> None:
    assume(not re.search(r">.*\n {4}", text))
    assert more_than(squeezed(said(text)), squeezed(spoken(text))) is not None


def streamed(text: str, cuts: list[int], columns: int) -> list[str]:
    dialogue = Dialogue(columns=columns)
    start = 0
    for size in cuts:
        if text[start : start + size]:
            dialogue.tell(ReplyStreamed(TURN, REQUEST, text[start : start + size]))
        start += size
    dialogue.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of(text), Usage()))
    return [row.rstrip() for row in dialogue.said]


@given(texts(), st.integers(1, 40), st.integers(20, 60))
@example("\n".join(AS_COMMONMARK), 3, 40)
@example(" ".join(AS_WRITTEN), 7, 40)
@example("\n\n".join(AS_COMMONMARK * 2), 1, 30)
@example("long **bold `code` and** [a label](http://x.y) *words* " * 30, 5, 30)
def test_however_the_answer_is_cut_it_looks_the_same(text: str, size: int, columns: int) -> None:
    whole = streamed(text, [], columns)
    assert streamed(text, [size] * (len(text) // size + 1), columns) == whole


@given(texts(), st.integers(40, 120))
@example("\n\n".join(AS_COMMONMARK + AS_WRITTEN), 100)
def test_the_words_do_not_depend_on_the_width(text: str, columns: int) -> None:
    text = text.replace("|", "")
    assert squeezed("\n".join(drawn(blocks_of(text, columns)))) == squeezed(said(text))
