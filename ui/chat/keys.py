"""The keys of the chat, and what `Keyboard` reports of them to `ui.chat.controller`.

Whatever is not here is prompt-toolkit's emacs or vi. Keys come from `ui.terminal.key_parser`: an Alt key that means
nothing does not get here, and of an Esc that stands for itself nothing of the same burst is left, so that it acts at
once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
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
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase, KeyPressEvent, merge_key_bindings
from prompt_toolkit.key_binding.defaults import load_key_bindings
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys

from actors.ids import PromptId
from ui.chat.effect_runner import EffectRunner
from ui.chat.pacing import Pacer
from ui.screen import dialog
from ui.screen.messages import Key, ScreenInput, Submit
from ui.screen.model import ScreenModel
from ui.screen.prompting import is_shell
from ui.terminal.key_codes import Chord
from ui.terminal.key_parser import Guard
from ui.text import graphemes

DIGITS, LETTERS = "123456789", "ysan"
VI_MODES = {
    InputMode.INSERT: "vi insert",
    InputMode.INSERT_MULTIPLE: "vi insert",
    InputMode.NAVIGATION: "vi normal",
    InputMode.REPLACE: "vi replace",
    InputMode.REPLACE_SINGLE: "vi replace",
}


class KeyTarget(Protocol):
    """Where keys are reported."""

    view: ScreenModel
    pacer: Pacer

    def show(self, message: ScreenInput) -> None:
        """Hand an input to the screen."""
        ...


class Keyboard:
    """What the keys do: report themselves, with the line as it stands."""

    def __init__(self, board: KeyTarget, buffer: Buffer, effect_runner: EffectRunner) -> None:
        self._target = board
        self._buffer = buffer
        self._effect_runner = effect_runner
        self._before = ""
        self._pasted = False
        """What the line begins with was pasted."""
        buffer.on_text_changed += self._line_changed

    def press(self, name: str) -> None:
        """A key of its own meaning."""
        self._target.show(Key(name, self._target.pacer.now(), self._buffer.text))

    def submit(self) -> None:
        """Enter."""
        self._target.show(Submit(PromptId(os.urandom(6).hex()), self._buffer.text, self._pasted))

    def paste(self, text: str) -> None:
        """Text was pasted."""
        at_start = not self._buffer.text[: self._buffer.cursor_position].strip()
        self._buffer.insert_text(self._effect_runner.place(text, self._target.view))
        self._pasted = self._pasted or at_start

    def answer(self, key: str) -> None:
        """A character that may answer: it stands in the line, and answers unless more is typed."""
        before = self._target.view.asking
        self.press(key)
        self._buffer.insert_text(key)
        if self._target.view.asking is not before:
            self._target.pacer.held(key)

    def given_back(self) -> None:
        """A prompt stands in the line again: it is one, whatever it begins with."""
        self._pasted = True

    def suspend(self) -> None:
        """Ctrl-Z."""
        self._effect_runner.suspend()

    def answers(self) -> bool:
        """A question is open that a key may answer."""
        ask = self._target.view.asking
        return ask is not None and ask.state == "open"

    def is_asked(self) -> bool:
        """A question is on the screen whose rows can be gone through, or whose reason is not begun."""
        ask = self._target.view.asking
        return ask is not None and ask.state != "shown"

    def guard(self) -> Guard:
        """What must come alone to count; see `ui.terminal.key_parser`."""
        ask = self._target.view.asking
        if ask is None or ask.state == "shown" or ask.reason or is_searching():
            return "none"
        if ask.state == "open":
            return "keys" if not self._buffer.text else ("enter" if ask.held else "none")
        return "enter" if ask.approval is not None else "none"

    def is_shell(self) -> bool:
        """Enter would run the line."""
        text = self._buffer.text
        return text.startswith("!") and not self._pasted and (text == "!" or is_shell(text.strip()))

    def vi_mode(self, application: Application[None]) -> str:
        """What vi keys mean; empty without them."""
        return VI_MODES[application.vi_state.input_mode] if application.editing_mode == EditingMode.VI else ""

    def takes_back(self) -> bool:
        """There is a queued prompt to take back."""
        return bool(self._target.view.waiting)

    def _line_changed(self, _: object) -> None:
        before, self._before = self._before, self._buffer.text
        self._pasted = self._pasted and bool(self._before)
        asked, view = self._target.view.asking, dialog.line_changed(self._target.view, self._before, before)
        self._target.view = view
        if asked is not None and asked.held and (view.asking is None or not view.asking.held):
            self._target.pacer.held("")


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
    _add_answers(keys, keyboard, typing, empty)
    keys.add("s-tab", filter=typing & ~has_completions)(_pressing(keyboard, "s-tab"))
    keys.add("c-g", filter=typing)(_pressing(keyboard, "editor"))
    keys.add("c-x", "c-e", filter=typing)(_pressing(keyboard, "editor"))
    keys.add("c-z")(_suspending(keyboard))
    inserting = typing & (emacs_insert_mode | vi_insert_mode)
    keys.add("backspace", filter=inserting)(_rubbing_out)
    keys.add("delete", filter=inserting)(_deleting)
    keys.add("c-d", filter=typing & emacs_insert_mode & ~empty)(_deleting)
    for back, forward in (("left", "right"), ("c-b", "c-f")):
        keys.add(back, filter=typing & (emacs_insert_mode if back == "c-b" else inserting))(_back)
        keys.add(forward, filter=typing & (emacs_insert_mode if back == "c-b" else inserting))(_forward)
    return keys


def _add_answers(keys: KeyBindings, keyboard: Keyboard, typing: Filter, empty: Filter) -> None:
    answers = typing & Condition(keyboard.answers)
    for key in DIGITS + LETTERS:
        keys.add(key, filter=answers & empty)(_answering(keyboard, key))
    for digit in DIGITS:
        keys.add("escape", digit, filter=answers)(_pressing(keyboard, f"alt-{digit}"))
    keys.add("tab", filter=answers & empty)(_pressing(keyboard, "tab"))
    for name in ("up", "down"):
        keys.add(name, filter=typing & empty & Condition(keyboard.is_asked))(_pressing(keyboard, name))


def _answering(keyboard: Keyboard, key: str) -> KeyHandler:
    return lambda _: keyboard.answer(key)


@cache
def _everything(ours: KeyBindingsBase) -> KeyBindingsBase:
    """All key bindings; prompt-toolkit's are made once more, so only when an Alt key asks for them."""
    return merge_key_bindings([load_key_bindings(), ours])


