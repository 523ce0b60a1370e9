"""Runs the job that a tool asks for, plainly and to its end, so that tools are tested without the PTY manager."""

from __future__ import annotations

import os
import subprocess
import time

from tools.job import JobReport, JobRequest, OutputSlice
from tools.terminal.job_output import StreamKeeper

HEAD, TAIL = 16_384, 49_152


def kept(data: bytes) -> OutputSlice:
    """What memory keeps of a stream with the usual settings."""
    keeper = StreamKeeper(HEAD, TAIL)
    keeper.feed(data)
    return keeper.kept()


def finished(request: JobRequest) -> JobReport:
    """The report of this job, run without a terminal."""
    began = time.monotonic()
    done = subprocess.run(
        request.argv,
        cwd=request.directory,
        env={**os.environ, **dict(request.environment)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return JobReport("exited", done.returncode, kept(done.stdout), kept(done.stderr), time.monotonic() - began)
