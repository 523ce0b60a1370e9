"""A `Terminals` on a stage of its own for a test: starts jobs, hears everything, ends with nobody left."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tools.job import JobEnded, JobEvent, JobKind, JobOutput, JobReport, JobRequest, JobStarted
from tools.terminal.process_tree import tagged
from tools.terminal.terminals import JobLimits, Terminals

BOUND = 30.0
"""Seconds after which a test has failed; nothing here takes a tenth of it."""


def until(true: Callable[[], bool]) -> None:
    """Look again and again, for what nobody announces."""
    deadline = time.monotonic() + BOUND
    while not true():
        assert time.monotonic() < deadline


class Heard:
    """The listener: keeps every event, and lets a test wait for what it needs."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, ready: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(ready, BOUND), self.events[-20:]

    def of(self, job: str) -> list[JobEvent]:
        return [event for event in list(self.events) if event.job == job]

    def report(self, job: str) -> JobReport:
        self.wait(lambda: any(isinstance(event, JobEnded) and event.job == job for event in self.events))
        return next(event.report for event in self.of(job) if isinstance(event, JobEnded))

    def pid(self, job: str) -> int:
        self.wait(lambda: any(isinstance(event, JobStarted) and event.job == job for event in self.events))
        return next(event.pid for event in self.of(job) if isinstance(event, JobStarted))

    def shown(self, job: str, stream: Literal["output", "errors"] = "output") -> str:
        pieces = [event for event in self.of(job) if isinstance(event, JobOutput)]
        return "".join(piece.text for piece in pieces if piece.stream == stream)

    def wait_shown(self, job: str, text: str) -> None:
        self.wait(lambda: text in self.shown(job))


class Stage:
    """`with Stage(tmp_path) as stage: stage.run("echo hi")`."""

    def __init__(
        self, folder: Path, limits: JobLimits | None = None, listener: Callable[[JobEvent], None] | None = None
    ) -> None:
        self.folder = folder
        self.spills = folder / "spills"
        self.heard = Heard()
        self.run_id = uuid.uuid4().hex
        self.terminals = Terminals(self.run_id, listener or self.heard, self.spills, limits or JobLimits())
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self.terminals.close(5.0)
        if error is None:
            assert left == ()
            assert tagged(self.run_id) == ()

    def start(self, shell: str, *, kind: JobKind = "pipe", time_limit: float | None = BOUND) -> str:
        return self.request(JobRequest(("/bin/sh", "-c", shell), str(self.folder), kind, time_limit))

    def request(self, request: JobRequest) -> str:
        self._count += 1
        job = f"job-{self._count}"
        self.terminals.start(job, request)
        return job

    def run(self, shell: str, *, kind: JobKind = "pipe", time_limit: float | None = BOUND) -> JobReport:
        return self.heard.report(self.start(shell, kind=kind, time_limit=time_limit))