def is_bound(application: Application[None], chord: Chord) -> bool:
    """The chat does something at this Alt key now. In vi it has Esc and the key for others, so only ours count."""
    ours = application.key_bindings
    if ours is None:
        return False
    known = ours if application.editing_mode == EditingMode.VI else _everything(ours)
    return any(binding.filter() for binding in known.get_bindings_for_keys(chord) if Keys.Any not in binding.keys)


def is_inserting(application: Application[None]) -> bool:
    """Vi keys insert text."""
    return application.editing_mode == EditingMode.VI and application.vi_state.input_mode != InputMode.NAVIGATION


def _pressing(keyboard: Keyboard, name: str) -> KeyHandler:
    return lambda _: keyboard.press(name)


def _suspending(keyboard: Keyboard) -> KeyHandler:
    return lambda _: keyboard.suspend()


def _rubbing_out(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    for _ in range(event.arg):
        buffer.delete_before_cursor(graphemes.last_length(buffer.document.text_before_cursor))


def _deleting(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    for _ in range(event.arg):
        buffer.delete(graphemes.first_length(buffer.document.text_after_cursor))


def _back(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    for _ in range(event.arg):
        before = buffer.document.current_line_before_cursor
        buffer.cursor_position -= graphemes.last_length(before)


def _forward(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    for _ in range(event.arg):
        after = buffer.document.current_line_after_cursor
        buffer.cursor_position += graphemes.first_length(after)


def _add_sending(keys: KeyBindings, keyboard: Keyboard, typing: Filter) -> None:
    @keys.add("enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None
        keyboard.submit()

    @keys.add("c-j", filter=typing)
    @keys.add("escape", "enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add(Keys.BracketedPaste, filter=typing)
    def _(event: KeyPressEvent) -> None:
        keyboard.paste(event.data.replace("\r\n", "\n").replace("\r", "\n"))


def _add_escape(keys: KeyBindings, keyboard: Keyboard, typing: Filter, application: Application[None]) -> None:
    """Esc that stands for itself carries its character, the one of an Alt key carries nothing."""
    lone = Condition(lambda: bool(application.key_processor.key_buffer[-1].data))
    editing = Condition(lambda: application.editing_mode == EditingMode.VI) & vi_insert_mode

    @keys.add("escape", filter=typing & ~editing, eager=lone)
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.complete_state is not None:
            event.current_buffer.cancel_completion()
        else:
            keyboard.press("escape")

    @keys.add("escape", filter=typing & editing, eager=lone)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        buffer.cursor_position += buffer.document.get_cursor_left_position()
        event.app.vi_state.input_mode = InputMode.NAVIGATION
