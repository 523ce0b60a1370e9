"""The front end for scripts: prompts in, answers on stdout, everything else on stderr, an exit code at the end.

It lives on the main thread and owns the signals, stdin and the files that are written to; its actor is `HeadlessActor`.
No question is asked: what policy would ask about is denied by the tool runner.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from actors.messages import NoticeRaised, ReplyStreamed
from actors.runtime.behaviour import Child
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.thread_start import ThreadStartError
from config.providers import HOW_TO_CONFIGURE, OFFLINE
from config.secrets import Redactor
from tools.text.screen_text import printable
from ui import exit_codes
from ui.front_end import ACTOR
from ui.headless.event_lines import all_events, open_events
from ui.headless.headless_actor import (
    RECEIVES,
    STDERR,
    STDOUT,
    HeadlessActor,
    HeadlessPorts,
    HeadlessProgress,
    InterruptWork,
    LoseReader,
)
from ui.headless.pipe_writer import PipeWriter
from ui.headless.reports import JsonReport, Report, StreamJsonReport, TextReport
from ui.headless.script_input import EndInput, Instruction, LineReader, TakePrompt
from ui.terminal.signals import Interrupts

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.shutdown import ExitReport
    from ui.arguments import Arguments
    from ui.front_end import CompanyHandle, Opening


class HeadlessFrontEnd:
    """The front end of `-p`: runs the company on the main thread and writes the report."""

    def __init__(self, opening: Opening, arguments: Arguments) -> None:
        """Open what is written to.

        Raises:
            ConfigError: the file of `--events` cannot be opened.
        """
        self._opening = opening
        self._arguments = arguments
        self._company: CompanyHandle | None = None
        self._interrupted = False
        self._unread = False
        """The reader left before it had everything."""
        self._unwritten = ""
        """What could not be written, and why."""
        self._progress = progress = HeadlessProgress()
        self._reader = LineReader(self._send)
        file = arguments.events
        events = open_events(arguments.anchored(file), file) if file is not None else -1
        self._events = events
        self._writer = writer = PipeWriter(self._lost, STDERR, _redactor(opening).hide_in_lines)
        report = _report(opening, arguments)
        controller = HeadlessPorts(
            report, writer, self._end, self._reader.done, self._open_log, events, arguments.verbose, _cleaner(STDERR)
        )
        heard = dict.fromkeys((*RECEIVES, *((ReplyStreamed,) if report.streams else ())))
        if events >= 0:
            heard |= dict.fromkeys(all_events())
        self._child = Child(
            ACTOR,
            lambda context, progress: HeadlessActor(context, controller, progress),
            tuple(heard),
            MailboxSpec(when_full="coalesce"),
            state=progress,
        )

    @property
    def child(self) -> Child:
        """Implement `FrontEnd`."""
        return self._child

    def run(self, company: CompanyHandle) -> int:
        """Implement `FrontEnd`. Nothing is begun where the result could not be written."""
        try:
            os.write(STDOUT, b"")
        except OSError as problem:
            sys.stderr.write(f"callboard: stdout: cannot be written: {problem.strerror}; /dev/null takes everything\n")
            return exit_codes.FAILED
        self._company = company
        for descriptor in filter(lambda descriptor: descriptor >= 0, (STDOUT, STDERR, self._events)):
            self._writer.begin(descriptor)
        with Interrupts(self._interrupt, self._ends) as interrupts:
            company.start()
            try:
                self._begin(company, interrupts)
            except ThreadStartError as problem:
                company.shut_down(exit_codes.FAILED, str(problem))
                company.wait()
                raise
            report = company.wait()
        if report is None:
            return exit_codes.FAILED
        return self._concluded(report)

    def _begin(self, company: CompanyHandle, interrupts: Interrupts) -> None:
        """Listen to signals, and hand over what is to be done."""
        interrupts.listen()
        for notice in self._opening.notices:
            company.send(NoticeRaised("warning", notice))
        if self._opening.provider == OFFLINE:
            company.send(NoticeRaised("info", f"the offline model answers, which is no LLM; {HOW_TO_CONFIGURE}"))
        if self._arguments.input_format == "stream-json":
            self._reader.start()
        else:
            company.send(TakePrompt(self._arguments.prompt or ""))
            company.send(EndInput())

    def _concluded(self, report: ExitReport) -> int:
        """Write the report and return the exit code: never 0 where not everything was written."""
        said = [f"still alive: {survivor}" for survivor in report.survivors]
        said += [self._unwritten] if self._unwritten else []
        left = self._writer.unwritten()
        said += [f"{self._name(number)}: not written whole: its reader stopped" for number in left if number != STDERR]
        if said:
            self._writer.write(STDERR, "".join(f"callboard: {text}\n" for text in said).encode("utf-8", "replace"))
            written = threading.Event()
            self._writer.after_all(written.set, hurried=True)
            written.wait()
        lost = self._unwritten or self._unread or left
        return report.exit_code or (exit_codes.FAILED if lost else exit_codes.DONE)

    def _name(self, descriptor: int) -> str:
        return "stdout" if descriptor == STDOUT else f"--events {self._arguments.events}"

    def _send(self, message: Instruction | InterruptWork | LoseReader) -> None:
        if self._company is not None:
            self._company.send(message)

    def _end(self, exit_code: int, reason: str) -> None:
        if self._company is not None:
            self._company.shut_down(exit_code, reason)

    def _lost(self, descriptor: int, problem: OSError) -> None:
        gone = isinstance(problem, BrokenPipeError)
        if descriptor != STDERR and not gone:
            self._unwritten = f"{self._name(descriptor)}: cannot be written: {problem.strerror}"
        self._unread |= gone and descriptor == STDOUT
        if descriptor != STDERR:
            self._send(LoseReader(descriptor, gone))

    def _open_log(self) -> None:
        if self._company is not None:
            self._company.open_log()

    def _ends(self, number: int) -> bool:
        """Whether a signal that comes now ends the program: the first Ctrl-C ends the turn only."""
        return number != signal.SIGINT or self._interrupted

    def _interrupt(self, number: int) -> None:
        if number != signal.SIGINT:
            self._progress.ending = True
            code = exit_codes.HUNG_UP if number == signal.SIGHUP else exit_codes.TERMINATED
            self._end(code, signal.Signals(number).name)
        elif self._interrupted:
            self._end(exit_codes.INTERRUPTED, "interrupted twice")
        else:
            self._interrupted = True
            self._send(InterruptWork())


def open_front_end(opening: Opening, arguments: Arguments) -> HeadlessFrontEnd:
    """The front end, ready to run.

    Raises:
        ConfigError: a file that was named cannot be opened.
    """
    return HeadlessFrontEnd(opening, arguments)


def _report(opening: Opening, arguments: Arguments) -> Report:
    match arguments.output_format:
        case "json":
            return JsonReport(opening)
        case "stream-json":
            return StreamJsonReport(opening, partial=arguments.partial)
        case "text":
            return TextReport(_cleaner(STDOUT))


def _redactor(opening: Opening) -> Redactor:
    return Redactor(opening.secrets)


def _cleaner(descriptor: int) -> Callable[[str], str]:
    """What a terminal would obey is taken out where there is one; a pipe gets the text as it is."""
    return printable if os.isatty(descriptor) else str
