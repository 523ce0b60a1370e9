"""The context on the screen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.context.accounting import ContextShares
from actors.context_messages import CompactConversation, ContextReported, ReportContext
from actors.ids import CallId, RequestId
from actors.records import (
    CompactionStarted,
    ConversationCleared,
    ConversationCompacted,
    FoldedResult,
    ModelAdvised,
    ModelChanged,
    ReplyCompleted,
)
from actors.transcript import AssistantMessage, Usage
from config.model_facts import ModelFacts
from tests.ui.dialogue import TURN, Dialogue
from ui.screen.messages import Key

SHARES = ContextShares(
    system=1_000,
    tools=2_000,
    files=3_000,
    talk=400,
    results=600,
    reserve=8_000,
    window=32_000,
    assumed=False,
    limit=24_000,
)
REPORT = ContextReported(SHARES, Usage(1_000, 20, 300), 0.25, 0, 2)
SUMMARY = ConversationCompacted(
    TURN, "threshold", "summary", replaced=41, summary="All of it.", before=1_000, after=220
)


def test_a_compaction_is_one_line_that_opens() -> None:
    dialogue = Dialogue(columns=100)
    said = dialogue.tell(SUMMARY)
    assert [row for row in said if row] == ["⋮ compacted: 41 messages → summary, 78 % freed (Ctrl-O shows it)"]
    opened = "\n".join(dialogue.tell(Key("c-o", 0.0)))
    assert "All of it." in opened
    assert "1,000 tokens before" in opened


def test_folded_results_open_as_what_stands_for_them() -> None:
    dialogue = Dialogue(columns=100)
    folds = (FoldedResult(CallId("c1"), "head … tail"),)
    dialogue.tell(ConversationCompacted(TURN, "threshold", "folded", folds, before=10, after=5))
    assert "c1: head … tail" in "\n".join(dialogue.tell(Key("c-o", 0.0)))


def test_what_went_wrong_with_a_summary_is_said_and_never_obeyed() -> None:
    said = "\n".join(Dialogue().tell(replace(SUMMARY, method="mechanical", problem="it \x1b[2Jfailed")))
    assert "without the model" in said
    assert "failed" in said
    assert "\x1b" not in said


def test_a_summary_that_is_asked_for_is_said() -> None:
    started = CompactionStarted(TURN, RequestId("r"), "threshold", 1_000)
    assert "nearly full" in "\n".join(Dialogue().tell(started))


def test_a_model_that_was_told_of_its_circle_is_shown_so() -> None:
    assert "around" in "\n".join(Dialogue().tell(ModelAdvised(TURN, "[you go around]")))


def test_the_account_is_asked_for_and_shown_by_kind_within_its_bar() -> None:
    dialogue = Dialogue(columns=100)
    dialogue.submit("/context")
    assert dialogue.sent(ReportContext)
    said = dialogue.tell(REPORT)
    text = "\n".join(said)
    for part in ("7,000 of 32,000 tokens, 22 %", "files read", "3,000", "left", "17,000", "24,000 tokens; 2 times"):
        assert part in text
    assert "assumed" not in text
    (bar,) = [row for row in said if row.startswith("█") and "▓" in row]
    assert len(bar) == 48
    assert dialogue.tell(REPORT) == [], "it was not asked for again"


@pytest.mark.parametrize("window", [1, 1_000, 7_000, 10_000_000])
def test_a_window_of_any_size_has_its_bar(window: int) -> None:
    dialogue = Dialogue(columns=200)
    dialogue.submit("/context")
    assert "assumed" in "\n".join(dialogue.tell(replace(REPORT, shares=replace(SHARES, window=window, assumed=True))))


def test_the_cost_says_what_is_left_of_the_budget_and_what_is_not_known() -> None:
    dialogue = Dialogue(columns=100)
    for report, parts in (
        (replace(REPORT, budget=1.0), ("$0.25", "$1.00, $0.75 left", "300")),
        (replace(REPORT, unpriced=3), ("$0.25 and 3 answers of unknown price", "none")),
        (replace(REPORT, cost=0.0, unpriced=3), ("not known",)),
        (replace(REPORT, cost=2.0, budget=1.0), ("$0.00 left",)),
    ):
        dialogue.submit("/cost")
        said = "\n".join(dialogue.tell(report))
        assert all(part in said for part in parts), said


def test_a_compaction_is_asked_for_with_what_to_keep() -> None:
    dialogue = Dialogue()
    dialogue.submit("/compact the schema")
    dialogue.submit("/compact")
    assert dialogue.sent(CompactConversation) == [CompactConversation("the schema"), CompactConversation()]


def test_the_status_line_goes_along_with_compactions_failures_and_clear() -> None:
    dialogue = Dialogue(columns=100)
    dialogue.tell(ReplyCompleted(TURN, RequestId("r1"), AssistantMessage.of("yes"), Usage(9_000, 10), counted=3_000))
    assert dialogue.view.context_used == 3_000, "of the attempt that was answered, not of all"
    failed = AssistantMessage.of("").interrupt("empty")
    assert dialogue.tell(ReplyCompleted(TURN, RequestId("r2"), failed, Usage(7_000))) == []
    assert dialogue.view.context_used == 3_000
    dialogue.tell(SUMMARY)
    assert dialogue.view.context_used == 220
    dialogue.tell(ConversationCleared())
    assert dialogue.view.context_used == 0


def test_a_window_of_the_configuration_holds_after_a_change_of_the_model() -> None:
    dialogue = Dialogue(columns=100)
    identity = replace(dialogue.view.identity, window=32_000, window_set=True)
    dialogue.view = replace(dialogue.view, identity=identity, context_used=300)
    said = "\n".join(dialogue.tell(ModelChanged("acme/other", "Acme", "other", ModelFacts(200_000))))
    assert "assumed" not in said
    assert (dialogue.view.identity.window, dialogue.view.context_used) == (32_000, 300)
