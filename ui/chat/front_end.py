"""The chat: the front end for a person at a terminal. The only module that runs an asyncio loop.

It owns the order of things: the first frame before the actors were started, events after that, and at the end
everything shown, the terminal given back, and only then the acknowledgement. What is shown and what keys mean is
`ui.screen.update`'s; how it gets to the terminal is `ui.chat.controller`'s.

    SIGINT, SIGTERM, SIGHUP, a closed terminal, /exit ──▶ company.shut_down ──▶ … ──▶ DrainScreen
    DrainScreen ──▶ the backlog to its end ──▶ farewell ──▶ terminal restored ──▶ ScreenDrained
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from actors.messages import NoticeRaised
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import TurnFinished
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Message, classes_of
from config.places import locate
from ui import exit_codes
from ui.chat import draft as draft_file
from ui.chat.chat_loop import ChatLoop
from ui.chat.controller import ChatController, ChatTerminal, ControllerPlan
from ui.chat.effect_runner import EffectCallbacks
from ui.chat.final_frames import end
from ui.chat.identity import identity_of
from ui.chat.replay import reopened
from ui.front_end import ACTOR, CompanyHandle, FrontEnd, Opening
from ui.screen.fallback_answers import instead
from ui.screen.messages import Closed, Error, Init, Quit
from ui.screen.update import TERMINAL_GONE, ScreenMessage
from ui.terminal.forced_end import ForcedEnd
from ui.terminal.stderr_capture import StderrCapture
from ui.terminal.terminal_guard import TerminalGuard
from ui.terminal.terminal_io import FrameOutput, KeyInput, TtyOutput
from ui.terminal.theme import colour_depth
from ui.text import actors_table

if TYPE_CHECKING:
    from types import FrameType

    from ui.arguments import Arguments

Received: TypeAlias = ScreenMessage | DrainScreen
RECEIVES = classes_of(Received)
MAILBOX = MailboxSpec(10_000, "coalesce")
MOST_FAILURES = 5
"""Failures of the screen itself before it gives up."""
SIGNALS: Mapping[signal.Signals, tuple[int, str]] = {
    signal.SIGINT: (exit_codes.INTERRUPTED, "SIGINT"),
    signal.SIGTERM: (exit_codes.TERMINATED, "SIGTERM"),
    signal.SIGHUP: (TERMINAL_GONE, "SIGHUP"),
}
PLAIN_TERMINALS = ("", "dumb", "unknown")
SETTLING, TMUX_SETTLING = 0.05, 0.4
"""Seconds for which a new size must stand. tmux tells of the second of two within 0.25 s up to that much later."""
NO_REFLOW = ("linux", "rxvt", "screen")
"""Terminals, by the beginning of TERM, that cut rows instead of wrapping them anew; so does xterm itself."""


class ChatActor(Behaviour[Received]):
    """The actor: hands everything to the controller."""

    def __init__(self, chat: Chat, context: Context) -> None:
        self._chat = chat
        self._context = context

    def failed_on(self, message: Received) -> None:
        """Answer in the place of the screen that failed, so that no other actor waits."""
        if isinstance(message, DrainScreen):
            self._chat.drain(message)
            return
        answers, shown = instead(message)
        for answer in answers:
            self._context.send(answer)
        self._chat.controller.show(shown)

    def handle(self, message: Received) -> None:
        """Show it, or begin the end."""
        match message:
            case DrainScreen():
                self._chat.drain(message)
            case _:
                self._chat.controller.show(message)
                if isinstance(message, TurnFinished):
                    self._chat.controller.find_branch()


class Chat:
    """The front end; see `ui.front_end`."""

    def __init__(self, terminal: ChatTerminal, plan: ControllerPlan, opening: Opening, first: str = "") -> None:
        self.child = Child(ACTOR, lambda context: ChatActor(self, context), RECEIVES, MAILBOX, on_loop=True)
        self.controller = ChatController(
            terminal,
            plan,
            EffectCallbacks(self._send, self._leave, lambda _: None, lambda: actors_table.of(self._company)),
        )
        self._terminal = terminal
        self._opening = opening
        self._first = first
        self._company: CompanyHandle | None = None
        self._order: asyncio.Future[DrainScreen] | None = None
        self._guarded: asyncio.Future[TerminalGuard] | None = None
        self._failures = 0
        self._strays = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forced: ForcedEnd

    def run(self, company: CompanyHandle) -> int:
        """Implement `FrontEnd`."""
        self._company = company
        with StderrCapture(self._stray), asyncio.Runner(loop_factory=ChatLoop) as runner:
            return runner.run(self._main(company))

    def drain(self, order: DrainScreen) -> None:
        """The company has ended."""
        if self._order is not None and not self._order.done():
            self._order.set_result(order)

    def _send(self, message: Message) -> None:
        """Also before the start: the company keeps what comes early, so a fast typist loses nothing."""
        if self._company is not None:
            self._company.send(message)

    def _leave(self, exit_code: int, reason: str) -> None:
        if self._company is not None:
            self._company.shut_down(exit_code, reason)

    # ── From the first frame to the last ──────────────────────────────────────────────────────────────────────────

    async def _main(self, company: CompanyHandle) -> int:
        self._loop = loop = asyncio.get_running_loop()
        self._forced = ForcedEnd()
        self._order = loop.create_future()
        loop.set_exception_handler(self._failed)
        self._listen(loop)
        self._open()
        self.controller.attach(loop)
        application = self.controller.application
        running = loop.create_task(application.run_async(set_exception_handler=False, handle_sigint=False))
        await asyncio.sleep(0)  # up to the first frame
        if isinstance(self._terminal.keys, KeyInput):
            self._terminal.keys.stdin_reader.look_ahead()
        loop.add_signal_handler(signal.SIGWINCH, self.controller.resized)
        try:
            await self._start(company, loop)
            await self._until_drained(running)
        finally:
            company.detach_loop()
            self.controller.detach()
            if application.is_running and not application.is_done:
                application.exit()
            await asyncio.wait([running])
            self.controller.terminal_output.close()
            await self.controller.drafts.close()
            if self._guarded is not None:
                (await self._guarded).dismiss()
        company.send(ScreenDrained())
        report = await loop.run_in_executor(None, company.wait)
        self._forced.close()
        return report.exit_code if report is not None else exit_codes.FAILED

    def _open(self) -> None:
        """Show what is known before the actors start: the conversation so far, and warnings of the configuration."""
        controller = self.controller
        size = controller.terminal_output.size()
        controller.show(Init(size.rows, size.columns))
        step = reopened(controller.view, self._opening)
        controller.view = step.view
        controller.scrollback.add(step.blocks)
        controller.restore()
        for text in self._opening.notices:
            controller.show(NoticeRaised("warning", text))

    async def _start(self, company: CompanyHandle, loop: asyncio.AbstractEventLoop) -> None:
        context = self.controller.application.context
        company.attach_loop(partial(loop.call_soon_threadsafe, context=context))
        if self._terminal.guard is not None:
            self._guarded = loop.run_in_executor(None, self._terminal.guard.begin)
        await loop.run_in_executor(None, company.start)
        self._opened = loop.run_in_executor(None, company.open_log)
        self.controller.drafts.attach(loop)
        self.controller.find_branch()
        if self._first.strip():
            self.controller.submit(self._first)

    async def _until_drained(self, running: asyncio.Task[None]) -> None:
        """Wait until the company has ended; a terminal that is gone ends it."""
        assert self._order is not None  # noqa: S101 - for the type checker
        first: list[asyncio.Future[Any]] = [running, self._order]
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if not self._order.done():
            problem = running.exception()
            if problem is not None and not isinstance(problem, EOFError):
                self._leave(exit_codes.FAILED, f"the screen failed: {problem!r}")
            else:
                self.controller.show(Closed())
            await self._order
        await end(self.controller, self._order.result())

    def _stray(self, text: str) -> None:
        """Called on any thread with an uncaught exception."""
        loop = self._loop
        if loop is not None and not loop.is_closed() and self._strays < MOST_FAILURES:
            self._strays += 1
            loop.call_soon_threadsafe(self.controller.show, Error(f"Inside Callboard: {text}"))

    # ── Signals and failures ──────────────────────────────────────────────────────────────────────────────────────

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        def count(number: int, _: FrameType | None) -> None:  # at once, whatever the loop is doing
            if number != signal.SIGINT or self.controller.effect_runner.lending is None:
                self._forced.heard(number)

        for number, (exit_code, reason) in SIGNALS.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._signalled, number, Quit(exit_code, reason))
                signal.signal(number, count)  # in the place of asyncio's, which does nothing
                signal.siginterrupt(number, False)  # noqa: FBT003 - as asyncio has it
        self.controller.terminal_output.attach(loop, self._cleared)

    def _signalled(self, number: int, order: Quit) -> None:
        if number != signal.SIGINT or self.controller.effect_runner.lending is None:
            self.controller.show(order)

    def _cleared(self) -> None:
        """The terminal takes frames again, or never will."""
        if self.controller.terminal_output.gone:
            self.controller.show(Closed())
        else:
            self.controller.pacer.changed(self.controller.view)

    def _failed(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Something of the screen itself failed; it is said, and after a few times the program ends in order."""
        self._failures += 1
        problem = context.get("exception") or context.get("message")
        if self._failures > MOST_FAILURES:
            self._leave(exit_codes.FAILED, f"the screen failed: {problem!r}")
        else:
            self.controller.show(Error(f"The screen failed at something: {problem!r}"))


