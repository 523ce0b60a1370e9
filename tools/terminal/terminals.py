"""The terminals: every child process of Callboard, behind one reader thread.

The PTY manager owns a `Terminals` and hands it commands from its own thread; a `listener` hears `JobStarted`,
`JobOutput` … `JobEnded` on the reader thread and must be cheap. Nothing here ever forks, sleeps or polls in vain: the
one thread waits in `poll` for output, exits, posted calls and the next deadline. A finished job leaves nothing behind:
its whole tree is dead. What a job does, step by step, is `tools.terminal.running_job`; what of its output is shown and
kept, `tools.terminal.job_streams`.
"""

from __future__ import annotations

import errno
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tools.job import JobEnded, JobEvent, JobReport, JobRequest, OutputSlice
from tools.terminal.job_streams import ChildProcess, Surroundings
from tools.terminal.job_streams import JobLimits as JobLimits
from tools.terminal.launch import LaunchError, prepare
from tools.terminal.poll_loop import PollLoop
from tools.terminal.process_tree import living, sweep
from tools.terminal.running_job import RunningJob
from tools.terminal.starter import Starter

NO_THREAD: Final = "no more threads can be started; end some programs, or raise `ulimit -u` or `ulimit -v`"
_CLOSE_SHARE: Final = 0.75
"""Of the time to close, what the jobs have to end by the ladder; the rest is for those that did not."""

_GRACE_SHARE: Final = 0.2
"""Of the time to close, the longest grace between two rungs."""


class Terminals:
    """Runs jobs. Every method may be called from any thread but the listener's; none but `close` waits for a job."""

    def __init__(
        self, run_id: str, listener: Callable[[JobEvent], None], spill_directory: Path, limits: JobLimits
    ) -> None:
        self._run_id = run_id
        self._listener = listener
        self._lock = threading.RLock()
        self._names: set[str] = set()
        self._closing = False
        self._used = False
        """Whether there was a job: else nothing can be left of one."""
        self._thread: threading.Thread | None = None
        self._starter = Starter(run_id, limits.leftover)
        self._loop = PollLoop()
        self._around = Surroundings(run_id, self._loop, limits, spill_directory, self._say)
        # Only the reader thread touches these, until it has ended.
        self._jobs: dict[str, RunningJob] = {}
        self._stopping = False
        self._survivors: set[int] = set()

    @property
    def wake_ups(self) -> int:
        """How often the reader thread has come back from waiting."""
        return self._loop.wake_ups

    def start(self, job: str, request: JobRequest) -> None:
        """Run it. Exactly one `JobEnded` follows, after all its `JobOutput`; `failed` if it could not be started.

        Raises:
            ValueError: a job of that name is running.
            OSError: no thread can be started to read its output; nothing was started.
        """
        with self._lock:
            if job in self._names:
                raise ValueError(f"the job {job!r} is running already; give this one another name")
            if not self._closing:
                self.warm()
                self._names.add(job)
                self._used = True
                self._loop.post(self._launched(job, request))
                return
        self._listener(_failure(job, "Callboard is stopping; no more programs are started"))

    def warm(self) -> None:
        """Start what every job needs, ahead of the first.

        Raises:
            OSError: no thread can be started to read outputs.
        """
        with self._lock:
            if self._thread is not None or self._closing:
                return
            thread = threading.Thread(target=self._run, name="terminals", daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError) as error:
                raise OSError(errno.EAGAIN, NO_THREAD) from error
            self._thread = thread
            self._starter.begin()

    def write(self, job: str, text: str) -> None:
        """Type this into the job's terminal. A `pipe` job has none, and a job that is over hears nothing."""
        self._tell(job, lambda running: running.streams.type(text))

    def resize(self, rows: int, columns: int) -> None:
        """Give every terminal this size."""
        with self._lock:
            if not self._closing:
                self._loop.post(partial(self._each, partial(_resize, rows=rows, columns=columns)))

    def end(self, job: str, *, expired: bool = False) -> None:
        """End its whole tree: INT, TERM, KILL, each after the grace; asked again, the next of them at once.

        Returns at once; `JobEnded` follows, as `timeout` if `expired`, else as `cancelled`, or as `exited` if its
        program was over already. Ignored if there is no such job.
        """
        self._tell(job, lambda running: running.end(expired=expired))

    def close(self, limit_seconds: float) -> tuple[int, ...]:
        """End every job and the reader thread, and sweep; blocks at most so long. Returns who would not die."""
        deadline = time.monotonic() + limit_seconds
        with self._lock:
            if self._closing:
                return tuple(sorted(self._survivors))
            self._closing = True
            thread = self._thread
            self._loop.post(partial(self._stop, limit_seconds * _GRACE_SHARE))
        if thread:
            thread.join(limit_seconds * _CLOSE_SHARE)
            if thread.is_alive():
                self._loop.post(partial(self._each, RunningJob.abandon))
                thread.join((deadline - time.monotonic()) / 2)
            left = sweep(self._run_id, deadline - time.monotonic()) if self._used else ()
            self._survivors = {*left, *living(self._survivors)}
        self._starter.dismiss()
        if not (thread and thread.is_alive()):
            self._loop.close()
        return tuple(sorted(self._survivors))

    def _tell(self, job: str, call: Callable[[RunningJob], None]) -> None:
        with self._lock:
            if job in self._names and not self._closing:
                self._loop.post(partial(self._each, call, job))

    def _launched(self, job: str, request: JobRequest) -> Callable[[], None]:
        """Start the program here, on the caller's thread; what follows is the reader's."""
        try:
            child = self._starter.child(prepare(request, self._run_id, job, self._around.limits.withheld), request)
        except LaunchError as error:
            return partial(self._say, _failure(job, str(error)))
        return partial(self._adopt, job, request, child)

    # ── On the reader thread ──────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while self._jobs or not self._stopping:
            try:
                due = min((job.due for job in self._jobs.values()), default=None)
                self._loop.turn(None if due is None else due - time.monotonic())
                now = time.monotonic()
                for job in list(self._jobs.values()):
                    if job.due <= now:
                        job.guard()
            except Exception:  # noqa: BLE001 -- the thread's shell: a listener that raised must not end the other jobs
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))

    def _adopt(self, job: str, request: JobRequest, child: ChildProcess) -> None:
        running = self._jobs[job] = RunningJob(job, request, child, self._around)
        running.guard(running.start)

    def _each(self, call: Callable[[RunningJob], None], name: str | None = None) -> None:
        for running in [job for job in self._jobs.values() if name in {None, job.name}]:
            running.guard(partial(call, running))

    def _stop(self, grace: float) -> None:
        self._stopping = True
        self._each(lambda running: running.end(expired=False, grace=grace))

    def _say(self, event: JobEvent) -> None:
        if isinstance(event, JobEnded):
            self._jobs.pop(event.job, None)
            self._names.discard(event.job)
            self._survivors.update(event.report.survivors)
        self._listener(event)


def _resize(running: RunningJob, rows: int, columns: int) -> None:
    if running.streams.terminal:
        running.streams.terminal.resize(rows, columns)


def _failure(job: str, problem: str) -> JobEnded:
    return JobEnded(job, JobReport("failed", None, OutputSlice(), OutputSlice(), 0.0, problem=problem))
