"""The live region: bounded, honest about what runs, and readable where it is narrow."""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import ReplyStreamed
from actors.records import ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from tests.ui.dialogue import REQUEST, TURN, Dialogue
from ui.screen import live_region
from ui.screen.messages import Resize, Tick
from ui.screen.model import Identity
from ui.text.rows import plain, row_width


def test_the_status_line_says_provider_model_folder_branch_and_tokens() -> None:
    dialogue = Dialogue(columns=100)
    dialogue.view = replace(dialogue.view, identity=replace(dialogue.view.identity, branch="main", mode="plan"))
    assert dialogue.below() == ["Acme · fast-1 · project ⎇ main · 0 in 0 out · plan · /help"]


def test_where_it_is_narrow_the_provider_stays() -> None:
    for columns in range(10, 60):
        dialogue = Dialogue()
        dialogue.tell(Resize(24, columns))
        status = live_region.status(dialogue.view)
        assert row_width(status) <= columns
        assert plain(status).startswith("Acme")


def test_the_clock_runs_with_the_ticks_of_a_turn() -> None:
    """S0-2, S3-21: the screen owns its spinner, and no tick is needed where nothing runs."""
    dialogue = Dialogue()
    busy = [dialogue.view.busy]
    dialogue.begin_turn()
    assert [*busy, dialogue.view.busy] == [False, True]
    dialogue.tell(Tick(100.0))
    first = dialogue.above()[-1]
    dialogue.tell(Tick(175.25))
    second = dialogue.above()[-1]
    assert "Working 0 s" in first
    assert "Working 1 min 15 s" in second
    assert first[0] != second[0]


def test_a_flood_never_makes_the_region_taller_than_its_rows() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "word " * 390))
    assert len(dialogue.above()) <= live_region.LIVE_ROWS
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "\n```\n" + "x = 1\n" * 39))
    assert len(dialogue.above()) <= live_region.LIVE_ROWS


def test_on_a_tiny_terminal_the_lower_rows_win() -> None:
    dialogue = Dialogue(rows=3)
    dialogue.begin_turn()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "word " * 100))
    rows = live_region.above(dialogue.view, 1)
    assert len(rows) == 1
    assert "Working" in plain(rows[0])
    assert live_region.above(dialogue.view, 0) == ()


def test_no_row_is_wider_than_the_terminal() -> None:
    dialogue = Dialogue(columns=20)
    dialogue.view = replace(dialogue.view, identity=Identity("Acme", "a-very-long-model-name", "/x"))
    dialogue.begin_turn()
    dialogue.tell(ReplyStreamed(TURN, REQUEST, "日本語 " * 30))
    assert all(
        row_width(row) <= 20 for row in (*live_region.above(dialogue.view, 10), *live_region.below(dialogue.view))
    )


def test_the_status_line_says_how_full_the_context_is() -> None:
    dialogue = Dialogue(columns=100)
    assert "%" not in plain(live_region.status(dialogue.view))
    identity = replace(dialogue.view.identity, window=200_000)
    dialogue.view = replace(dialogue.view, identity=identity)
    dialogue.begin_turn()
    dialogue.tell(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("hi"), Usage(49_000, 1_000)))
    assert "25% of 200k" in plain(live_region.status(dialogue.view))
    dialogue.view = replace(dialogue.view, identity=replace(identity, window_assumed=True))
    assert "25% of 200k assumed" in plain(live_region.status(dialogue.view))