def open_front_end(opening: Opening, arguments: Arguments) -> FrontEnd:
    """The chat on this process's own terminal: inline, or plain where the terminal or the person wants it so."""
    if arguments.plain or os.environ.get("TERM", "dumb") in PLAIN_TERMINALS:
        opener = cast("Callable[[Opening, Arguments], FrontEnd]", import_module("ui.chat.plain_mode").open_front_end)
        return opener(opening, arguments)
    interface = opening.settings.interface
    environment = os.environ
    identity = identity_of(opening)
    history = locate(environment).state / "history.jsonl"
    terminal_output = TtyOutput(sys.stdout.fileno())
    output = FrameOutput(terminal_output, colour_depth(environment), sys.stdout.encoding or "utf-8")
    guard = TerminalGuard(sys.stdout.fileno())
    settling = TMUX_SETTLING if "TMUX" in environment else SETTLING
    keys, wraps = KeyInput(sys.stdin), reflows(environment)
    terminal = ChatTerminal(keys, output, environment, reflows=wraps, settling=settling, guard=guard)
    draft = None if opening.folder is None else opening.folder / draft_file.FILE
    plan = ControllerPlan(identity, interface, history, draft=draft)
    return Chat(terminal, plan, opening, arguments.prompt or "")


def reflows(environment: Mapping[str, str]) -> bool:
    """Whether the terminal wraps what it shows anew when its width changes; nearly all do, tmux included."""
    if "TMUX" in environment:
        return True
    return not ("XTERM_VERSION" in environment or environment.get("TERM", "").startswith(NO_REFLOW))
