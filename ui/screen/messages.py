"""The catalogue of what happens at the terminal itself, typed like every other message.

`ui.chat.front_end` turns keys, signals and timers into these and feeds them to `ui.screen.update.show` beside the
events of the bus; nothing here ever travels to an actor. What `show` wants done comes back as effects, at the end of
this file.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from actors.ids import PromptId
from actors.runtime.message import Message


class Init(Struct, frozen=True):
    """The screen comes up with this size."""

    rows: int
    columns: int


class Quit(Struct, frozen=True):
    """The person wants to leave."""

    exit_code: int = 0
    reason: str = "you left"


class Error(Struct, frozen=True):
    """The front end itself failed at something; the person is told."""

    text: str


class Closed(Struct, frozen=True):
    """The terminal is gone: nothing can be read or shown any more."""


class Tick(Struct, frozen=True):
    """A quarter of a second of a running turn has passed. `now` is in seconds of a monotonic clock."""

    now: float


class Render(Struct, frozen=True):
    """A frame was drawn and the person had the time to see it: what was asked in it may be answered from now on."""


class Focus(Struct, frozen=True):
    """The screen was given away (an editor, Ctrl-Z) or came back."""

    gained: bool


class Paste(Struct, frozen=True):
    """Text was pasted that is too long for the line; `label` stands in for it until it is sent."""

    label: str
    text: str


class Key(Struct, frozen=True):
    """A key that means more than text. `draft` is what stands in the input line at that moment."""

    name: str
    now: float
    draft: str = ""


class Alone(Struct, frozen=True):
    """Nothing was typed after the key that would answer the question."""


class Hurried(Struct, frozen=True):
    """Enter came so close to other keys that it answers nothing: it may have been pasted."""


class LineSeen(Struct, frozen=True):
    """The input line is another one. `shell`: Enter would run it; `vi_mode`: what vi keys mean, empty without them."""

    shell: bool
    vi_mode: str


class Mouse(Struct, frozen=True):
    """The mouse did something. It is off by default, so that the terminal's own selection works."""

    row: int
    column: int
    kind: str


class Resize(Struct, frozen=True):
    """The terminal has a new size."""

    rows: int
    columns: int


class Submit(Struct, frozen=True):
    """Enter was pressed. `typed` is the line as it stands, `prompt` a fresh id in case it becomes a prompt.

    `pasted`: the beginning of the line was pasted, so that it is no command of the person's own.
    """

    prompt: PromptId
    typed: str
    pasted: bool = False


class ActorsSeen(Struct, frozen=True):
    """How the actors are doing now, as the rows of their table."""

    rows: tuple[str, ...]


ScreenInput: TypeAlias = (
    Init
    | Quit
    | Error
    | Closed
    | Tick
    | Render
    | Focus
    | Paste
    | Key
    | Alone
    | Hurried
    | LineSeen
    | Mouse
    | Resize
    | Submit
    | ActorsSeen
)


# ── Effects: what `show` wants done ───────────────────────────────────────────────────────────────────────────────


class Send(Struct, frozen=True):
    """Tell an actor."""

    message: Message


class SetDraft(Struct, frozen=True):
    """Put this into the input line."""

    text: str


class RestoreDraft(Struct, frozen=True):
    """Give text back: before whatever stands in the input line by now."""

    text: str


class RememberLine(Struct, frozen=True):
    """Keep the line in the history, so that it can be found again."""

    text: str


class Leave(Struct, frozen=True):
    """Begin the orderly shutdown."""

    exit_code: int
    reason: str


class OpenEditor(Struct, frozen=True):
    """Let the person write in the external editor."""


class ToggleVim(Struct, frozen=True):
    """Switch between emacs and vi keys."""


class Redraw(Struct, frozen=True):
    """Draw everything again, whatever the terminal shows."""


class SeeActors(Struct, frozen=True):
    """Look how the actors are doing; `ActorsSeen` follows."""


Effect: TypeAlias = Send | SetDraft | RestoreDraft | RememberLine | Leave | OpenEditor | ToggleVim | Redraw | SeeActors
