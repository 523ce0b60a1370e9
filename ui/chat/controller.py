"""The chat's workplace: the view, the input line, the keys, and the frames they become.

`ui.chat.front_end` owns it and feeds it events; everything runs on the loop's thread. It decides nothing that
`ui.screen.update` can decide: an input or an event goes in, the step that comes out is carried out.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.styles import default_ui_style, merge_styles

from actors.ids import PromptId
from config.settings import Interface
from ui.chat import completion, git_branch, input_line
from ui.chat.completion import LineCompleter
from ui.chat.draft import DraftSaver, draft_of
from ui.chat.effect_runner import EffectCallbacks, EffectRunner, EffectTargets
from ui.chat.history import FileHistory
from ui.chat.input_line import InputParts
from ui.chat.keys import Keyboard, bindings, is_bound, is_inserting
from ui.chat.pacing import GRACE, Pacer, PacerCallbacks
from ui.screen import live_region
from ui.screen.messages import Alone, Hurried, LineSeen, Render, Resize, RestoreDraft, ScreenInput, Submit, Tick
from ui.screen.model import Identity, ScreenModel
from ui.screen.update import ScreenMessage, update
from ui.terminal import theme
from ui.terminal.inline_renderer import FrameRows, InlineRenderer
from ui.terminal.key_parser import KeyParser, Manners
from ui.terminal.scrollback_queue import Colouring, ScrollbackQueue
from ui.terminal.terminal_guard import TerminalGuard
from ui.terminal.terminal_io import FrameOutput, TerminalOutput, keys_wait
from ui.text.rows import Row

ESCAPE_TIME = 0.05
"""Seconds after which a lone Esc is an Esc."""


class ChatTerminal(Struct, frozen=True):
    """A terminal to chat on.

    `reflows`: it wraps what it shows anew when its width changes; `settling`: seconds for which a new size must stand.
    """

    keys: Input
    output: FrameOutput
    environment: Mapping[str, str]
    reflows: bool = True
    settling: float = 0.05
    guard: TerminalGuard | None = None


class ControllerPlan(Struct, frozen=True):
    """What a controller is made for. `grace` is in seconds, see `ui.chat.pacing`."""

    identity: Identity
    interface: Interface
    history: Path
    grace: float = GRACE
    draft: Path | None = None
    """Where the draft is kept; None: nowhere."""


class ChatController:
    """Holds the screen, the line and the timers together. `ways` are callbacks into the company."""

    def __init__(self, terminal: ChatTerminal, plan: ControllerPlan, ways: EffectCallbacks) -> None:
        size = terminal.output.get_size()
        self.pacer: Pacer
        self.view = ScreenModel(rows=size.rows, columns=size.columns, identity=plan.identity)
        self.scrollback = ScrollbackQueue(self._work, lambda: self.pacer.changed(self.view), monotonic)
        self._terminal = terminal
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resizing: asyncio.Handle | None = None
        self._finding: asyncio.Future[str] | None = None
        completer = LineCompleter(Path(plan.identity.directory), monotonic, plan.identity.models)
        line = input_line.build(FileHistory(plan.history), completer, lambda: input_line.label_of(self.view))
        style = merge_styles([default_ui_style(), theme.style_of(plan.interface.theme)])
        scene = ControllerFrames(self, line.buffer)
        self.renderer = InlineRenderer(style, terminal.output, scene, reflows=terminal.reflows)
        self.application = application = _application(terminal, line, vim=plan.interface.vim)
        application.renderer = self.renderer
        self._buffer = line.buffer
        self.drafts = DraftSaver(plan.draft, lambda: draft_of(line.buffer.text, self.view.pastes))
        line.buffer.on_text_changed += self._line_changed
        stage = EffectTargets(application, line.buffer, self.renderer, terminal.environment)
        self.effect_runner = EffectRunner(stage, replace(ways, show=self.show))
        self._keyboard = Keyboard(self, line.buffer, self.effect_runner)
        application.key_bindings = bindings(self._keyboard, application)
        _take_keys(self, self._keyboard, application)
        self.pacer = Pacer(plan.interface.frames, self._callbacks(), plan.grace)
        application.key_processor.before_key_press += self._key_pressed
        application.key_processor.after_key_press += partial(_see_line, self, self._keyboard)

    def show(self, message: ScreenMessage | ScreenInput) -> None:
        """An event or an input, and everything that follows from it."""
        label = input_line.label_of(self.view)
        step = update(self.view, message)
        self.view = step.view
        self.scrollback.add(step.blocks)
        for effect in step.effects:
            self.effect_runner.carry_out(effect, self.view)
            if isinstance(effect, RestoreDraft):
                self._keyboard.given_back()
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
        """Submit a prompt that was not typed; the input line keeps its text."""
        draft = self._buffer.text
        self.show(Submit(PromptId(os.urandom(6).hex()), prompt))
        input_line.put(self._buffer, draft)

    def _line_changed(self, _: object) -> None:
        self.drafts.changed()

    def _key_pressed(self, _: object) -> None:
        self.pacer.key()

    def _callbacks(self) -> PacerCallbacks:
        return PacerCallbacks(
            draw=self.renderer.repaint,
            tick=lambda now: self.show(Tick(now)),
            open_question=lambda: self.show(Render()),
            answer=lambda: self.show(Alone()),
            is_behind=lambda: (
                bool(self.scrollback) or self.terminal_output.clogged or keys_wait(self._terminal.keys.fileno())
            ),
        )

    @property
    def terminal_output(self) -> TerminalOutput:
        """Where frames go."""
        return self._terminal.output.terminal_output

    # ── The loop ──────────────────────────────────────────────────────────────────────────────────────────────────

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop runs: frames, timers and worker threads are there from now on."""
        self._loop = loop
        self.pacer.attach(loop)
        self.pacer.changed(self.view)

    def detach(self) -> None:
        """Nothing is drawn any more."""
        self.pacer.detach()
        self._loop = None
        if self._resizing is not None:
            self._resizing.cancel()
            self._resizing = None

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
        """Look the git branch up, on a worker thread; not again while the last look has not come back."""
        if self._loop is None or (self._finding is not None and not self._finding.done()):
            return
        folder = Path(self.view.identity.directory)
        self._finding = self._loop.run_in_executor(None, git_branch.branch_of, folder)
        self._finding.add_done_callback(self._branch)

    def _work(self, work: Callable[[], tuple[Row, ...]]) -> Colouring:
        """On a worker thread, as soon as there is a loop."""
        future: Colouring = Future()
        if self._loop is None:
            future.cancel()
            return future
        running = self._loop.run_in_executor(None, work)
        running.add_done_callback(lambda done: _hand_over(done, future))
        return future

    def _branch(self, done: asyncio.Future[str]) -> None:
        if not done.cancelled() and done.exception() is None:
            self.view = replace(self.view, identity=replace(self.view.identity, branch=done.result()))
            self.pacer.changed(self.view)


