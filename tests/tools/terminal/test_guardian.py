"""The guardian: it ends a run's jobs when the run is killed, and only then."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.terminal.guardian import END_JOBS, Guardian
from tools.terminal.process_tree import RUN_TAG, living, process_table, sweep

PATIENCE = 20.0
ROOT = Path(__file__).parents[3]
RUN = """
import os, sys
from pathlib import Path
from tools.job import JobEvent, JobRequest, JobStarted
from tools.terminal.terminals import JobLimits, Terminals

def listen(event: JobEvent) -> None:
    if isinstance(event, JobStarted):
        print(event.pid, flush=True)

terminals = Terminals(sys.argv[1], listen, Path(sys.argv[2]), JobLimits())
terminals.start("stubborn", JobRequest(("/bin/sh", "-c", sys.argv[3]), "/"))
sys.stdin.read()
terminals.close(5.0)
"""
STUBBORN = "trap '' HUP INT TERM; setsid sleep 60 & (sleep 60 &); sleep 60"


@pytest.fixture
def run_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def run(run_id: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has a job whose processes do all they can to stay."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, run_id, str(tmp_path), STUBBORN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        yield process
        process.kill()


def guardians(run_id: str) -> list[int]:
    """Those that are no other's child: the keepers of `tools.terminal.keeper` are the guardian's own."""
    found: list[int] = []
    for place in Path("/proc").iterdir():
        try:
            words = (place / "cmdline").read_bytes().split(b"\0") if place.name.isdigit() else []
        except OSError:
            continue
        if run_id.encode() in words and b"-I" in words:
            found.append(int(place.name))
    table = process_table()
    return [pid for pid in found if pid in table and table[pid].parent not in found]


def jobs(run_id: str) -> list[int]:
    mark = f"{RUN_TAG}={run_id}".encode()
    found: list[int] = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and mark in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def assert_ends(pid: int) -> None:
    """Wait for the end of a process that may be no child of ours."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([watch], [], [], PATIENCE)[0], f"{pid} is still there"
    finally:
        os.close(watch)


def test_a_killed_run_leaves_no_job_and_no_guardian(run: subprocess.Popen[str], run_id: str) -> None:
    """S1-8: kill -9 lets nobody clean up behind himself."""
    (guardian,) = guardians(run_id)
    assert jobs(run_id)
    run.send_signal(signal.SIGKILL)
    run.wait(PATIENCE)
    assert_ends(guardian)
    assert not living(jobs(run_id))


def test_signals_to_everybody_do_not_end_the_guardian(run: subprocess.Popen[str], run_id: str) -> None:
    (guardian,) = guardians(run_id)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        os.kill(guardian, number)
    run.send_signal(signal.SIGKILL)
    run.wait(PATIENCE)
    assert_ends(guardian)
    assert not living(jobs(run_id))


def test_an_orderly_end_dismisses_the_guardian(run: subprocess.Popen[str], run_id: str) -> None:
    (guardian,) = guardians(run_id)
    assert run.stdin is not None
    run.stdin.close()
    assert run.wait(PATIENCE) == 0
    assert_ends(guardian)
    assert not living(jobs(run_id))


def test_a_guardian_is_never_taken_for_a_job_that_is_about_to_begin(run_id: str) -> None:
    """A sweep waits for processes without an environment; it need not wait for this one."""
    guardian = Guardian(END_JOBS, run_id)
    begun = time.monotonic()
    assert sweep(run_id, PATIENCE) == ()
    assert time.monotonic() - begun < PATIENCE / 40
    assert living([guardian.pid])
    guardian.dismiss()


def test_a_guardian_can_be_dismissed_twice(run_id: str) -> None:
    guardian = Guardian(END_JOBS, run_id)
    pid = guardian.pid
    assert pid
    guardian.dismiss()
    guardian.dismiss()
    assert not living([pid])
    assert guardian.pid == 0
