"""Carries out the effects of `ui.screen.update`: messages to the company, text in the line, or an editor.

Part of `ui.chat.controller`. While the screen is suspended (editor, Ctrl-Z) nothing is drawn, all else goes on.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Mapping
from typing import assert_never

from msgspec import Struct
from prompt_toolkit.application import Application
from prompt_toolkit.application.run_in_terminal import in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import EditingMode

from actors.runtime.message import Message
from ui.chat import input_line
from ui.chat.external_editor import Editor, EditorError
from ui.screen.messages import (
    ActorsSeen,
    Effect,
    Error,
    Focus,
    Leave,
    OpenEditor,
    Redraw,
    RememberLine,
    RestoreDraft,
    ScreenInput,
    SeeActors,
    Send,
    SetDraft,
    ToggleVim,
)
from ui.screen.model import ScreenModel
from ui.screen.prompting import expand
from ui.terminal.inline_renderer import InlineRenderer


class EffectTargets(Struct, frozen=True):
    """What the hands work on."""

    application: Application[None]
    buffer: Buffer
    renderer: InlineRenderer
    environment: Mapping[str, str]


class EffectCallbacks(Struct, frozen=True):
    """Ways out: to the company, to its end, back to the screen; and a look at the actors."""

    send: Callable[[Message], object]
    leave: Callable[[int, str], object]
    show: Callable[[ScreenInput], object]
    actors: Callable[[], tuple[str, ...]] = tuple


class EffectRunner:
    """Does things; decides nothing."""

    def __init__(self, stage: EffectTargets, ways: EffectCallbacks) -> None:
        self._stage = stage
        self._callbacks = ways
        self._editor: Editor | None = None
        self._suspending: asyncio.Task[None] | None = None

    def carry_out(self, effect: Effect, view: ScreenModel) -> None:
        """Do it."""
        match effect:
            case Send():
                self._callbacks.send(effect.message)
            case Leave():
                self._callbacks.leave(effect.exit_code, effect.reason)
            case SeeActors():
                self._callbacks.show(ActorsSeen(self._callbacks.actors()))
            case RememberLine():
                self._stage.buffer.history.append_string(effect.text)
            case SetDraft():
                input_line.put(self._stage.buffer, effect.text)
            case RestoreDraft():
                self._restore(effect.text, view)
            case OpenEditor() | ToggleVim() | Redraw():
                self._change(effect, view)
            case _:
                assert_never(effect)

    def _change(self, effect: OpenEditor | ToggleVim | Redraw, view: ScreenModel) -> None:
        application = self._stage.application
        match effect:
            case OpenEditor():
                self._suspend(self._edit(view))
            case ToggleVim():
                vim = application.editing_mode == EditingMode.VI
                application.editing_mode = EditingMode.EMACS if vim else EditingMode.VI
            case Redraw():
                self._stage.renderer.start_over()
                application.invalidate()

    def place(self, text: str, view: ScreenModel) -> str:
        """The text as it may stand in the line: itself, or the label of a long one."""
        paste = input_line.shortened(text, view.pastes)
        if paste is None:
            return text
        self._callbacks.show(paste)
        return paste.label

    def _restore(self, text: str, view: ScreenModel) -> None:
        draft = self._stage.buffer.text
        placed = self.place(text, view)
        input_line.put(self._stage.buffer, f"{placed}\n{draft}" if draft else placed)

    # ── While another program has the terminal ────────────────────────────────────────────────────────────────────────

    def suspend(self) -> None:
        """Ctrl-Z: the shell takes over until it brings us back."""
        self._suspend(self._sleep())

    @property
    def lending(self) -> asyncio.Task[None] | None:
        """Give the terminal to another program until it ends."""
        return self._suspending if self._suspending is not None and not self._suspending.done() else None

    def take_back(self) -> None:
        """The program ends: the editor too."""
        if self._editor is not None:
            self._editor.end()

    def _suspend(self, use: Coroutine[None, None, None]) -> None:
        if self.lending is None:
            self._suspending = asyncio.get_running_loop().create_task(self._suspended(use))
        else:
            use.close()

    async def _suspended(self, use: Coroutine[None, None, None]) -> None:
        self._callbacks.show(Focus(gained=False))
        renderer = self._stage.renderer
        async with in_terminal():
            renderer.suspended = True
            try:
                await use
            except EditorError as problem:
                if problem.left is not None:
                    input_line.put(self._stage.buffer, problem.left)
                self._callbacks.show(Error(str(problem)))
            finally:
                renderer.suspended = False
                self._callbacks.show(Focus(gained=True))

    async def _edit(self, view: ScreenModel) -> None:
        buffer = self._stage.buffer
        self._editor = Editor(self._stage.environment)
        try:
            work = asyncio.get_running_loop().run_in_executor(None, self._editor.edited, expand(view, buffer.text))
            input_line.put(buffer, await work)
        finally:
            self._editor = None

    async def _sleep(self) -> None:
        os.kill(0, signal.SIGTSTP)
