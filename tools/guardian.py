"""The guardian: a small process that ends what our jobs leave behind when Callboard itself is killed.

`tools.terminal` starts one before its first job and dismisses it when all jobs are over. Between the two stands a
pipe: its end is the end of Callboard, however that came. A kill with -9 lets nobody clean up behind himself, so
somebody else must be there. The guardian carries none of our tags, has a session of its own and hears no signal that
could be meant for others; it never touches a file or the terminal. It imports nothing third-party: it starts bare.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Final

from tools.process_tree import sweep

SWEEP_SECONDS: Final = 5.0
GUARD_TAG: Final = "CALLBOARD_GUARD"
DEAF_TO: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP)
"""Signals that may be sent to everybody at once."""

_PROGRAM: Final = "import sys; sys.path.insert(0, sys.argv[1]); from tools.guardian import watch; watch(sys.argv[2])"


class Guardian:
    """One guardian process, from our side. Where none can be started there is none: jobs run all the same."""

    def __init__(self, run_id: str) -> None:
        self.pid = 0
        read_end, self._lifeline = os.pipe()
        try:
            self.pid = _spawn(run_id, read_end)
        except OSError:
            self.dismiss()
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


def watch(run_id: str) -> None:
    """The guardian's own work: wait until nobody holds the pipe, then end everything that carries the run's tag."""
    os.chdir("/")
    while os.read(0, 1):
        pass
    sweep(run_id, SWEEP_SECONDS)


def _spawn(run_id: str, lifeline: int) -> int:
    """Start it.

    Raises:
        OSError: the system refused, or this Python does not know where it lies.
    """
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 -- pathlib is slow to load
    argv = (sys.executable, "-I", "-S", "-c", _PROGRAM, ours, run_id)
    return os.posix_spawn(
        sys.executable,
        argv,
        {GUARD_TAG: run_id},  # never empty: that is how a process looks that is about to run one of our jobs
        file_actions=[
            (os.POSIX_SPAWN_DUP2, lifeline, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
        setsigmask=DEAF_TO,  # from its first instruction on; a handler would come too late
    )
