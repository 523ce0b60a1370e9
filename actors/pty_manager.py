"""The PTY manager: owns the jobs, publishes their output, ends their trees.

The tool runner and the front end send it `StartJob`; it hands the request to the terminals' port, whose reader thread
tells it what happens. After a failure of its own it ends every job it finds, and every wait for one ends: each
job that was started, or should have been, has its one `JobFinished`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from actors.ids import NO_TURN, JobId, TurnId
from actors.messages import JOINED_CHARACTERS, EndJob, JobFinished, JobStreamed, ResizeJobs, StartJob, WriteToJob
from actors.phase_messages import EndAllJobs, JobsEnded
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Command, Message, classes_of
from tools.job import JobEnded, JobOutput, JobReport, JobStarted, OutputSlice

if TYPE_CHECKING:
    from actors.ports import TerminalPort
    from tools.job import JobEnd, JobEvent


class JobSignalled(Command, frozen=True):
    """From the terminals' reader thread to the PTY manager."""

    event: JobEvent

    def joined(self, later: Message) -> JobSignalled | None:
        """Consecutive output of one stream of one job is one message."""
        if not isinstance(later, JobSignalled):
            return None
        mine, other = self.event, later.event
        if not isinstance(mine, JobOutput) or not isinstance(other, JobOutput):
            return None
        if mine.job != other.job or mine.stream != other.stream or len(mine.text) > JOINED_CHARACTERS:
            return None
        return JobSignalled(replace(mine, text=mine.text + other.text))


class CheckJobs(Command, frozen=True):
    """Sent to itself after a failure, behind every signal: report those of these jobs whose end was not published."""

    jobs: tuple[JobId, ...]


Received: TypeAlias = StartJob | EndJob | WriteToJob | ResizeJobs | JobSignalled | CheckJobs | EndAllJobs
RECEIVES = classes_of(Received)


class KnownJobs(Struct):
    """What a manager that failed leaves to the next: the jobs that have not ended, with their turns.

    `ended` were ended before they were started: an `EndJob` is urgent and may overtake its `StartJob`.
    """

    running: dict[JobId, TurnId] = field(default_factory=dict[JobId, TurnId])
    ended: set[JobId] = field(default_factory=set[JobId])


class PtyManager(Behaviour[Received]):
    """The actor around the terminals."""

    def __init__(self, context: Context, terminals: TerminalPort, known: KnownJobs) -> None:
        self._context = context
        self._terminals = terminals
        self._jobs = known.running
        self._ended = known.ended
        self._closed = False
        self._ending = False
        self._survivors: tuple[int, ...] = ()

    def started(self) -> None:
        """Listen, end what a failed predecessor left, and find out whose end was missed."""
        context = self._context
        self._terminals.listen(lambda event: context.send(JobSignalled(event)))
        for job in self._terminals.jobs():
            self._terminals.end(job)
        if self._jobs:
            context.send(CheckJobs(tuple(self._jobs)))

    def failed_on(self, message: Received) -> None:
        """Publish the end of the job, so that its caller does not wait for ever."""
        match message:
            case StartJob(turn=turn, job=job) if job not in self._jobs:
                self._context.send(JobFinished(turn, job, without_output("failed", "The PTY manager failed.")))
            case JobSignalled(event=JobEnded(job=job, report=report)):
                self._finish(JobId(job), report)
            case EndJob(job=job, expired=expired):
                self._end(job, expired=expired)
            case _:
                pass

    def handle(self, message: Received) -> None:
        """Start, write to, resize or end jobs; pass on what the terminals report."""
        match message:
            case StartJob():
                self._start(message)
            case JobSignalled(event=event):
                self._signalled(event)
            case EndJob(job=job, expired=expired):
                self._end(job, expired=expired)
            case WriteToJob(job=job, text=text):
                self._terminals.write(job, text)
            case ResizeJobs(rows=rows, columns=columns):
                self._terminals.resize(rows, columns)
            case CheckJobs(jobs=jobs):
                self._check(jobs)
            case EndAllJobs():
                self._ending = self._closed = True
                for running in self._terminals.jobs():
                    self._terminals.end(running)
                self._acknowledge()
            case _:
                assert_never(message)

    def _end(self, job: JobId, *, expired: bool) -> None:
        if job not in self._jobs:
            self._ended.add(job)
        self._terminals.end(job, expired=expired)

    def _start(self, message: StartJob) -> None:
        job = message.job
        if job in self._ended or self._closed:
            self._ended.discard(job)
            self._context.send(JobFinished(message.turn, job, without_output("cancelled", "Ended before it began.")))
            return
        self._jobs[job] = message.turn
        self._terminals.start(job, message.request)

    def _signalled(self, event: JobEvent) -> None:
        match event:
            case JobStarted(job=job, pid=pid):
                self._context.log("job started", job=job, pid=pid)
            case JobOutput(job=job, stream=stream, text=text):
                self._context.send(JobStreamed(self._jobs.get(JobId(job), NO_TURN), JobId(job), stream, text))
            case JobEnded(job=job, report=report):
                self._finish(JobId(job), report)

    def _check(self, jobs: tuple[JobId, ...]) -> None:
        running = self._terminals.jobs()
        for job in jobs:
            if job not in running:
                self._finish(job, without_output("failed", "How it ended was lost; it may have taken effect."))

    def _finish(self, job: JobId, report: JobReport) -> None:
        if job not in self._jobs:
            return
        self._survivors += report.survivors
        self._context.log("job ended", job=job, end=report.end, exit_code=report.exit_code)
        self._context.send(JobFinished(self._jobs[job], job, report))
        del self._jobs[job]
        self._acknowledge()

    def _acknowledge(self) -> None:
        if self._ending and not self._jobs:
            self._ending = False
            self._context.send(JobsEnded(self._survivors))


def without_output(end: JobEnd, problem: str) -> JobReport:
    """The report of a job that did not run, or that could not be watched."""
    return JobReport(end, None, OutputSlice(), OutputSlice(), 0.0, problem=problem)
