"""The table of commands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.messages import ChangeModel, ClearConversation, SubmitPrompt
from tests.ui.dialogue import Dialogue
from tests.ui.screen.test_context_rows import REPORT
from ui.screen.messages import ActorsSeen, Leave, OpenEditor, SeeActors, Tick, ToggleVim
from ui.screen.slash_commands import COMMANDS, is_command


def test_help_lists_every_command_and_the_keys() -> None:
    said = "\n".join(Dialogue().submit("/help"))
    assert all(f"/{command.name}" in said for command in COMMANDS)
    assert "Ctrl-R" in said


def test_status_says_who_where_and_how_much() -> None:
    dialogue = Dialogue()
    dialogue.submit("/status")
    said = "\n".join(dialogue.tell(REPORT))
    assert all(word in said for word in ("Acme", "fast-1", "/home/kim/project", "1000 in, 20 out", "default"))
    assert "22 % of 32,000 tokens" in said


def test_commands_have_their_effects() -> None:
    dialogue = Dialogue()
    for typed in ("/clear", "/vim", "/editor", "/exit"):
        dialogue.submit(typed)
    assert dialogue.sent(ClearConversation)
    assert [dialogue.wanted(effect) for effect in (ToggleVim, OpenEditor)] == [[ToggleVim()], [OpenEditor()]]
    assert dialogue.wanted(Leave) == [Leave(0, "you left")]


def test_an_unknown_command_is_said_with_what_was_meant_and_never_sent() -> None:
    dialogue = Dialogue()
    said = dialogue.submit("/statsu")
    assert "There is no /statsu. Did you mean status?" in said[-2]
    assert dialogue.sent(SubmitPrompt) == []


def test_the_beginning_of_a_name_will_do_where_only_one_fits() -> None:
    dialogue = Dialogue()
    assert "Commands" in dialogue.submit("/he")
    assert "/e can be /expand or /editor or /exit." in dialogue.submit("/e")[-1]


@pytest.mark.parametrize("typed", ["/etc/hosts is empty", "/srv/x", "/", "a /help", "/help\nmore"])
def test_a_path_is_no_command(typed: str) -> None:
    assert not is_command(typed)


def test_a_command_works_under_an_open_question_too() -> None:
    dialogue = Dialogue()
    assert "Commands" in dialogue.submit("/help")


def test_todo_and_expand_say_when_there_is_nothing() -> None:
    dialogue = Dialogue()
    assert "no to-do list" in " ".join(dialogue.submit("/todo"))
    assert "No tool has answered" in " ".join(dialogue.submit("/expand"))


def test_actors_shows_the_table_keeps_it_fresh_and_hides_it() -> None:
    dialogue = Dialogue()
    dialogue.submit("/actors")
    assert dialogue.wanted(SeeActors) == [SeeActors()]
    dialogue.tell(ActorsSeen(("actor  state", "journal  running")))
    assert "journal  running" in dialogue.above()
    dialogue.tell(Tick(1.0))
    assert dialogue.wanted(SeeActors) == [SeeActors(), SeeActors()]
    dialogue.submit("/actors")
    assert "journal  running" not in dialogue.above()
    dialogue.tell(Tick(2.0))
    assert len(dialogue.wanted(SeeActors)) == 2


def test_words_behind_a_command_that_takes_none_are_not_passed_over() -> None:
    dialogue = Dialogue()
    assert dialogue.submit("/exit now")[0].startswith('! /exit takes no words: "now" is left over')
    assert dialogue.wanted(Leave) == []


def test_where_whole_lines_are_typed_only_what_works_there_is_offered() -> None:
    dialogue = Dialogue()
    dialogue.view = replace(dialogue.view, keys=False)
    told = "\n".join(dialogue.submit("/help"))
    assert not any(key in told for key in ("Ctrl-O", "Ctrl-R", "Esc", "Shift-Tab", "/vim", "/editor", "/todo"))
    assert "/expand" in told
    assert dialogue.submit("/todo")[-1] == "! /todo is not there in plain mode."


@pytest.mark.parametrize("typed", ["/home is full", "/srv has no room", "/e is full"])
def test_an_unknown_name_with_words_behind_it_is_text(typed: str) -> None:
    """Issue 7, C6."""
    dialogue = Dialogue()
    dialogue.submit(typed)
    assert [message.text for message in dialogue.sent(SubmitPrompt)] == [typed]


def test_a_mistyped_command_with_words_is_not_sent() -> None:
    dialogue = Dialogue()
    assert "Did you mean help?" in " ".join(dialogue.submit("/hepl me"))
    assert not dialogue.sent(SubmitPrompt)


def test_model_with_a_name_goes_over_to_it_and_without_one_lists() -> None:
    dialogue = Dialogue()
    dialogue.view = replace(dialogue.view, identity=replace(dialogue.view.identity, models=("a/b", "offline")))
    said = "\n".join(dialogue.submit("/model"))
    assert all(word in said for word in ("fast-1", "by Acme, answers now", "/model a/b", "/model offline"))
    dialogue.submit("/model a/b")
    assert dialogue.sent(ChangeModel) == [ChangeModel("a/b")]


def test_a_long_list_of_models_is_cut_with_its_rest_counted() -> None:
    dialogue = Dialogue()
    names = tuple(f"p/m{number}" for number in range(40))
    dialogue.view = replace(dialogue.view, identity=replace(dialogue.view.identity, models=names))
    assert any("10 more" in row for row in dialogue.submit("/model"))
