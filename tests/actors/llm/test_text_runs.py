"""Text runs: streamed pieces become blocks in the order in which they came."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from actors.blocks import ReasoningBlock, TextBlock
from actors.llm.text_runs import Said, TextRun, extend

PIECES = some.lists(some.tuples(some.sampled_from([TextBlock, ReasoningBlock]), some.text(max_size=3)))


@given(PIECES)
def test_no_piece_is_lost_moved_or_left_apart_from_its_neighbour(pieces: list[tuple[type[Said], str]]) -> None:
    runs = list[TextRun | str]()
    for kind, text in pieces:
        extend(runs, kind, text)
    blocks = [run.block() for run in runs if isinstance(run, TextRun)]
    assert [(type(b), c) for b in blocks for c in b.text] == [(kind, c) for kind, text in pieces for c in text]
    assert all(type(one) is not type(other) for one, other in pairwise(blocks))
    assert all(block.text for block in blocks)


def test_what_stands_between_two_texts_keeps_them_apart() -> None:
    runs: list[TextRun | str] = []
    extend(runs, TextBlock, "before")
    runs.append("a call")
    extend(runs, TextBlock, "after")
    assert [run if isinstance(run, str) else run.block() for run in runs] == [
        TextBlock("before"),
        "a call",
        TextBlock("after"),
    ]
