"""The catalogue of the screen: every event and every input is known and has its step."""

from __future__ import annotations

import pytest

from actors.ids import SessionId
from actors.messages import NoticeRaised, ResizeJobs
from actors.records import ConversationCleared, SessionOpened
from actors.runtime.message import Command
from actors.vocabulary import events
from tests.ui.dialogue import Dialogue
from ui.screen.messages import (
    ActorsSeen,
    Closed,
    Error,
    Focus,
    Init,
    Key,
    Leave,
    Mouse,
    Paste,
    Quit,
    Redraw,
    Render,
    Resize,
    ScreenInput,
    Tick,
)
from ui.screen.update import EVENTS

INPUTS: dict[str, ScreenInput] = {
    "init": Init(24, 80),
    "quit": Quit(),
    "error": Error("it broke"),
    "closed": Closed(),
    "tick": Tick(1.0),
    "render": Render(),
    "focus": Focus(gained=True),
    "paste": Paste("[pasted 2 lines]", "a\nb"),
    "key": Key("c-l", 0.0),
    "mouse": Mouse(1, 1, "press"),
    "resize": Resize(30, 100),
    "actorsseen": ActorsSeen(("actor", "journal")),
}
NOT_SHOWN = {"IntakeClosed", "WorkStopped", "JobsEnded", "JournalFlushed", "ScreenDrained"}
"""Acknowledgements of the shutdown."""


def test_the_catalogue_of_inputs_is_typed_and_whole() -> None:
    """S0-19: init, quit, error, closed, tick, render, focus, paste, key, mouse, resize."""
    named = {kind.__name__.lower() for kind in ScreenInput.__args__}
    assert set(INPUTS) <= named
    assert named - set(INPUTS) == {"submit", "alone", "hurried", "lineseen"}


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_gives_a_step_and_cannot_be_changed(name: str) -> None:
    """S2-8: frozen."""
    message = INPUTS[name]
    Dialogue().tell(message)
    with pytest.raises((TypeError, AttributeError)):
        setattr(message, "now", 2.0)  # noqa: B010 - the type checker would refuse the plain assignment


def test_every_event_of_the_vocabulary_is_shown() -> None:
    """S3-10: nothing that is published for people is forgotten."""
    published = {event.__name__ for event in events()}
    assert published - {event.__name__ for event in EVENTS} == NOT_SHOWN
    assert not any(issubclass(event, Command) for event in EVENTS)


def test_a_session_opens_with_a_line() -> None:
    dialogue = Dialogue()
    said = dialogue.tell(SessionOpened(SessionId("s-1"), "/home/kim/project", "fast-1", "1.0", 0.0))
    assert said == ["Callboard 1.0 · fast-1 · /home/kim/project"]
    assert dialogue.view.session == "s-1"


def test_notices_have_their_level_and_errors_of_the_screen_are_said() -> None:
    dialogue = Dialogue()
    dialogue.tell(NoticeRaised("warning", "first\nsecond"), Error("it broke"), ConversationCleared())
    assert dialogue.said == ["! first", "  second", "", "✗ it broke", "", "── cleared ──"]


def test_a_new_size_is_told_to_running_jobs() -> None:
    """S0-19: resize."""
    dialogue = Dialogue()
    dialogue.tell(Resize(30, 100))
    assert (dialogue.view.rows, dialogue.view.columns) == (30, 100)
    assert dialogue.sent(ResizeJobs) == [ResizeJobs(30, 100)]


def test_a_closed_terminal_and_a_wish_to_quit_lead_out() -> None:
    dialogue = Dialogue()
    dialogue.tell(Closed(), Quit(143, "SIGTERM"))
    assert dialogue.wanted(Leave) == [Leave(129, "the terminal is gone"), Leave(143, "SIGTERM")]
    dialogue.press("c-l")
    assert dialogue.wanted(Redraw)
