"""One running job, from its child's first byte to the end of its whole tree.

`tools.terminal.terminals` makes one for each job and turns the loop; everything here runs on that one reader thread and
never waits. What a job is doing, and what takes it on:

    running    the child lives            its exit ▶ draining;  end, time limit, a fault ▶ ending, from INT or KILL
    draining   the child is gone, its     all streams at their end, 50 ms of quiet, or 1 s ▶ none of its tree is
               last output is read        left: finished;  else: ending, from TERM
    ending     INT, grace, TERM, grace,   none is left, or 1 s after KILL   ▶ closing
               KILL: to all members
    closing    what the pipes still hold  all streams at their end, 50 ms of quiet, or 1 s ▶ finished
    finished   `JobEnded` was said
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, Literal, TypeAlias, assert_never

from tools.job import JobEnd, JobEnded, JobReport, JobRequest, JobStarted
from tools.terminal.job_streams import ChildProcess, JobStreams, Surroundings
from tools.terminal.process_tree import ProcessTree
from tools.terminal.termination_ladder import INT, KILL, TERM, Ladder

JobPhase: TypeAlias = Literal["running", "draining", "ending", "closing", "finished"]

QUIET: Final = 0.05
"""Seconds without a byte after which an open stream of a dead child is taken to be at its end."""

DRAIN_MOST: Final = 1.0
"""Seconds that a dead child's streams are read at most."""


class RunningJob:
    """A job between `JobStarted` and `JobEnded`. A fault in it ends this job, reported, and no other."""

    def __init__(self, name: str, request: JobRequest, child: ChildProcess, around: Surroundings) -> None:
        self.name = name
        self.streams = JobStreams(name, child, around, self.guard)
        """Where to type and resize; only under `guard`."""
        self._around = around
        self._exit = child.exit
        tree = ProcessTree(child.exit.pid, around.run_id, name, child.exit.keeper)
        self._ladder = Ladder(tree, around.limits.cancel_grace)
        self._phase: JobPhase = "running"
        self._end: JobEnd = "exited"
        self._exit_code: int | None = None
        self._faults: list[str] = []
        self._began = time.monotonic()
        limit = around.limits.time_limit if request.time_limit is None else request.time_limit
        self._due = self._began + limit
        """When the phase does its next step by itself; in `draining` and `closing`, its last moment."""

    @property
    def due(self) -> float:
        """When `guard` is to be called at the latest."""
        due = self._due
        if self._phase in {"draining", "closing"}:
            due = min(due, self._began if self.streams.ended else self.streams.read_at + QUIET)
        show_due = self.streams.show_due
        return due if show_due is None else min(due, show_due)

    def start(self) -> None:
        """Say that it runs, and watch it."""
        self._around.listener(JobStarted(self.name, self._exit.pid))
        self.streams.watch()
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
        if grace is not None:
            self._ladder.shorten(grace)
        if self._phase == "running":
            self._end = "timeout" if expired else "cancelled"
            self._begin_ending(INT, now)
        elif self._phase == "draining":
            self._begin_ending(TERM, now)
        elif self._phase == "ending":
            self._look_again_or_close(self._ladder.climb_on(now), now)

    def abandon(self) -> None:
        """No time is left: kill, report who is still there, and be finished."""
        if self._phase == "running":
            self._end = "cancelled"
        self._ladder.give_up()
        self._finish()

    def _advance(self, now: float) -> None:
        self.streams.show(now)
        match self._phase:
            case "running":
                if now >= self._due:
                    self.end(expired=True)
            case "draining":
                if now >= self.due:
                    self._begin_ending(TERM, now)
            case "ending":
                if now >= self._due:
                    self._look_again_or_close(self._ladder.look(now), now)
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
            self._read_out(now)
        elif self._phase == "ending":
            self._due = now

    def _read_out(self, now: float) -> None:
        self.streams.read_at = now
        self.streams.watch()
        self._due = now + DRAIN_MOST

    def _begin_ending(self, rung: int, now: float) -> None:
        self._phase = "ending"
        self.streams.watch()
        alone = rung == TERM and self._exit.left_nothing()
        self._look_again_or_close(None if alone else self._ladder.climb(rung, now), now)

    def _look_again_or_close(self, look_at: float | None, now: float) -> None:
        if look_at is not None:
            self._due = look_at
        elif self.streams.ended:
            self._finish()
        else:
            self._phase = "closing"
            self._read_out(now)

    def _give_up(self, error: Exception) -> None:
        """Its own fault: kill the tree and say what happened; a fault in that, too, and be finished at once."""
        first, self._end = self._end != "failed", "failed"
        self._faults.append(f"Callboard made a mistake with this job and ended it: {error!r}; please report it")
        if self._phase == "finished":
            raise error
        if not first:
            self._finish()
            return
        try:
            self._begin_ending(KILL, time.monotonic())
        except Exception as another:  # noqa: BLE001 -- as in `guard`
            self._give_up(another)

    def _finish(self) -> None:
        self._phase = "finished"
        try:
            self._around.loop.unwatch(self._exit.descriptor)
            self._exit_code = self._exit.collect()
            self._exit.close()
            self.streams.close()
        finally:
            self._around.listener(JobEnded(self.name, self._report()))

    def _report(self) -> JobReport:
        streams = self.streams
        return JobReport(
            end=self._end,
            exit_code=self._exit_code,
            output=streams.kept("output"),
            errors=streams.kept("errors"),
            seconds=time.monotonic() - self._began,
            spill=streams.spill.path,
            problem="; ".join((*self._faults, *streams.problems)),
            survivors=self._ladder.survivors,
            background=len(self._ladder.ended) if self._end == "exited" else 0,
        )
