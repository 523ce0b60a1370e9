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
from tools.job import JobEnded, JobOutput, JobStarted

if TYPE_CHECKING:
    from actors.ports import TerminalPort
    from tools.job import JobEvent

RECEIVES = (StartJob, EndJob, WriteToJob, ResizeJobs, JobSignalled, EndAllJobs, ActorRestarted)


class PtyManager(Behaviour[object]):
    """The actor around the terminals."""

    def __init__(self, context: Context, terminals: TerminalPort) -> None:
        self._context = context
        self._terminals = terminals
        self._turns: dict[str, TurnId] = {}
        self._ending = False
        self._survivors: tuple[int, ...] = ()

    def started(self) -> None:
        """Listen, and end what a failed predecessor left."""
        context = self._context
        self._terminals.listen(lambda event: context.send(JobSignalled(event)))
        for job in self._terminals.jobs():
            self._terminals.end(job)

    def handle(self, message: object) -> None:
        """See the module."""
        match message:
            case StartJob(turn=turn, job=job, request=request):
                self._turns[job] = turn
                self._terminals.start(job, request)
            case JobSignalled(event=event):
                self._signalled(event)
            case EndJob(job=job, expired=expired):
                self._terminals.end(job, expired=expired)
            case WriteToJob(job=job, text=text):
                self._terminals.write(job, text)
            case ResizeJobs(rows=rows, columns=columns):
                self._terminals.resize(rows, columns)
            case ActorRestarted(actor="tool_runner"):
                self._end([job for job, turn in self._turns.items() if turn != NO_TURN])
            case EndAllJobs():
                self._ending = True
                self._end(list(self._terminals.jobs()))
                self._acknowledge()
            case ActorRestarted():
                pass
            case _:
                self._context.log("unknown message", message=repr(message))

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
