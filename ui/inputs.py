"""The catalogue of what happens at the terminal itself, typed like every other message.

`ui.chat` turns keys, signals and timers into these and feeds them to `ui.screen.show` beside the events of the bus;
nothing here ever travels to an actor. What `show` wants done comes back as effects, at the end of this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from actors.messages import PromptId
from actors.runtime.message import Message


@dataclass(frozen=True, slots=True)
class Init:
    """The screen comes up with this size."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Quit:
    """The person wants to leave."""

    exit_code: int = 0
    reason: str = "you left"


@dataclass(frozen=True, slots=True)
class Error:
    """The front end itself failed at something; the person is told."""

    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The terminal is gone: nothing can be read or shown any more."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter of a second of a running turn has passed. `now` is in seconds of a monotonic clock."""

    now: float


@dataclass(frozen=True, slots=True)
class Render:
    """A frame was drawn and the person had the time to see it: what was asked in it may be answered from now on."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The screen was given away (an editor, Ctrl-Z) or came back."""

    gained: bool


@dataclass(frozen=True, slots=True)
class Paste:
    """Text was pasted that is too long for the line; `label` stands in for it until it is sent."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key that means more than text. `draft` is what stands in the input line at that moment."""

    name: str
    now: float
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Mouse:
    """The mouse did something. It is off by default, so that the terminal's own selection works."""

    row: int
    column: int
    kind: str


@dataclass(frozen=True, slots=True)
class Resize:
    """The terminal has a new size."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Submit:
    """Enter was pressed. `typed` is the line as it stands, `prompt` a fresh id in case it becomes a prompt."""

    prompt: PromptId
    typed: str


ScreenInput: TypeAlias = (
    Init | Quit | Error | Closed | Tick | Render | Focus | Paste | Key | Mouse | Resize | Submit
)


# ── Effects: what `show` wants done ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Send:
    """Tell an actor."""

    message: Message


@dataclass(frozen=True, slots=True)
class SetDraft:
    """Put this into the input line."""

    text: str


@dataclass(frozen=True, slots=True)
class RestoreDraft:
    """Give text back: before whatever stands in the input line by now."""

    text: str


@dataclass(frozen=True, slots=True)
class RememberLine:
    """Keep the line in the history, so that it can be found again."""

    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Begin the orderly shutdown."""

    exit_code: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpenEditor:
    """Let the person write in the external editor."""


@dataclass(frozen=True, slots=True)
class ToggleVim:
    """Switch between emacs and vi keys."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """Draw everything again, whatever the terminal shows."""


Effect: TypeAlias = Send | SetDraft | RestoreDraft | RememberLine | Leave | OpenEditor | ToggleVim | Redraw
