"""The command line's entrance: reads it, picks who does it, and turns whatever goes wrong into a line and an exit code.

A mistake of the user's is one line on stderr and code 2, never a traceback. A mistake of ours leaves a report in a
file and says where. What only some commands need is imported by them alone: starting must stay fast.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from msgspec.structs import replace

from actors.runtime.thread_start import ThreadStartError
from config.errors import ConfigError
from config.places import locate, write_private
from ui import exit_codes
from ui.arguments import Arguments, parse
from ui.cli.standard_streams import StandardStreams, complain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.places import Places

COMMANDS = {
    "config": "ui.cli.config_command",
    "doctor": "ui.cli.doctor",
    "drill": "ui.cli.drill_command",
    "models": "ui.cli.models_command",
    "sessions": "ui.startup.sessions",
    "top": "ui.cli.top",
}
"""Commands that need no company, each a module with `main(arguments, places)`."""
TALK = "ui.startup.run_session"
"""The module with `main(arguments, places)` for everything else."""
NO_MEMORY = "there is not enough memory: end some programs, or raise the limit (`ulimit -v`)"
COLLECT_EACH = 200_000
"""New objects after which Python looks for garbage: its own 700 cost a tenth of a start, where nothing is garbage."""


class CommandModule(Protocol):
    """A module that carries out a command."""

    def main(self, arguments: Arguments, places: Places) -> int:
        """Do it and return the exit code."""
        ...


def main(argv: Sequence[str]) -> int:
    """Do what the command line says and return the exit code."""
    streams = StandardStreams()
    gc.set_threshold(COLLECT_EACH)
    code = _guarded(argv, streams)
    written = streams.finish()
    gc.freeze()  # what is left is not looked through once more: that would take longer than all of the end
    return code or (exit_codes.DONE if written else exit_codes.FAILED)


def _guarded(argv: Sequence[str], streams: StandardStreams) -> int:
    try:
        return _run(parse(argv))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else exit_codes.USAGE
    except ConfigError as problem:
        complain(str(problem))
        return exit_codes.USAGE
    except (ThreadStartError, MemoryError) as problem:
        complain(str(problem) or NO_MEMORY)
        return exit_codes.FAILED
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception as problem:  # noqa: BLE001 - the last resort: the user gets a line, the report goes into a file
        if problem is not streams.problem and not isinstance(problem, BrokenPipeError):
            complain(_report_crash(problem))
        return exit_codes.FAILED


def _run(arguments: Arguments) -> int:
    arguments = replace(arguments, directory=_working_folder(arguments))
    module = cast("CommandModule", import_module(COMMANDS.get(arguments.command, TALK)))
    return module.main(arguments, locate(os.environ))


def _working_folder(arguments: Arguments) -> Path | None:
    """The folder to work in, all links resolved; None if the current one was deleted. The only one that asks."""
    if arguments.directory is not None:
        try:
            os.chdir(arguments.directory)
        except OSError as problem:
            raise ConfigError(f"-C {arguments.directory}: {problem.strerror}") from problem
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def _report_crash(problem: Exception) -> str:
    """Leave the traceback in a file of its own and say where it is; without the keys that the environment holds."""
    import traceback  # noqa: PLC0415 - only when all is lost

    from config.secrets import redact  # noqa: PLC0415

    secrets = [value for name, value in os.environ.items() if name.endswith(("_KEY", "_TOKEN", "_SECRET"))]
    said = redact(f"internal error: {type(problem).__name__}: {problem}", secrets)
    path = locate(os.environ).crashes / f"{os.getpid()}-{os.urandom(3).hex()}.txt"
    try:
        write_private(path, redact("".join(traceback.format_exception(problem)), secrets).encode("utf-8", "replace"))
    except OSError as trouble:
        return f"{said}. The report could not be written: {trouble.strerror}."
    return f"{said}. The report is in {path}"
