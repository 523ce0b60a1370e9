"""From a `JobRequest` to a running child: folder, program and environment checked, then spawned, never forked.

`tools.terminal.terminals` calls it. A request that cannot be run raises `LaunchError` with a sentence for the person
and the model. A terminal for the child is `tools.terminal.pty_child`'s business; nothing here reads output or ends a
process.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from typing import Final

from tools.job import JobRequest
from tools.terminal.inherited import closing_inherited
from tools.terminal.process_tree import JOB_TAG, RUN_TAG
from tools.terminal.search_path import SHELL, absolute_folders

DEFAULT_SIGNALS: Final = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCHLD,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGXFSZ,
    signal.SIGWINCH,
)
"""What the child does not inherit our ignoring of: Python ignores SIGPIPE, a shell in the background SIGINT."""

_NO_EDITOR: Final = (
    "/bin/sh -c 'echo \"There is no editor here: give the text as an argument, as in git commit -m TEXT\" >&2; exit 1'"
)
_NOT_INTERACTIVE: Final = {
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MANPAGER": "cat",
    "SYSTEMD_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "EDITOR": _NO_EDITOR,
    "VISUAL": _NO_EDITOR,
    "GIT_EDITOR": _NO_EDITOR,
    "GIT_SEQUENCE_EDITOR": _NO_EDITOR,
}
_IN_FOLDER: Final = 'cd -- "$0" && exec "$@"'
_FULL_TERMINAL: Final = "xterm-256color"

_ADVICE: Final = {
    errno.E2BIG: "the command with its environment is longer than the system takes; put the text into a file",
    errno.EMFILE: "Callboard has too many files open; end some jobs, or raise `ulimit -n`",
    errno.ENFILE: "the system has too many files open; end some programs",
    errno.ENOMEM: "there is not enough memory to start it; end some programs",
    errno.EAGAIN: "no more processes may be started; end some programs, or raise `ulimit -u`",
    errno.ENOEXEC: "it is neither a program for this machine nor a script with a #! line; run it with its interpreter",
}


class LaunchError(Exception):
    """The program cannot be started; the text says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What is given to posix_spawn."""

    program: str
    argv: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class PipeChild:
    """A running child and our ends of its two pipes, which do not block."""

    pid: int
    output: int
    errors: int

    def close(self) -> None:
        """Close both."""
        _close(self.output, self.errors)


def prepare(request: JobRequest, run_id: str, job: str, withheld: Collection[str] = ()) -> Launch:
    """Check what can be checked and say exactly what to run; without the variables that are withheld.

    Raises:
        LaunchError: no such folder, no such program, no permission, nothing to run.
    """
    directory = _checked_folder(request.directory)
    environment = _environment(request, directory, {RUN_TAG: run_id, JOB_TAG: job}, withheld)
    program = _checked_program(request.argv, directory, environment.get("PATH", os.defpath))
    # pexpect takes a command without arguments apart at its blanks, so a terminal's program always has some.
    if Path(directory).samefile(".") and (request.kind == "pipe" or len(request.argv) > 1):
        return Launch(program, request.argv, environment)
    return Launch(SHELL, (SHELL, "-c", _IN_FOLDER, directory, program, *request.argv[1:]), environment)


def spawn_piped(launch: Launch, start: Callable[[Launch, int, int], int] | None = None) -> PipeChild:
    """Start it in a session of its own, stdin empty, stdout and stderr apart; `start` does it in another way.

    Raises:
        LaunchError: the system refused.
    """
    with explained(launch):
        output, output_end = _pipe()
        try:
            errors, errors_end = _pipe()
        except OSError:
            _close(output, output_end)
            raise
        try:
            pid = (start or spawn_directly)(launch, output_end, errors_end)
        except BaseException:
            _close(output, errors)
            raise
        finally:
            _close(output_end, errors_end)
    os.set_blocking(output, False)
    os.set_blocking(errors, False)
    return PipeChild(pid, output, errors)


@contextmanager
def explained(launch: Launch) -> Generator[None]:
    """Say what a refusal of the system means.

    Raises:
        LaunchError: in place of OSError and ValueError.
    """
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, f"{error.strerror}; check the command")
        raise LaunchError(f"{launch.program} could not be started: {advice}") from error
    except ValueError as error:
        raise LaunchError(
            f"the command or its environment cannot be given to a program: {error}; take that character out"
        ) from error


def spawn_directly(launch: Launch, output_end: int, errors_end: int) -> int:
    """Start it as a child of our own, writing to these two."""
    return os.posix_spawn(
        launch.program,
        launch.argv,
        launch.environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, output_end, 1),
            (os.POSIX_SPAWN_DUP2, errors_end, 2),
            *closing_inherited(),
        ],
        setsid=True,
        setsigmask=(),
        setsigdef=DEFAULT_SIGNALS,
    )


def _environment(
    request: JobRequest, directory: str, tags: Mapping[str, str], withheld: Collection[str]
) -> dict[str, str]:
    """Inherited, then what keeps programs from asking, then what the request says, then the tags: they always hold."""
    inherited = {name: value for name, value in os.environ.items() if name not in withheld}
    environment = {**inherited, **_NOT_INTERACTIVE, "PWD": directory}
    if request.kind == "pipe":
        environment["TERM"] = "dumb"
    else:
        environment.pop("LINES", None)
        environment.pop("COLUMNS", None)
        if environment.get("TERM", "dumb") == "dumb":
            environment["TERM"] = _FULL_TERMINAL
    return {**environment, **dict(request.environment), **tags}


def _checked_folder(directory: str) -> str:
    path = os.path.normpath(directory)  # Path.resolve would follow links, and PWD should not
    if not os.path.isabs(path):  # noqa: PTH117 -- of a text
        raise LaunchError(f"{directory!r}: is no absolute path; name the folder from the root on")
    try:
        os.stat(os.path.join(path, "."))  # noqa: PTH116, PTH118 -- the dot asks whether we may enter
    except FileNotFoundError:
        problem = "there is no such folder; create it, or run the command in another one"
    except NotADirectoryError:
        problem = "that is a file; run the command in a folder"
    except PermissionError:
        problem = "you may not enter this folder; change its permissions, or run the command in another one"
    except (OSError, ValueError) as error:
        problem = f"this folder cannot be used: {error}; run the command in another one"
    else:
        return path
    raise LaunchError(f"{directory!r}: {problem}")


def _checked_program(argv: tuple[str, ...], directory: str, search_path: str) -> str:
    if not argv or not argv[0]:
        raise LaunchError("there is no program to run; name one")
    name = argv[0]
    folders = [""] if "/" in name else absolute_folders(search_path)
    candidates = [os.path.join(directory, folder, name) for folder in folders]  # noqa: PTH118 -- keeps the text
    try:
        present = [path for path in candidates if os.path.isfile(path)]  # noqa: PTH113 -- as above
        runnable = next((path for path in present if os.access(path, os.X_OK)), None)
    except ValueError as error:
        raise LaunchError(f"{name!r} is no name of a program: {error}") from error
    if runnable:
        return runnable
    if present:
        raise LaunchError(f"{present[0]!r}: permission denied; it is not executable, try `chmod +x` or its interpreter")
    if "/" in name and os.path.isdir(candidates[0]):  # noqa: PTH112 -- as above
        raise LaunchError(f"{name!r}: that is a folder, not a program")
    where = "there is no such file" if "/" in name else "there is no such program on PATH"
    raise LaunchError(f"{name!r}: {where}; check the name, or install it")


def _pipe() -> tuple[int, int]:
    """A pipe whose ends stay clear of 0, 1 and 2, which may be free in a program that closed them."""
    read_end, write_end = os.pipe()
    if min(read_end, write_end) > 2:  # noqa: PLR2004 -- stderr
        return read_end, write_end
    try:
        return fcntl(read_end, F_DUPFD_CLOEXEC, 3), fcntl(write_end, F_DUPFD_CLOEXEC, 3)
    finally:
        _close(read_end, write_end)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
