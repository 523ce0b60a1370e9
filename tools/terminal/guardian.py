"""The guardian: a small process that does one last thing when Callboard itself is killed.

A kill with -9 lets nobody clean up behind himself, so somebody else must be there. Between the two stands a pipe: its
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
from typing import Final

from tools.terminal.process_tree import sweep

SWEEP_SECONDS: Final = 5.0
END_JOBS: Final = "tools.terminal.guardian:end_jobs"
GUARD_TAG: Final = "CALLBOARD_GUARD"
DEAF_TO: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP, signal.SIGTTOU)
"""Signals that may be sent to everybody at once, or to whoever touches a terminal from behind."""

_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tools.terminal.guardian import watch; watch(*sys.argv[2:])"
)


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
            self.pid = _spawn(words, read_end, output)
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
    """The guardian's own work: wait until nobody holds the pipe, then do the duty."""
    os.chdir("/")
    module, _, function = duty.partition(":")
    act = getattr(import_module(module), function)
    while os.read(0, 1):
        pass
    act(*arguments)


def end_jobs(run_id: str) -> None:
    """A duty: end everything that carries the run's tag."""
    sweep(run_id, SWEEP_SECONDS)


def _spawn(words: tuple[str, ...], lifeline: int, output: int | None) -> int:
    """Start it.

    Raises:
        OSError: the system refused, or this Python does not know where it lies.
    """
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 -- pathlib is slow to load
    argv = (sys.executable, "-I", "-S", "-c", _PROGRAM, ours, *words)
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    return os.posix_spawn(
        sys.executable,
        argv,
        {GUARD_TAG: words[0]},  # never empty: that is how a process looks that is about to run one of our jobs
        file_actions=[
            (os.POSIX_SPAWN_DUP2, lifeline, 0),
            nowhere if output is None else (os.POSIX_SPAWN_DUP2, output, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
        setsigmask=DEAF_TO,  # from its first instruction on; a handler would come too late
    )
