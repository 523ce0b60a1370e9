"""Carries out what `ui.screen` wants done: effects become messages to the company, text in the line, or an editor.

Part of `ui.desk`. While the terminal is lent (an editor, Ctrl-Z) nothing is drawn, everything else goes on.
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
from ui import input_line
from ui.commit_path import InlineRenderer
from ui.external_editor import Editor, EditorError
from ui.inputs import (
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
from ui.prompting import expand
from ui.view import View


class Stage(Struct, frozen=True):
    """What the hands work on."""

    application: Application[None]
    buffer: Buffer
    renderer: InlineRenderer
    environment: Mapping[str, str]


class Ways(Struct, frozen=True):
    """Ways out: to the company, to its end, back to the screen; and a look at the actors."""

    send: Callable[[Message], object]
    leave: Callable[[int, str], object]
    show: Callable[[ScreenInput], object]
    actors: Callable[[], tuple[str, ...]] = tuple


class Hands:
    """Does things; decides nothing."""

    def __init__(self, stage: Stage, ways: Ways) -> None:
        self._stage = stage
        self._ways = ways
        self._editor: Editor | None = None
        self._lending: asyncio.Task[None] | None = None

    def carry_out(self, effect: Effect, view: View) -> None:
        """Do it."""
        match effect:
            case Send():
                self._ways.send(effect.message)
            case Leave():
                self._ways.leave(effect.exit_code, effect.reason)
            case SeeActors():
                self._ways.show(ActorsSeen(self._ways.actors()))
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

    def _change(self, effect: OpenEditor | ToggleVim | Redraw, view: View) -> None:
        application = self._stage.application
        match effect:
            case OpenEditor():
                self._lend(self._edit(view))
            case ToggleVim():
                vim = application.editing_mode == EditingMode.VI
                application.editing_mode = EditingMode.EMACS if vim else EditingMode.VI
            case Redraw():
                self._stage.renderer.start_over()
                application.invalidate()

    def place(self, text: str, view: View) -> str:
        """The text as it may stand in the line: itself, or the label of a long one."""
        paste = input_line.shortened(text, view.pastes)
        if paste is None:
            return text
        self._ways.show(paste)
        return paste.label

    def _restore(self, text: str, view: View) -> None:
        draft = self._stage.buffer.text
        placed = self.place(text, view)
        input_line.put(self._stage.buffer, f"{placed}\n{draft}" if draft else placed)

    # ── Lending the terminal ──────────────────────────────────────────────────────────────────────────────────────

    def suspend(self) -> None:
        """Ctrl-Z: the shell takes over until it brings us back."""
        self._lend(self._sleep())

    @property
    def lending(self) -> asyncio.Task[None] | None:
        """Somebody else has the terminal until this is done."""
        return self._lending if self._lending is not None and not self._lending.done() else None

    def take_back(self) -> None:
        """The program ends: the editor too."""
        if self._editor is not None:
            self._editor.end()

    def _lend(self, use: Coroutine[None, None, None]) -> None:
        if self.lending is None:
            self._lending = asyncio.get_running_loop().create_task(self._lent(use))
        else:
            use.close()

    async def _lent(self, use: Coroutine[None, None, None]) -> None:
        self._ways.show(Focus(gained=False))
        renderer = self._stage.renderer
        async with in_terminal():
            renderer.lent = True
            try:
                await use
            except EditorError as problem:
                self._ways.show(Error(str(problem)))
            finally:
                renderer.lent = False
                self._ways.show(Focus(gained=True))

    async def _edit(self, view: View) -> None:
        buffer = self._stage.buffer
        self._editor = Editor(self._stage.environment)
        try:
            work = asyncio.get_running_loop().run_in_executor(None, self._editor.edited, expand(view, buffer.text))
            input_line.put(buffer, await work)
        finally:
            self._editor = None

    async def _sleep(self) -> None:
        os.kill(0, signal.SIGTSTP)
