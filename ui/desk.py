"""The chat's workplace: the view, the input line, the keys, and the frames they become.

`ui.chat` owns it and feeds it events; everything runs on the loop's thread. It decides nothing that `ui.screen` can
decide: an input or an event goes in, the step that comes out is carried out.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.input import Input
from prompt_toolkit.styles import default_ui_style, merge_styles

from actors.messages import PromptId
from config.settings import Interface
from ui import completion, git_branch, input_line, live, theme
from ui.backlog import Backlog, Colouring
from ui.commit_path import InlineRenderer, Rows
from ui.completion import LineCompleter
from ui.draft import Keeper, draft_of
from ui.hands import Hands, Stage, Ways
from ui.history import FileHistory
from ui.input_line import InputParts
from ui.inputs import Render, Resize, ScreenInput, Submit, Tick
from ui.keys import Keyboard, bindings
from ui.pacing import GRACE, Beats, Pacer
from ui.rows import Row
from ui.screen import Shown, show
from ui.terminal_door import Door, FrameOutput, keys_wait
from ui.terminal_guard import TerminalGuard
from ui.view import Identity, View

ESCAPE_TIME = 0.05
"""Seconds after which a lone Esc is an Esc."""


class Terminal(Struct, frozen=True):
    """A terminal to chat on.

    `reflows`: it wraps what it shows anew when its width changes; `settling`: seconds for which a new size must stand.
    """

    keys: Input
    output: FrameOutput
    environment: Mapping[str, str]
    reflows: bool = True
    settling: float = 0.05
    guard: TerminalGuard | None = None


class DeskPlan(Struct, frozen=True):
    """What a desk is made for. `grace` is in seconds, see `ui.pacing`."""

    identity: Identity
    interface: Interface
    history: Path
    grace: float = GRACE
    draft: Path | None = None
    """Where the draft is kept; None: nowhere."""


class Desk:
    """See the module. `ways` lead to the company; the one back to the screen is the desk's own."""

    def __init__(self, terminal: Terminal, plan: DeskPlan, ways: Ways) -> None:
        size = terminal.output.get_size()
        self.pacer: Pacer
        self.view = View(rows=size.rows, columns=size.columns, identity=plan.identity)
        self.backlog = Backlog(self._work, lambda: self.pacer.changed(self.view), monotonic)
        self._terminal = terminal
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resizing: asyncio.Handle | None = None
        completer = LineCompleter(Path(plan.identity.directory), monotonic)
        line = input_line.build(FileHistory(plan.history), completer, lambda: input_line.label_of(self.view))
        style = merge_styles([default_ui_style(), theme.style_of(plan.interface.theme)])
        scene = DeskScene(self, line.buffer)
        self.renderer = InlineRenderer(style, terminal.output, scene, reflows=terminal.reflows)
        self.application = application = _application(terminal, line, vim=plan.interface.vim)
        application.renderer = self.renderer
        self._buffer = line.buffer
        self.drafts = Keeper(plan.draft, lambda: draft_of(line.buffer.text, self.view.pastes))
        line.buffer.on_text_changed += self._line_changed
        stage = Stage(application, line.buffer, self.renderer, terminal.environment)
        self.hands = Hands(stage, replace(ways, show=self.show))
        application.key_bindings = bindings(Keyboard(self, line.buffer, self.hands), application)
        self.pacer = Pacer(plan.interface.frames, self._beats(), plan.grace)
        application.key_processor.before_key_press += self._key_pressed

    def show(self, message: Shown | ScreenInput) -> None:
        """An event or an input, and everything that follows from it."""
        label = input_line.label_of(self.view)
        step = show(self.view, message)
        self.view = step.view
        self.backlog.add(step.blocks)
        for effect in step.effects:
            self.hands.carry_out(effect, self.view)
        self.pacer.changed(self.view)
        if input_line.label_of(self.view) != label:
            self.application.invalidate()

    def restore(self) -> None:
        """Put the draft of an earlier chat into the line."""
        draft = self.drafts.found()
        if draft.text:
            self.view = replace(self.view, pastes=draft.pastes)
            input_line.put(self._buffer, draft.text)

    def submit(self, prompt: str) -> None:
        """A prompt that nobody typed here; what stands in the line stays."""
        draft = self._buffer.text
        self.show(Submit(PromptId(os.urandom(6).hex()), prompt))
        input_line.put(self._buffer, draft)

    def _line_changed(self, _: object) -> None:
        self.drafts.changed()

    def _key_pressed(self, _: object) -> None:
        self.pacer.key()

    def _beats(self) -> Beats:
        return Beats(
            draw=self.renderer.repaint,
            tick=lambda now: self.show(Tick(now)),
            open_question=lambda: self.show(Render()),
            is_behind=lambda: bool(self.backlog) or self.door.clogged or keys_wait(self._terminal.keys.fileno()),
        )

    @property
    def door(self) -> Door:
        """Where frames go."""
        return self._terminal.output.door

    # ── The loop ──────────────────────────────────────────────────────────────────────────────────────────────────

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop runs: frames, timers and worker threads are there from now on."""
        self._loop = loop
        self.pacer.attach(loop)
        self.pacer.changed(self.view)

    def detach(self) -> None:
        """Nothing is drawn any more."""
        self.pacer.detach()

    def resized(self) -> None:
        """The terminal has a new size, and perhaps another one in a moment."""
        if self._resizing is not None:
            self._resizing.cancel()
        if self._loop is not None:
            self.renderer.resizing()
            self._resizing = self._loop.call_later(self._terminal.settling, self._resize)

    def _resize(self) -> None:
        self._resizing = None
        size = self._terminal.output.get_size()
        self.renderer.resized()
        self.show(Resize(size.rows, size.columns))
        self.application.invalidate()

    def find_branch(self) -> None:
        """Look the git branch up, on a worker thread."""
        if self._loop is None:
            return
        folder = Path(self.view.identity.directory)
        found = self._loop.run_in_executor(None, git_branch.branch_of, folder)
        found.add_done_callback(lambda done: self._branch(done.result()))

    def _work(self, work: Callable[[], tuple[Row, ...]]) -> Colouring:
        """On a worker thread, as soon as there is a loop."""
        future: Colouring = Future()
        if self._loop is None:
            future.cancel()
            return future
        running = self._loop.run_in_executor(None, work)
        running.add_done_callback(lambda done: _hand_over(done, future))
        return future

    def _branch(self, branch: str) -> None:
        self.view = replace(self.view, identity=replace(self.view.identity, branch=branch))
        self.pacer.changed(self.view)


class DeskScene:
    """What frames are made of; see `ui.commit_path.Scene`."""

    def __init__(self, desk: Desk, buffer: Buffer) -> None:
        self._desk = desk
        self._buffer = buffer

    @property
    def columns(self) -> int:
        """The width that the rows are made for."""
        return self._desk.view.columns

    def take(self, columns: int) -> list[Row]:
        """Rows for the scrollback."""
        return self._desk.backlog.take(columns)

    def above(self, rows: int) -> Rows:
        """The live rows above the input line."""
        if self._desk.view.room != rows:
            self._desk.view = replace(self._desk.view, room=rows)
        return live.above(self._desk.view, rows)

    def below(self) -> Rows:
        """The live rows below the input line."""
        offers = completion.rows(self._buffer.complete_state, self.columns)
        return (*offers, *live.below(self._desk.view))

    def drew(self) -> None:
        """A frame was drawn; what did not fit into it comes with the next one."""
        desk = self._desk
        desk.pacer.drew(desk.view)
        if desk.backlog:
            desk.pacer.changed(desk.view)


def _hand_over(done: asyncio.Future[tuple[Row, ...]], future: Colouring) -> None:
    problem = None if done.cancelled() else done.exception()
    if done.cancelled() or problem is not None:
        future.cancel()
        future.set_running_or_notify_cancel()
    else:
        future.set_result(done.result())


def _application(terminal: Terminal, line: InputParts, *, vim: bool) -> Application[None]:
    application: Application[None] = Application(
        layout=line.layout,
        editing_mode=EditingMode.VI if vim else EditingMode.EMACS,
        erase_when_done=True,
        include_default_pygments_style=False,
        max_render_postpone_time=None,
        terminal_size_polling_interval=None,
        input=terminal.keys,
        output=terminal.output,
    )
    application.ttimeoutlen = ESCAPE_TIME
    return application
