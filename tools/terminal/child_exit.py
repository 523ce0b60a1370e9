"""A descriptor that becomes readable when a child ends, without anyone asking again and again.

Linux has it (pidfd); elsewhere a thread waits for the one child and closes a pipe. `tools.terminal.running_job` polls
it and calls `collect` when the child's whole tree is done with: until then the child is not waited for where that is
possible, so that its pid, and with it the names of its group and session, cannot be reused by another process.
"""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress


class ChildExit:
    """Watches one child. `descriptor` is readable from its end on. It has no keeper, see `tools.terminal.kept_job`."""

    keeper = 0

    def __init__(self, pid: int, *, use_pidfd: bool = hasattr(os, "pidfd_open")) -> None:
        self.pid = pid
        self._status: int | None = None
        self.descriptor = _pidfd(pid) if use_pidfd else -1
        if self.descriptor < 0:
            self.descriptor, write_end = os.pipe()
            try:
                threading.Thread(target=self._wait, args=(write_end,), name=f"child-{pid}", daemon=True).start()
            except (RuntimeError, MemoryError) as error:
                os.close(write_end)
                self.close()
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error

    def collect(self) -> int | None:
        """The exit code, negative for a signal; None if the child runs, or another thread has waited for it."""
        if self._status is None:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self._status = status if pid else None
        return None if self._status is None else os.waitstatus_to_exitcode(self._status)

    def left_nothing(self) -> bool:
        """Never known here; `tools.terminal.process_tree` looks."""
        return False

    def close(self) -> None:
        """Let go of the descriptor."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _wait(self, write_end: int) -> None:
        try:
            if hasattr(os, "waitid"):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            else:
                self._status = os.waitpid(self.pid, 0)[1]
        except ChildProcessError:
            pass
        finally:
            os.close(write_end)


def _pidfd(pid: int) -> int:
    """A pidfd, or -1 where the kernel has none or the child was waited for already."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return -1
