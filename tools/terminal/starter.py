"""Starts the programs of jobs: by a keeper where there are some, else as children of our own, beside a guardian.

`tools.terminal.terminals` has one and calls it from whatever thread starts a job, one at a time.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from tools.job import JobRequest
from tools.terminal.child_exit import ChildExit
from tools.terminal.guardian import END_JOBS, Guardian
from tools.terminal.job_streams import ChildProcess, Exit
from tools.terminal.kept_job import KeptExit, NoKeeperError, open_keepers
from tools.terminal.launch import Launch, LaunchError, explained, spawn_directly, spawn_piped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.terminal.kept_job import Keepers
    from tools.terminal.pty_child import PtyChild


class Starter:
    """The keepers or the guardian of one run."""

    def __init__(self, run_id: str, leftover: str = "") -> None:
        self._run_id = run_id
        self._leftover = leftover
        self._keepers: Keepers | None = None
        self._guardian: Guardian | None = None

    def begin(self) -> None:
        """Get ready, with the first job."""
        self._keepers = open_keepers(self._run_id, self._leftover)
        if self._keepers is None:
            self._guardian = Guardian(END_JOBS, self._run_id, self._leftover)

    def dismiss(self) -> None:
        """Every job has ended. A second time does nothing."""
        if self._keepers is not None:
            self._keepers.dismiss()
        if self._guardian is not None:
            self._guardian.dismiss()

    def child(self, launch: Launch, request: JobRequest) -> ChildProcess:
        """Start it on a terminal or on pipes.

        Raises:
            LaunchError: the system refused.
        """
        kept: list[KeptExit] = []
        if request.kind == "pipe":
            piped = spawn_piped(launch, partial(self._piped, kept))
            return ChildProcess(_watched(launch, piped.pid, kept, piped.close), piped.output, piped.errors)
        # Loaded when the first terminal is asked for: most sessions need none, and every start would pay for it.
        door = import_module("tools.terminal.pty_child")
        launch = replace(launch, argv=(launch.program, *launch.argv[1:]))
        terminal: PtyChild = door.PtyChild(launch, request.rows, request.columns, partial(self._on_terminal, kept))
        watch = _watched(launch, terminal.child_pid, kept, terminal.let_go)
        return ChildProcess(watch, terminal.child_fd, terminal=terminal)

    def _piped(self, kept: list[KeptExit], launch: Launch, output: int, errors: int) -> int:
        return self._started(kept, launch, (output, errors), "") or spawn_directly(launch, output, errors)

    def _on_terminal(self, kept: list[KeptExit], launch: Launch, terminal: str) -> int:
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        try:
            pid = self._started(kept, launch, (nowhere, nowhere), terminal)
        finally:
            os.close(nowhere)
        if not pid:
            directly: Callable[[Launch, str], int] = import_module("tools.terminal.pty_child").spawn_directly
            pid = directly(launch, terminal)
        return pid

    def _started(self, kept: list[KeptExit], launch: Launch, outputs: tuple[int, int], terminal: str) -> int:
        """Its pid; 0 where no keeper takes it. One that was killed is replaced once."""
        for attempt in range(2):
            if self._keepers is None:
                return 0
            try:
                kept.append(self._keepers.start(launch, outputs, terminal))
            except NoKeeperError:
                self._keepers.dismiss()
                self._keepers = open_keepers(self._run_id, self._leftover) if not attempt else None
            else:
                return kept[0].pid
        self._guardian = self._guardian or Guardian(END_JOBS, self._run_id, self._leftover)
        return 0


def _watched(launch: Launch, pid: int, kept: list[KeptExit], let_go: Callable[[], None]) -> Exit:
    """The watch on its end; without one the child may not live.

    Raises:
        LaunchError: no descriptor is left for it.
    """
    if kept:
        return kept[0]
    try:
        with explained(launch):
            return ChildExit(pid)
    except LaunchError:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        let_go()
        raise
