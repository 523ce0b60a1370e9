"""One line about a compaction."""

from __future__ import annotations

from actors.ids import CallId, TurnId
from actors.records import ConversationCompacted, FoldedResult
from ui.compaction_line import compaction_line

TURN = TurnId("t1")
FOLDS = (FoldedResult(CallId("a"), "x"), FoldedResult(CallId("b"), "y"))


def test_it_says_what_became_of_what_and_how_much_is_freed() -> None:
    summary = ConversationCompacted(TURN, "threshold", "summary", replaced=41, before=1_000, after=220)
    assert compaction_line(summary) == "compacted: 41 messages → summary, 78 % freed"
    folded = ConversationCompacted(TURN, "threshold", "folded", FOLDS, before=1_000, after=700)
    assert compaction_line(folded) == "compacted: 2 tool results → folded, 30 % freed"


def test_a_compaction_of_nothing_is_no_division_by_zero() -> None:
    assert "0 % freed" in compaction_line(ConversationCompacted(TURN, "asked", "mechanical"))
