"""The guardian: a small process that does one last thing when Callboard itself is killed.

After a kill with -9 another process must clean up. A pipe connects the two: its
end is the end of Callboard, however that came. `tools.terminal.terminals` starts one guardian before its first job,
which ends what the jobs leave behind; the chat starts one that gives the terminal back. Both are dismissed where the
end is orderly. A guardian carries none of our tags, has a session of its own and hears no signal that could be meant
for others. It imports nothing third-party: it starts bare.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module

from tools.terminal.inherited import closing_inherited
from tools.terminal.process_tree import sweep

TYPE_CHECKING = False  # typing itself is slow to import, and a bare process starts with every session
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

SWEEP_SECONDS: Final = 5.0
END_JOBS: Final = "tools.terminal.guardian:end_jobs"
GUARD_TAG: Final = "CALLBOARD_GUARD"
DEAF_TO: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP, signal.SIGTTOU)
"""Signals that may be sent to a whole session, or to a background process that touches the terminal."""

_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tools.terminal.guardian import enter; enter(*sys.argv[2:])"
)
_WATCH: Final = "tools.terminal.guardian:watch"


class Guardian:
    """One guardian process, from our side. Where none can be started there is none: work goes on all the same.

    `duty` is the function that it calls when we are gone, as `module:function` of the standard library and our own
    bare modules; `arguments` are what it is called with, `output` what the process has as its standard output.
    """

    def __init__(self, duty: str, *arguments: str, output: int | None = None) -> None:
        self.pid, self._lifeline = 0, -1
        with suppress(OSError):
            self._begin((duty, *arguments), output)

    def _begin(self, words: tuple[str, ...], output: int | None) -> None:
        read_end, self._lifeline = os.pipe()
        try:
            self.pid = spawn_bare(_WATCH, words, read_end, output)
        except OSError:
            self.dismiss()
            raise
        finally:
            os.close(read_end)

    def dismiss(self) -> None:
        """Nothing is left to guard. A second time does nothing."""
        if self.pid:
            with suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        if self._lifeline >= 0:
            os.close(self._lifeline)
        self.pid, self._lifeline = 0, -1


def watch(duty: str, *arguments: str) -> None:
    """The guardian's own work: wait until the pipe has no writer, then do the duty."""
    act = _function(duty)
    while os.read(0, 1):
        pass
    act(*arguments)


def enter(work: str, *arguments: str) -> None:
    """The first thing that a bare process does: leave the folder it was started in, then its work."""
    os.chdir("/")
    _function(work)(*arguments)


def _function(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    found: Callable[..., object] = getattr(import_module(module), function)
    return found


def end_jobs(run_id: str, leftover: str = "") -> None:
    """A duty: end everything that carries the run's tag, and remove the folder that is of no use without it."""
    sweep(run_id, SWEEP_SECONDS)
    if leftover:
        from shutil import rmtree  # noqa: PLC0415 -- slow to load, and hardly ever needed

        rmtree(leftover, ignore_errors=True)


def spawn_bare(work: str, words: tuple[str, ...], lifeline: int, output: int | None) -> int:
    """Start a process of its own session that calls `work`, a `module:function`, with these words, and returns its pid.

    Its stdin is the lifeline, its stdout `output` or nothing; other descriptors that we were given are not passed on.

    Raises:
        OSError: the system refused, or this Python does not know where it lies.
    """
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 -- pathlib is slow to load
    argv = (sys.executable, "-I", "-S", "-c", _PROGRAM, ours, work, *words)
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    return os.posix_spawn(
        sys.executable,
        argv,
        {GUARD_TAG: words[0]},  # never empty: that is how a process looks that is about to run one of our jobs
        file_actions=[
            (os.POSIX_SPAWN_DUP2, lifeline, 0),
            nowhere if output is None else (os.POSIX_SPAWN_DUP2, output, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            *closing_inherited(),
        ],
        setsid=True,
        setsigmask=DEAF_TO,  # from its first instruction on; a handler would come too late
    )
