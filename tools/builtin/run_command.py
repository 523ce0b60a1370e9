"""The tool that runs a shell command and says how it ended.

The command runs with stdin closed and the two outputs apart, or in a terminal where the model asks for one. The PTY
manager streams the output, keeps its head and tail, and ends the whole process tree at the time limit.
"""

from __future__ import annotations

import re
import signal
from typing import Annotated

from msgspec import Meta, Struct

from tools.files.file_content import explained
from tools.job import JobReport, JobRequest, OutputSlice
from tools.terminal.command_shell import CommandShell, choose_shell
from tools.text.bounded_text import TEXT_LIMIT, fold, size
from tools.text.screen_text import plain
from tools.tool import Outcome, Tool, ToolError, ToolResult
from tools.workspace import Workspace

ERRORS_SHARE = 3
"""One part in three of the text is for standard error where both have more than fits."""

NOTE_BYTES = 1_500

Seconds = Annotated[float, Meta(gt=0, le=86_400)]

_WANTS_TERMINAL = re.compile(
    r"not a (?:tty|terminal)|isn't a (?:tty|terminal)|inappropriate ioctl for device|must be run (?:from|in|on) a "
    r"(?:tty|terminal)|requires? an? (?:interactive )?(?:tty|terminal)|a terminal is required|no tty present",
    re.IGNORECASE,
)


class RunCommandArguments(Struct, frozen=True):
    """What run_command is asked."""

    command: Annotated[str, Meta(min_length=1, description="The command, for the shell.")]
    directory: Annotated[str, Meta(description="Where to run it, relative to the workspace.")] = "."
    time_limit: Annotated[
        Seconds | None, Meta(description="Seconds until it is ended; give builds and tests more than the usual 30.")
    ] = None
    terminal: Annotated[bool, Meta(description="Run it in a terminal, for programs that insist on one.")] = False


class RunCommand(Tool[RunCommandArguments]):
    """Output, standard error apart, and the exit code."""

    name = "run_command"
    effects = "commands"
    arguments = RunCommandArguments

    def __init__(self, shell: CommandShell | None = None) -> None:
        self._shell = shell or choose_shell()
        self.description = (
            f"Run a shell command and wait for its end. {self._shell.description} "
            "It gets no input: give every answer as an option. "
            "Of a long output the beginning and the end are shown, and all of it is kept in a file. "
            "The command and everything it started is ended at the time limit."
        )

    def execute(self, arguments: RunCommandArguments, workspace: Workspace) -> JobRequest:
        """The command as a job."""
        if not arguments.command.strip() or "\0" in arguments.command:
            raise ToolError("The command is empty or holds a NUL byte: give a command for the shell, such as ls -l")
        directory = workspace.resolve(arguments.directory)
        try:
            if not directory.exists():
                raise workspace.missing(directory)
            if not directory.is_dir():
                raise ToolError(f"{workspace.display(directory)} is no folder: a command needs one to run in")
        except OSError as error:
            raise explained(error, workspace.display(directory)) from error
        return JobRequest(
            self._shell.argv(arguments.command),
            str(directory),
            "pty" if arguments.terminal else "pipe",
            arguments.time_limit,
        )

    def conclude(self, arguments: RunCommandArguments, report: JobReport) -> ToolResult:
        """What was printed and how it ended."""
        if report.end == "failed":
            return ToolResult("error", f"The command could not be started: {report.problem}")
        text, lines_cut, more = _printed(report)
        notes = _notes(arguments, report, text, more=more)
        shown = "\n".join(filter(None, (text, *(f"[{note}]" for note in notes))))
        return ToolResult(
            _outcome(report),
            shown,
            more=more,
            exit_code=report.exit_code,
            spill=report.spill,
            lines_cut=lines_cut,
        )

    def subject(self, arguments: RunCommandArguments, workspace: Workspace | None = None) -> str:
        """The command."""
        del workspace
        return arguments.command

    def preview(self, arguments: RunCommandArguments, workspace: Workspace) -> str:
        """The command, and where it would run if not in the root."""
        place = workspace.subject(arguments.directory)
        return arguments.command if place == "." else f"{arguments.command}\n(in {place})"


def _outcome(report: JobReport) -> Outcome:
    match report.end:
        case "timeout" | "cancelled":
            return report.end
        case "exited" | "failed":
            return "ok" if report.exit_code == 0 else "error"


def _printed(report: JobReport) -> tuple[str, int, bool]:
    """Both outputs, each within its share; how many lines more they have; and whether something of them is missing."""
    output, errors = _cleaned(report.output), _cleaned(report.errors)
    room = TEXT_LIMIT - NOTE_BYTES
    errors_room = max(room // ERRORS_SHARE, room - size(output.head) - size(output.tail))
    errors_text, errors_cut = fold(errors.head, errors.tail, errors.omitted, errors_room)
    output_text, output_cut = fold(output.head, output.tail, output.omitted, room - size(errors_text))
    parts = [output_text.strip("\n")]
    if errors_text.strip():
        parts += ["[standard error:]", errors_text.strip("\n")]
    lines_cut = sum(
        max(0, whole.lines - text.strip("\n").count("\n") - 1)
        for whole, text, is_cut in ((output, output_text, output_cut), (errors, errors_text, errors_cut))
        if is_cut
    )
    return "\n".join(filter(None, parts)), lines_cut, output_cut or errors_cut


def _cleaned(output: OutputSlice) -> OutputSlice:
    if not output.omitted:
        return OutputSlice(plain(output.head + output.tail), "", output.total, lines=output.lines)
    return OutputSlice(plain(output.head), plain(output.tail), output.total, output.omitted, output.lines)


def _notes(arguments: RunCommandArguments, report: JobReport, text: str, *, more: bool) -> list[str]:
    notes = [_ending(report)]
    if not text:
        notes.append("it printed nothing")
    if more and report.spill:
        notes.append(f"the whole output is in {report.spill}")
    if report.problem:
        notes.append(report.problem)
    if report.background:
        processes = "process was" if report.background == 1 else "processes were"
        notes.append(f"{report.background} background {processes} ended with the command")
    if report.survivors:
        pids = ", ".join(str(pid) for pid in report.survivors)
        notes.append(f"still alive, the kernel would not end them: {pids}")
    if not arguments.terminal and _WANTS_TERMINAL.search(text):
        notes.append("it may want a terminal: try again with terminal=true")
    return notes


def _ending(report: JobReport) -> str:
    took = f"{report.seconds:.1f} s"
    if report.end == "timeout":
        return (
            f"ended at its time limit after {took}; what it printed until then is kept. If it needs longer, "
            "call again with a higher time_limit (seconds)"
        )
    if report.end == "cancelled":
        return f"cancelled after {took}; what it printed until then is kept"
    if report.exit_code is not None and report.exit_code < 0:
        return f"ended by signal {_signal_name(-report.exit_code)} after {took}"
    return f"exit code {report.exit_code}, {took}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


TOOL = RunCommand()
