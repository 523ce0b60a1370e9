"""The keys of the chat, and what `Keyboard` reports of them to `ui.chat.controller`.

Whatever is not here is prompt-toolkit's emacs or vi.

A lone Esc acts at once: it is eager only when no other key of the same read follows it, so that Alt-Enter and the
other Alt keys, which arrive as Esc and the key, stay what they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol, TypeAlias

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import (
    Condition,
    Filter,
    emacs_insert_mode,
    has_completions,
    is_searching,
    vi_insert_mode,
)
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from actors.ids import PromptId
from ui.chat.effect_runner import EffectRunner
from ui.chat.pacing import Pacer
from ui.screen import dialog
from ui.screen.messages import Key, ScreenInput, Submit
from ui.screen.model import ScreenModel
from ui.terminal import graphemes

DIGITS = "123456789"


class KeyTarget(Protocol):
    """Where keys are reported."""

    view: ScreenModel
    pacer: Pacer

    def show(self, message: ScreenInput) -> None:
        """See `ui.screen.update.show`."""
        ...


class Keyboard:
    """What the keys do: report themselves, with the line as it stands."""

    def __init__(self, board: KeyTarget, buffer: Buffer, effect_runner: EffectRunner) -> None:
        self._target = board
        self._buffer = buffer
        self._effect_runner = effect_runner
        self._before = ""
        buffer.on_text_changed += self._line_changed

    def press(self, name: str) -> None:
        """A key of its own meaning."""
        self._target.show(Key(name, self._target.pacer.now(), self._buffer.text))

    def submit(self) -> None:
        """Enter."""
        self._target.show(Submit(PromptId(os.urandom(6).hex()), self._buffer.text))

    def paste(self, text: str) -> None:
        """Text was pasted."""
        self._buffer.insert_text(self._effect_runner.place(text, self._target.view))

    def suspend(self) -> None:
        """Ctrl-Z."""
        self._effect_runner.suspend()

    def answers(self) -> bool:
        """A question is open that a digit may answer."""
        ask = self._target.view.asking
        return ask is not None and ask.state == "open"

    def takes_back(self) -> bool:
        """There is a queued prompt to take back."""
        return bool(self._target.view.waiting)

    def _line_changed(self, _: object) -> None:
        before, self._before = self._before, self._buffer.text
        self._target.view = dialog.line_changed(self._target.view, self._before, before)


KeyHandler: TypeAlias = Callable[[KeyPressEvent], None]


def bindings(keyboard: Keyboard, application: Application[None]) -> KeyBindings:
    """All keys of the chat."""
    keys = KeyBindings()
    typing = ~is_searching
    empty = Condition(lambda: not application.current_buffer.text)
    _add_sending(keys, keyboard, typing)
    _add_escape(keys, keyboard, typing, application)
    for name in ("c-c", "c-o", "c-t", "c-l"):
        keys.add(name, filter=typing)(_pressing(keyboard, name))
    keys.add("c-d", filter=typing & empty)(_pressing(keyboard, "c-d"))
    keys.add("up", filter=typing & empty & Condition(keyboard.takes_back))(_pressing(keyboard, "up"))
    keys.add("s-tab", filter=typing & ~has_completions)(_pressing(keyboard, "s-tab"))
    keys.add("c-g", filter=typing)(_pressing(keyboard, "editor"))
    keys.add("c-x", "c-e", filter=typing)(_pressing(keyboard, "editor"))
    keys.add("c-z")(_suspending(keyboard))
    keys.add("backspace", filter=typing & (emacs_insert_mode | vi_insert_mode))(_rubbing_out)
    for digit in DIGITS:
        keys.add(digit, filter=typing & empty & Condition(keyboard.answers))(_pressing(keyboard, digit))
        keys.add("escape", digit, filter=typing & Condition(keyboard.answers))(_pressing(keyboard, digit))
    return keys


def _pressing(keyboard: Keyboard, name: str) -> KeyHandler:
    return lambda _: keyboard.press(name)


def _suspending(keyboard: Keyboard) -> KeyHandler:
    return lambda _: keyboard.suspend()


def _rubbing_out(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    for _ in range(event.arg):
        buffer.delete_before_cursor(graphemes.last_length(buffer.document.text_before_cursor))


def _add_sending(keys: KeyBindings, keyboard: Keyboard, typing: Filter) -> None:
    @keys.add("enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        state = buffer.complete_state
        if state is not None and state.current_completion is not None:
            buffer.complete_state = None
        else:
            keyboard.submit()

    @keys.add("c-j", filter=typing)
    @keys.add("escape", "enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add(Keys.BracketedPaste, filter=typing)
    def _(event: KeyPressEvent) -> None:
        keyboard.paste(event.data.replace("\r\n", "\n").replace("\r", "\n"))


def _add_escape(keys: KeyBindings, keyboard: Keyboard, typing: Filter, application: Application[None]) -> None:
    lone = Condition(lambda: not application.key_processor.input_queue)
    editing = Condition(lambda: application.editing_mode == EditingMode.VI) & vi_insert_mode

    @keys.add("escape", filter=typing & ~editing, eager=lone)
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.complete_state is not None:
            event.current_buffer.cancel_completion()
        else:
            keyboard.press("escape")
