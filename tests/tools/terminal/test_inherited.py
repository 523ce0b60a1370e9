"""Descriptors that we were given: seen, closed in children, also above the limit of open files."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
from pathlib import Path

from tools.terminal.inherited import closing_inherited, inherited_descriptors

ROOT = Path(__file__).parents[3]
HIGH = 700
JOB = """
import resource, sys, threading
from pathlib import Path
from tools.job import JobEnded, JobRequest
from tools.terminal.terminals import JobLimits, Terminals

resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
reports, ended = [], threading.Event()

def listen(event):
    if isinstance(event, JobEnded):
        reports.append(event.report)
        ended.set()

terminals = Terminals("inherited", listen, Path(sys.argv[1]), JobLimits())
for kind in ("pipe", "pty"):
    ended.clear()
    terminals.start(kind, JobRequest(("/bin/sh", "-c", "ls /proc/self/fd | wc -l"), "/", kind))
    ended.wait(20)
print([(report.exit_code, report.output.head.strip(), report.problem) for report in reports])
terminals.close(5.0)
"""


def test_an_inheritable_descriptor_is_found_and_closed_in_a_child() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    assert descriptor not in inherited_descriptors()
    os.set_inheritable(descriptor, True)  # noqa: FBT003 -- its only parameter
    assert descriptor in inherited_descriptors()
    assert (os.POSIX_SPAWN_CLOSE, descriptor) in closing_inherited()
    os.close(descriptor)


def test_a_descriptor_above_the_limit_of_open_files_fails_no_job(tmp_path: Path) -> None:
    """Each said "Bad file descriptor"."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, HIGH + 1), hard))
    low = os.open(os.devnull, os.O_RDONLY)
    high = fcntl.fcntl(low, fcntl.F_DUPFD, HIGH)
    try:
        done = subprocess.run(
            [sys.executable, "-c", JOB, str(tmp_path)],
            cwd=ROOT,
            pass_fds=(high,),
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        os.close(low)
        os.close(high)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert done.stdout == "[(0, '4', ''), (0, '4', '')]\n"
