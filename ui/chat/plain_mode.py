"""The chat without cursor movement: lines that are only ever added, questions with numbers, one line in at a time.

For TERM=dumb, screen readers and `--plain`. The same pure screen as the inline chat (`ui.screen.update`), another way
out. The view belongs to the actor's own thread; a reader thread sends it what is typed, the main thread waits for the
end.
"""

from __future__ import annotations

import codecs
import os
import shutil
import signal
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec.structs import replace

from actors.ids import PromptId
from actors.messages import NoticeRaised
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import CallStarted, TurnStarted
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.message import Command, classes_of
from actors.runtime.thread_start import ThreadStartError, start_thread
from tools.text.screen_text import visible
from ui import exit_codes
from ui.chat.final_frames import farewell
from ui.chat.identity import identity_of
from ui.chat.replay import reopened
from ui.front_end import ACTOR, CompanyHandle, FrontEnd, Opening
from ui.screen import question_rows
from ui.screen.fallback_answers import instead
from ui.screen.messages import (
    Effect,
    Error,
    Key,
    Leave,
    OpenEditor,
    Quit,
    Redraw,
    RememberLine,
    Render,
    RestoreDraft,
    ScreenInput,
    SeeActors,
    Send,
    SetDraft,
    Submit,
    ToggleVim,
)
from ui.screen.model import ScreenModel, Update
from ui.screen.update import TERMINAL_GONE, ScreenMessage, update
from ui.terminal.signals import Interrupts
from ui.text import actors_table
from ui.text.markdown import Block, Lines
from ui.text.rows import plain

if TYPE_CHECKING:
    from ui.arguments import Arguments

STDIN, STDOUT = 0, 1
PROMPT = "> "
NOT_HERE = "That is not there in plain mode."


class TakeLine(Command, frozen=True):
    """A line was typed."""

    text: str


class TakeInput(Command, frozen=True):
    """A signal came, or the input ended."""

    input: ScreenInput


Received: TypeAlias = ScreenMessage | DrainScreen | TakeLine | TakeInput
RECEIVES = classes_of(Received)


class PlainActor(Behaviour[Received]):
    """The actor: turns what it hears into lines."""

    def __init__(self, context: Context, chat: PlainChat, view: ScreenModel) -> None:
        self._context = context
        self._chat = chat
        self._view = replace(view, keys=False)
        self._asked = ""
        self._typed: set[PromptId] = set()
        """Prompts of this terminal: they stand on it already."""
        self._at_prompt = self._ended = False

    def started(self) -> None:
        """The talk so far, warnings, and the first prompt."""
        opening = self._chat.opening
        self._carry_out(reopened(self._view, opening))
        for text in opening.notices:
            self._show(NoticeRaised("warning", text))
        if self._chat.first:
            self._submit(self._chat.first)

    def failed_on(self, message: Received) -> None:
        """Answer in the place of the screen that failed, so that no other actor waits."""
        if isinstance(message, DrainScreen):
            self._ended = True
            self._context.send(ScreenDrained())
            return
        answers, shown = instead(message)
        for answer in answers:
            self._context.send(answer)
        self._show(shown)

    def handle(self, message: Received) -> None:
        """Show what happened, take a line, or end."""
        match message:
            case TakeLine(text=text):
                self._take(text)
            case TakeInput():
                self._show(message.input)
            case DrainScreen():
                self._end(message)
            case _:
                self._show(message)
                if isinstance(message, CallStarted):
                    self._write(f"… {message.name} {message.subject}")
        self._ask()

    def _end(self, order: DrainScreen) -> None:
        for row in farewell(self._view, order):
            self._write(plain(row))
        self._ended = True
        self._context.send(ScreenDrained())

    # ── In ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, typed: str) -> None:
        self._at_prompt = False
        ask = self._view.asking
        if ask is not None and ask.state == "open" and not typed.strip():
            self._asked = ""
        self._submit(typed)

    def _submit(self, typed: str) -> None:
        prompt = PromptId(os.urandom(6).hex())
        self._typed.add(prompt)
        self._show(Submit(prompt, typed))

    def _show(self, message: ScreenMessage | ScreenInput) -> None:
        step = update(self._view, message)
        if isinstance(message, TurnStarted) and message.prompt in self._typed:
            step = replace(step, blocks=())
        self._carry_out(step)

    # ── Out ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _carry_out(self, step: Update) -> None:
        self._view = step.view
        for block in step.blocks:
            self._write_block(block)
        for effect in step.effects:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Send():
                self._context.send(effect.message)
            case Leave():
                self._chat.leave(effect.exit_code, effect.reason)
            case RestoreDraft():
                for text in f"Given back: {effect.text}".split("\n"):
                    self._write(text)
            case OpenEditor() | ToggleVim():
                self._show(Error(NOT_HERE))
            case SeeActors():
                for row in self._chat.actors():
                    self._write(row)
            case SetDraft():
                self._view = replace(self._view, draft=False)
            case RememberLine() | Redraw():
                pass
            case _:
                assert_never(effect)

    def _write_block(self, block: Block) -> None:
        """Rows of our own, or lines of an answer: of those not even a tab is changed."""
        if isinstance(block, Lines):
            for row in block.rows:
                self._write(plain(row))
            return
        for text in block.lines:
            self._write_line("\t".join(map(visible, text.split("\t"))))

    def _ask(self) -> None:
        """A question that is new is written out; a prompt stands where a line is expected."""
        ask = self._view.asking
        now = "" if ask is None else f"{ask.call} {len(ask.together)} {ask.reason}"
        if ask is not None and now != self._asked:
            self._asked = now
            self._view = update(self._view, Render()).view
            for row in question_rows.rows(self._view, self._view.room):
                self._write(plain(row))
        idle = self._view.turn is None and not self._view.prompts
        if not self._at_prompt and not self._ended and (ask is not None or idle):
            self._at_prompt = self._chat.write(PROMPT)

    def _write(self, text: str) -> None:
        self._write_line(visible(text))

    def _write_line(self, text: str) -> None:
        self._chat.write(f"\n{text}\n" if self._at_prompt else f"{text}\n")
        self._at_prompt = False


