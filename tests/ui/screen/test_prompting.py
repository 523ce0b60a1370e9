"""Prompts, the queue, the turn, and the ladder of Ctrl-C."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.ids import PromptId, RequestId
from actors.messages import (
    CancelTurn,
    ChangePermissionMode,
    EndJob,
    PermissionModeChanged,
    PromptRefused,
    QueueChanged,
    StartJob,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.records import (
    CompactionStarted,
    ConversationCompacted,
    ModelChanged,
    PromptAccepted,
    PromptWithdrawn,
    TurnFinished,
    TurnOutcome,
)
from actors.transcript import Usage
from config.model_facts import ModelFacts
from tests.ui.dialogue import PROMPT, TURN, Dialogue
from ui.screen.messages import Leave, Paste, RememberLine, RestoreDraft, SetDraft, Tick

LATER = PromptId("later")


def ended(outcome: TurnOutcome, text: str = "") -> TurnFinished:
    return TurnFinished(TURN, PROMPT, outcome, text, Usage(), 1, 2.0)


def test_a_line_becomes_a_prompt_and_is_remembered() -> None:
    """S0-20."""
    dialogue = Dialogue()
    dialogue.submit("  do it \n", "p")
    assert dialogue.sent(SubmitPrompt) == [SubmitPrompt(PromptId("p"), "do it")]
    assert RememberLine("do it") in dialogue.effects
    assert SetDraft("") in dialogue.effects


def test_an_empty_line_is_nothing() -> None:
    dialogue = Dialogue()
    dialogue.submit("   ")
    assert dialogue.effects == []


def test_labels_of_pastes_become_their_text() -> None:
    dialogue = Dialogue()
    dialogue.tell(Paste("[pasted 12 lines]", "a\nb"))
    dialogue.submit("see [pasted 12 lines]!")
    assert dialogue.sent(SubmitPrompt)[0].text == "see a\nb!"


def test_the_prompt_is_repeated_when_its_turn_begins_and_a_long_one_is_folded() -> None:
    """S3-17: work begins visibly."""
    dialogue = Dialogue()
    dialogue.begin_turn("one\ntwo")
    assert dialogue.said == ["\u203a one", "  two"]
    assert any("Working" in row for row in dialogue.above())
    long = Dialogue()
    long.begin_turn("\n".join("x" for _ in range(200)))
    assert len(long.said) < 50


def test_what_waits_is_shown_and_counted() -> None:
    """S3-16."""
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(PromptAccepted(LATER, "and then"), QueueChanged((LATER,)))
    assert "⧗ and then" in dialogue.above()
    assert "1 queued" in dialogue.below()[-1]


def test_a_queued_prompt_comes_back_to_the_line_of_the_one_who_asked() -> None:
    """Pain 7."""
    dialogue = Dialogue()
    dialogue.tell(PromptAccepted(LATER, "and then"), QueueChanged((LATER,)))
    dialogue.press("up")
    assert dialogue.sent(WithdrawPrompt) == [WithdrawPrompt(LATER)]
    dialogue.tell(PromptWithdrawn(LATER, "and then"))
    assert dialogue.wanted(RestoreDraft) == [RestoreDraft("and then")]
    dialogue.tell(PromptWithdrawn(PromptId("of an earlier session"), "old"))
    assert len(dialogue.wanted(RestoreDraft)) == 1


def test_a_refused_prompt_is_said_and_given_back() -> None:
    """S3-6, S3-18."""
    dialogue = Dialogue()
    dialogue.submit("too much", "p")
    said = dialogue.tell(PromptRefused(PromptId("p"), "too much", "32 prompts wait already"))
    assert said == ["! Not taken: 32 prompts wait already"]
    assert dialogue.wanted(RestoreDraft) == [RestoreDraft("too much")]


def test_a_turn_that_is_done_says_nothing_more_and_every_other_end_does() -> None:
    done = Dialogue()
    done.begin_turn()
    assert done.tell(ended("done", "the answer")) == []
    assert done.view.turn is None
    outcomes: tuple[TurnOutcome, ...] = ("failed", "unavailable", "limit", "denied", "cancelled")
    for outcome in outcomes:
        dialogue = Dialogue()
        dialogue.begin_turn()
        assert dialogue.tell(ended(outcome, "why, and what to do"))[-1].endswith("why, and what to do")


def test_escape_ends_the_turn_or_the_own_command_and_nothing_else() -> None:
    """S0-5, pain 8."""
    dialogue = Dialogue()
    dialogue.press("escape")
    assert dialogue.effects == []
    dialogue.submit("!sleep 60")
    dialogue.press("escape")
    assert dialogue.sent(EndJob) == [EndJob(dialogue.sent(StartJob)[0].job)]
    dialogue.begin_turn()
    dialogue.press("escape")
    assert len(dialogue.sent(CancelTurn)) == 1
    assert any("Stopping" in row for row in dialogue.above())


def test_ctrl_c_empties_the_line_first() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.press("c-c", 1.0, "a draft")
    assert dialogue.effects == [RememberLine("a draft"), SetDraft("")]


def test_ctrl_c_cancels_and_a_second_one_within_a_second_quits() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.press("c-c", 1.0)
    assert dialogue.sent(CancelTurn)
    dialogue.press("c-c", 1.9)
    assert dialogue.wanted(Leave)
    slow = Dialogue()
    slow.press("c-c", 1.0)
    assert "Ctrl-C again quits" in slow.below()
    slow.press("c-c", 3.0)
    assert not slow.wanted(Leave)


def test_ctrl_d_leaves_only_from_an_empty_line() -> None:
    dialogue = Dialogue()
    dialogue.press("c-d", draft="x")
    assert not dialogue.wanted(Leave)
    dialogue.press("c-d")
    assert dialogue.wanted(Leave) == [Leave(0, "you left")]


def test_shift_tab_goes_round_the_permission_modes_and_never_into_yolo() -> None:
    dialogue = Dialogue(columns=120)
    modes: list[str] = []
    for _ in range(3):
        dialogue.press("s-tab")
        modes.append(mode := dialogue.sent(ChangePermissionMode)[-1].mode)
        dialogue.tell(PermissionModeChanged(mode))
    assert modes == ["accept-edits", "plan", "default"]
    dialogue.tell(PermissionModeChanged("yolo"))
    assert "yolo" in dialogue.below()[-1]


@pytest.mark.parametrize(("second", "quits"), [(1.999, True), (2.0, True), (2.001, False)])
def test_a_second_ctrl_c_counts_up_to_the_end_of_its_second(second: float, *, quits: bool) -> None:
    dialogue = Dialogue()
    dialogue.press("c-c", 1.0)
    dialogue.press("c-c", second)
    assert any(isinstance(effect, Leave) for effect in dialogue.effects) == quits


def test_the_word_about_ctrl_c_goes_after_its_second_and_a_later_one_begins_anew() -> None:
    dialogue = Dialogue()
    dialogue.press("c-c", 1.0)
    seen: list[tuple[bool, bool]] = []
    for now in (1.9, 2.1):
        dialogue.tell(Tick(now))
        seen.append(("Ctrl-C again quits" in dialogue.below(), dialogue.view.ticking))
    assert seen == [(True, True), (False, False)]
    dialogue.press("c-c", 2.2)
    assert "Ctrl-C again quits" in dialogue.below()
    assert not dialogue.wanted(Leave)


def test_while_an_own_command_runs_it_is_said_how_it_ends() -> None:
    dialogue = Dialogue()
    dialogue.submit("!vi a.txt")
    assert "  Esc ends it; what you type is not passed on to it" in dialogue.above()
    dialogue.begin_turn()
    assert not any("Esc ends it" in row for row in dialogue.above())
    plain = Dialogue()
    plain.view = replace(plain.view, keys=False)
    assert plain.submit("!read x") == ["· Ctrl-C ends it; what you type is not passed on to it."]


OTHER = ModelChanged("acme/other", "Acme 2", "other-1", ModelFacts(200_000, window_assumed=False))


def test_between_turns_another_model_is_named_at_once() -> None:
    dialogue = Dialogue()
    said = dialogue.tell(OTHER)
    assert "── Now: other-1 by Acme 2 ──" in said
    identity = dialogue.view.identity
    assert (identity.provider, identity.model, identity.window) == ("Acme 2", "other-1", 200_000)


def test_while_a_turn_runs_the_present_model_is_named_until_its_end() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    assert any("From the next turn on: other-1" in row for row in dialogue.tell(OTHER))
    assert dialogue.view.identity.model == "fast-1"
    dialogue.tell(TurnFinished(TURN, PROMPT, "done", "", Usage(), 1, 0.1))
    assert dialogue.view.identity.model == "other-1"


def test_a_model_whose_window_is_assumed_is_named_with_it() -> None:
    said = Dialogue(columns=100).tell(ModelChanged("x/new", "X", "new"))
    assert any("its window is assumed" in row for row in said)


@pytest.mark.parametrize("name", ["escape", "c-c"])
def test_a_summary_between_two_turns_is_stopped_like_a_turn(name: str) -> None:
    dialogue = Dialogue(columns=120)
    said = dialogue.tell(CompactionStarted(TURN, RequestId("r"), "asked", 1_000))
    assert "Esc stops it" in " ".join(said)
    dialogue.press(name, 1.0)
    assert len(dialogue.sent(CancelTurn)) == 1
    dialogue.press(name, 9.0)
    assert len(dialogue.sent(CancelTurn)) == 1


@pytest.mark.parametrize("ends", ["compacted", "turn"])
def test_a_summary_that_has_ended_is_not_stopped(ends: str) -> None:
    dialogue = Dialogue()
    dialogue.tell(CompactionStarted(TURN, RequestId("r"), "asked", 1_000))
    if ends == "compacted":
        dialogue.tell(ConversationCompacted(TURN, "asked", "summary", before=1_000, after=100))
    else:
        dialogue.begin_turn()
        dialogue.tell(ended("done"))
    dialogue.press("escape", 1.0)
    assert dialogue.sent(CancelTurn) == []


def test_the_window_of_the_settings_holds_for_another_model_too() -> None:
    dialogue = Dialogue()
    identity = replace(dialogue.view.identity, window=9_000, window_set=True)
    dialogue.view = replace(dialogue.view, identity=identity)
    said = dialogue.tell(ModelChanged("acme/other", "Acme 2", "other-1", ModelFacts(200_000, window_assumed=True)))
    assert (dialogue.view.identity.window, dialogue.view.identity.window_assumed) == (9_000, False)
    assert not any("assumed" in row for row in said)
