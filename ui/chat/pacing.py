"""When the screen is drawn: the only timers of the chat. Nothing is armed while nothing happens.

| timer    | armed when                                  | does                                                       |
| frame    | something changed, and no key did it        | one frame, at most so many a second                        |
| tick     | a turn or a command runs, or Ctrl-C is new  | the clock and the spinner, four times a second             |
| grace    | a question was drawn that is not open yet   | opens it, unless a key came meanwhile or is still unread   |
| hold     | a key was pressed that would answer         | lets it, unless something was typed after it               |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from ui.screen.model import ScreenModel
from ui.screen.question_rows import fits

TICK = 0.25
GRACE = 0.2
"""Seconds between a question's first frame and the first key that may answer it."""


class LoopTimer(Protocol):
    """Something that will happen, unless it is called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


class LoopClock(Protocol):
    """What is needed of an asyncio loop."""

    def time(self) -> float:
        """Seconds."""
        ...

    def call_soon(self, callback: Callable[[], object], /) -> LoopTimer:
        """At the loop's next turn."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> LoopTimer:
        """In so many seconds."""
        ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> LoopTimer:
        """At this time."""
        ...


class PacerCallbacks(Struct, frozen=True):
    """What the timers do. `is_behind`: something was typed that has not been read, or is to be shown and is not yet."""

    draw: Callable[[], object]
    tick: Callable[[float], object]
    open_question: Callable[[], object]
    answer: Callable[[], object]
    is_behind: Callable[[], bool]


class Pacer:
    """The three timers. It works only while a loop is attached."""

    def __init__(self, frames: int, callbacks: PacerCallbacks, grace: float = GRACE) -> None:
        self._interval = 1.0 / frames
        self._callbacks = callbacks
        self._grace_seconds = grace
        self._loop: LoopClock | None = None
        self._frame: LoopTimer | None = None
        self._tick: LoopTimer | None = None
        self._grace: LoopTimer | None = None
        self._hold: LoopTimer | None = None
        self._last_frame = self._last_key = float("-inf")

    def attach(self, loop: LoopClock) -> None:
        """From now on things may be drawn."""
        self._loop = loop

    def detach(self) -> None:
        """Nothing is drawn any more."""
        self._loop = None
        for timer in (self._frame, self._tick, self._grace, self._hold):
            if timer is not None:
                timer.cancel()

    def now(self) -> float:
        """Seconds of the loop's clock."""
        return self._loop.time() if self._loop is not None else 0.0

    def changed(self, view: ScreenModel) -> None:
        """Something is to be drawn; where a clock should run, it does."""
        loop = self._loop
        if loop is None:
            return
        if self._frame is None:
            self._frame = loop.call_at(self._last_frame + self._interval, self._draw)
        if self._tick is None and view.ticking and view.focused:
            self._tick = loop.call_soon(self._ticked) if _begins(view) else loop.call_later(TICK, self._ticked)

    def held(self, key: str) -> None:
        """This key waits whether something follows it; empty: none does any more."""
        if self._hold is not None:
            self._hold.cancel()
        self._hold = self._loop.call_later(self._grace_seconds, self._unfollowed) if key and self._loop else None

    def _unfollowed(self) -> None:
        self._hold = None
        self._callbacks.answer()

    def _draw(self) -> None:
        self._frame = None
        self._callbacks.draw()

    def _ticked(self) -> None:
        self._tick = None
        self._callbacks.tick(self.now())

    def drew(self, view: ScreenModel) -> None:
        """A frame was drawn, by whomever."""
        loop = self._loop
        if loop is None:
            return
        self._last_frame = loop.time()
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None
        ask = view.asking
        if self._grace is None and ask is not None and ask.state == "shown" and fits(view, ask):
            self._grace = loop.call_later(self._grace_seconds, self._seen)

    def key(self) -> None:
        """A key was pressed: a question that has just appeared waits a little longer."""
        self._last_key = self.now()

    def _seen(self) -> None:
        self._grace = None
        loop = self._loop
        if loop is None:
            return
        early = self._last_key + self._grace_seconds - loop.time()
        if early > 0 or self._callbacks.is_behind():
            self._grace = loop.call_later(max(early, self._grace_seconds / 4), self._seen)
        else:
            self._callbacks.open_question()


def _begins(view: ScreenModel) -> bool:
    """Something runs whose clock has not been started."""
    begun = view.turn is None or view.turn.started is not None
    return not begun or any(shell.started is None for shell in view.shells)