class PlainChat:
    """The front end; see `ui.front_end`."""

    def __init__(self, opening: Opening, first: str) -> None:
        columns, rows = shutil.get_terminal_size()
        identity = identity_of(opening)
        view = ScreenModel(rows=rows, columns=columns, identity=identity, keys=False, verbatim=True)
        mailbox = MailboxSpec(10_000, "coalesce")
        self.child = Child(ACTOR, lambda context: PlainActor(context, self, view), RECEIVES, mailbox)
        self.opening = opening
        self.first = first
        self._company: CompanyHandle | None = None
        self._gone = False

    def run(self, company: CompanyHandle) -> int:
        """Implement `FrontEnd`."""
        self._company = company
        with Interrupts(self._signalled, lambda number: number != signal.SIGINT) as interrupts:
            company.start()
            company.open_log()
            try:
                interrupts.listen()
                start_thread(self._read, "lines")
            except ThreadStartError as problem:
                company.shut_down(exit_codes.FAILED, str(problem))
                company.wait()
                raise
            report = company.wait()
        return report.exit_code if report is not None else exit_codes.FAILED

    def leave(self, exit_code: int, reason: str) -> None:
        """Begin the orderly end."""
        if self._company is not None:
            self._company.shut_down(exit_code, reason)

    def actors(self) -> tuple[str, ...]:
        """The table of the actors, as it is now."""
        return actors_table.of(self._company)

    def write(self, text: str) -> bool:
        """Add to the output; a terminal that is gone ends the program."""
        data = text.encode("utf-8", "replace")
        try:
            while data and not self._gone:
                data = data[os.write(STDOUT, data) :]
        except OSError:
            self._gone = True
            self.leave(TERMINAL_GONE, "the terminal is gone")
        return True

    def _tell(self, command: Command) -> None:
        if self._company is not None:
            self._company.send(command)

    def _signalled(self, number: int) -> None:
        if number == signal.SIGINT:
            self._tell(TakeInput(Key("c-c", monotonic())))
        else:
            code = exit_codes.TERMINATED if number == signal.SIGTERM else TERMINAL_GONE
            self._tell(TakeInput(Quit(code, signal.Signals(number).name)))

    def _read(self) -> None:
        """Lines as they are typed, until there are no more; then the program ends."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pending = ""
        while data := _some(STDIN):
            *lines, pending = (pending + decoder.decode(data)).split("\n")
            for line in lines:
                self._tell(TakeLine(line))
        self._tell(TakeInput(Quit(exit_codes.DONE, "the input ended")))


def _some(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


def open_front_end(opening: Opening, arguments: Arguments) -> FrontEnd:
    """The plain chat on this process's standard streams."""
    return PlainChat(opening, arguments.prompt or "")