class ControllerFrames:
    """What frames are made of; see `ui.terminal.inline_renderer.Scene`."""

    def __init__(self, controller: ChatController, buffer: Buffer) -> None:
        self._controller = controller
        self._buffer = buffer

    @property
    def columns(self) -> int:
        """The width that the rows are made for."""
        return self._controller.view.columns

    def take(self, columns: int) -> list[Row]:
        """Rows for the scrollback."""
        return self._controller.scrollback.take(columns)

    def above(self, rows: int) -> FrameRows:
        """The live rows above the input line."""
        if self._controller.view.room != rows:
            self._controller.view = replace(self._controller.view, room=rows)
        return live_region.above(self._controller.view, rows)

    def below(self) -> FrameRows:
        """The live rows below the input line."""
        offers = completion.rows(self._buffer.complete_state, self.columns)
        return (*offers, *live_region.below(self._controller.view))

    def drew(self) -> None:
        """A frame was drawn; what did not fit into it comes with the next one."""
        controller = self._controller
        controller.pacer.drew(controller.view)
        if controller.scrollback:
            controller.pacer.changed(controller.view)


def _take_keys(controller: ChatController, keyboard: Keyboard, application: Application[None]) -> None:
    """Keys come through a parser of our own."""
    keys = application.input
    if isinstance(keys, Vt100Input):
        bound, inserting = partial(is_bound, application), partial(is_inserting, application)
        manners = Manners(keyboard.guard, bound, lambda: controller.show(Hurried()), inserting)
        keys.vt100_parser = KeyParser(keys.vt100_parser.feed_key_callback, manners)


def _see_line(controller: ChatController, keyboard: Keyboard, _: object) -> None:
    """What Enter and the vi keys mean now is shown where it has changed."""
    seen = LineSeen(keyboard.is_shell(), keyboard.vi_mode(controller.application))
    if (controller.view.shell, controller.view.vi_mode) != (seen.shell, seen.vi_mode):
        controller.show(seen)


def _hand_over(done: asyncio.Future[tuple[Row, ...]], future: Colouring) -> None:
    problem = None if done.cancelled() else done.exception()
    if done.cancelled() or problem is not None:
        future.cancel()
        future.set_running_or_notify_cancel()
    else:
        future.set_result(done.result())


def _application(terminal: ChatTerminal, line: InputParts, *, vim: bool) -> Application[None]:
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
