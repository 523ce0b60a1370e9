"""The PTY manager: owns the jobs, publishes their output, ends their trees.

The tool runner and the front end send it `StartJob`; it hands the request to the terminals' port, whose reader thread
tells it what happens. After a failure of its own it ends every job it finds, because nobody waits for them any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.messages import (
    NO_TURN,
    EndAllJobs,
    EndJob,
    JobFinished,
    JobId,
    JobsEnded,
    JobSignalled,
    JobStreamed,
    ResizeJobs,
    StartJob,
    TurnId,
    WriteToJob,
)
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.signals import ActorRestarted
from tools.job import JobEnded, JobOutput, JobReport, JobStarted, OutputSlice

if TYPE_CHECKING:
    from actors.ports import TerminalPort
    from tools.job import JobEnd, JobEvent

RECEIVES = (StartJob, EndJob, WriteToJob, ResizeJobs, JobSignalled, EndAllJobs, ActorRestarted)


class PtyManager(Behaviour[object]):
    """The actor around the terminals."""

    def __init__(self, context: Context, terminals: TerminalPort) -> None:
        self._context = context
        self._terminals = terminals
        self._turns: dict[str, TurnId] = {}
        self._ended: set[JobId] = set()
        """Ended before they were started: an `EndJob` is urgent and may overtake its `StartJob`."""
        self._closed = False
        self._ending = False
        self._survivors: tuple[int, ...] = ()

    def started(self) -> None:
        """Listen, and end what a failed predecessor left."""
        context = self._context
        self._terminals.listen(lambda event: context.send(JobSignalled(event)))
        for job in self._terminals.jobs():
            self._terminals.end(job)

    def failed_on(self, message: object) -> None:
        """Whoever waits for a job hears its end."""
        match message:
            case StartJob(turn=turn, job=job) if job not in self._terminals.jobs():
                self._context.send(JobFinished(turn, job, never_ran("failed", "The PTY manager failed; try again.")))
            case JobSignalled(event=JobEnded(job=job, report=report)):
                self._context.send(JobFinished(NO_TURN, JobId(job), report))
            case _:
                pass

    def handle(self, message: object) -> None:
        """See the module."""
        match message:
            case StartJob():
                self._start(message)
            case JobSignalled(event=event):
                self._signalled(event)
            case EndJob(job=job, expired=expired):
                if job not in self._turns:
                    self._ended.add(job)
                self._terminals.end(job, expired=expired)
            case WriteToJob(job=job, text=text):
                self._terminals.write(job, text)
            case ResizeJobs(rows=rows, columns=columns):
                self._terminals.resize(rows, columns)
            case ActorRestarted(actor="tool_runner"):
                self._end([job for job, turn in self._turns.items() if turn != NO_TURN])
            case EndAllJobs():
                self._ending = self._closed = True
                self._end(list(self._terminals.jobs()))
                self._acknowledge()
            case ActorRestarted():
                pass
            case _:
                self._context.log("unknown message", message=repr(message))

    def _start(self, message: StartJob) -> None:
        job = message.job
        if job in self._ended or self._closed:
            self._ended.discard(job)
            self._context.send(JobFinished(message.turn, job, never_ran("cancelled", "Ended before it began.")))
            return
        self._turns[job] = message.turn
        self._terminals.start(job, message.request)

    def _end(self, jobs: list[str]) -> None:
        for job in jobs:
            self._terminals.end(job)

    def _signalled(self, event: JobEvent) -> None:
        match event:
            case JobStarted(job=job, pid=pid):
                self._context.log("job started", job=job, pid=pid)
            case JobOutput(job=job, stream=stream, text=text):
                self._context.send(JobStreamed(self._turns.get(job, NO_TURN), JobId(job), stream, text))
            case JobEnded(job=job, report=report):
                turn = self._turns.pop(job, NO_TURN)
                self._survivors += report.survivors
                self._context.log("job ended", job=job, end=report.end, exit_code=report.exit_code)
                self._context.send(JobFinished(turn, JobId(job), report))
                self._acknowledge()

    def _acknowledge(self) -> None:
        if self._ending and not self._terminals.jobs():
            self._ending = False
            self._context.send(JobsEnded(self._survivors))


def never_ran(end: JobEnd, problem: str) -> JobReport:
    """The report of a job that was not started."""
    return JobReport(end, None, OutputSlice(), OutputSlice(), 0.0, problem=problem)
