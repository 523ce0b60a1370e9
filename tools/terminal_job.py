"""One running job, from its child's first byte to the end of its whole tree.

`tools.terminal` makes one for each job and turns the loop; everything here runs on that one reader thread and never
waits. What a job is doing, and what takes it on:

    running    the child lives            its exit ▶ draining;  end, time limit, a fault ▶ ending, from INT or KILL
    draining   the child is gone, its     all streams at their end, 50 ms of quiet, or 1 s ▶ nobody of its tree is
               last output is read        left: finished;  somebody is: ending, from TERM
    ending     INT, grace, TERM, grace,   nobody is left, or 1 s after KILL ▶ closing
               KILL: to all members
    closing    what the pipes still hold  all streams at their end, 50 ms of quiet, or 1 s ▶ finished
    finished   `JobEnded` was said
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Literal, TypeAlias, assert_never

from tools.job import JobEnd, JobEnded, JobReport, JobRequest, JobStarted
from tools.process_tree import ProcessTree
from tools.terminal_streams import Child, JobStreams, Surroundings

Phase: TypeAlias = Literal["running", "draining", "ending", "closing", "finished"]

QUIET: Final = 0.05
"""Seconds without a byte after which an open stream of a dead child is taken to be at its end."""

DRAIN_MOST: Final = 1.0
"""Seconds that a dead child's streams are read at most."""

VERIFY_MOST: Final = 1.0
"""Seconds after KILL in which the tree must be gone; what is left then is reported."""

_LOOK_EACH: Final = 0.02
_LADDER: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_INT, _TERM, _KILL = range(3)


class RunningJob:
    """A job between `JobStarted` and `JobEnded`. A fault in it ends this job, reported, and no other."""

    def __init__(self, name: str, request: JobRequest, child: Child, around: Surroundings) -> None:
        self.name = name
        self._around = around
        self._phase: Phase = "running"
        self._began = time.monotonic()
        limit = around.limits.time_limit if request.time_limit is None else request.time_limit
        self._due = self._began + limit
        """When the phase does its next step by itself; in `draining` and `closing`, its last moment."""
        self._end: JobEnd = "exited"
        self._problems: list[str] = []
        self._grace = around.limits.cancel_grace
        self._rung = _INT
        self._rung_over = 0.0
        self._survivors: tuple[int, ...] = ()
        self._streams = JobStreams(name, child, around, self.guard)
        self._exit = child.exit
        self._tree = ProcessTree(child.exit.pid, around.run_id, name)

    @property
    def streams(self) -> JobStreams:
        """Where to type and resize; only under `guard`."""
        return self._streams

    @property
    def due(self) -> float:
        """When `guard` is to be called at the latest."""
        due = self._due
        if self._phase in {"draining", "closing"}:
            due = min(due, self._began if self._streams.ended else self._streams.read_at + QUIET)
        show_due = self._streams.show_due
        return due if show_due is None else min(due, show_due)

    def start(self) -> None:
        """Say that it runs, and watch it."""
        self._around.listener(JobStarted(self.name, self._exit.pid))
        self._streams.watch()
        self._around.loop.watch(self._exit.descriptor, partial(self.guard, self._on_exit))

    def guard(self, call: Callable[[], None] | None = None) -> None:
        """Make this call and whatever step is due. What it raises is this job's own end."""
        if self._phase == "finished":
            return
        try:
            if call:
                call()
            self._advance(time.monotonic())
        except Exception as error:  # noqa: BLE001 -- the shell around a job: its fault must not reach the next one
            self._give_up(error)

    def end(self, *, expired: bool, grace: float | None = None) -> None:
        """Begin the ladder; a second time, take its next rung at once. `grace` may shorten it."""
        now = time.monotonic()
        self._grace = self._grace if grace is None else min(grace, self._grace)
        if self._phase == "running":
            self._end = "timeout" if expired else "cancelled"
            self._begin_ending(_INT, now)
        elif self._phase == "draining":
            self._begin_ending(_TERM, now)
        elif self._phase == "ending":
            self._strike(min(self._rung + 1, _KILL), now)

    def abandon(self) -> None:
        """No time is left: kill, report who is still there, and be finished."""
        if self._phase == "running":
            self._end = "cancelled"
        members = self._tree.members()
        self._tree.signal(signal.SIGKILL, members)
        self._survivors = self._tree.members()
        self._finish()

    def _advance(self, now: float) -> None:
        self._streams.show(now)
        match self._phase:
            case "running":
                if now >= self._due:
                    self.end(expired=True)
            case "ending":
                if now >= self._due:
                    self._look(now)
            case "draining":
                if now >= self.due:
                    self._begin_ending(_TERM, now)
            case "closing":
                if now >= self.due:
                    self._finish()
            case "finished":
                pass
            case _:
                assert_never(self._phase)

    def _on_exit(self) -> None:
        self._around.loop.unwatch(self._exit.descriptor)
        now = time.monotonic()
        if self._phase == "running":
            self._phase = "draining"
            self._begin_reading_out(now)
        elif self._phase == "ending":
            self._due = now

    def _begin_reading_out(self, now: float) -> None:
        self._streams.read_at = now
        self._due = now + DRAIN_MOST
        self._streams.watch()

    def _begin_ending(self, rung: int, now: float) -> None:
        self._phase = "ending"
        self._streams.watch()
        self._strike(rung, now)

    def _strike(self, rung: int, now: float) -> None:
        self._rung = rung
        self._rung_over = now + (VERIFY_MOST if rung == _KILL else self._grace)
        self._signal_or_close(now, self._tree.members())

    def _look(self, now: float) -> None:
        members = self._tree.members()
        if members and now >= self._rung_over:
            if self._rung < _KILL:
                self._strike(self._rung + 1, now)
                return
            self._survivors, members = members, ()
        if members and self._rung < _KILL:
            self._due = min(now + _LOOK_EACH, self._rung_over)
        else:
            self._signal_or_close(now, members)

    def _signal_or_close(self, now: float, members: tuple[int, ...]) -> None:
        if members:
            self._tree.signal(_LADDER[self._rung], members)
            self._due = now + _LOOK_EACH
        elif self._streams.ended:
            self._finish()
        else:
            self._phase = "closing"
            self._begin_reading_out(now)

    def _give_up(self, error: Exception) -> None:
        """Its own fault: kill the tree and say what happened; a fault in that, too, and be finished at once."""
        first, self._end = self._end != "failed", "failed"
        self._problems.append(f"Callboard made a mistake with this job and ended it: {error!r}; please report it")
        if not first or self._phase == "finished":
            self._finish()
            return
        try:
            self._begin_ending(_KILL, time.monotonic())
        except Exception as another:  # noqa: BLE001 -- as in `guard`
            self._problems.append(repr(another))
            self._finish()

    def _finish(self) -> None:
        self._phase = "finished"
        try:
            self._around.loop.unwatch(self._exit.descriptor)
            self._exit.close()
            self._streams.close()
        finally:
            self._around.listener(JobEnded(self.name, self._report()))

    def _report(self) -> JobReport:
        streams = self._streams
        return JobReport(
            end=self._end,
            exit_code=self._exit.collect(),
            output=streams.kept("output"),
            errors=streams.kept("errors"),
            seconds=time.monotonic() - self._began,
            spill=streams.spill,
            problem="; ".join((*self._problems, *streams.problems)),
            survivors=self._survivors,
        )
