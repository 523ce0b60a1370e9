"""Keepers: nothing that a job starts outlives it, however it tries to get away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from tests.tools.job_stage import Stage, until
from tools.terminal.process_tree import living

ROOT = Path(__file__).parents[3]
WAYS = {
    "a cleared environment": "env -i {sleep} &",
    "a session of its own": "setsid {sleep} &",
    "both": "env -i setsid {sleep} &",
    "both, twice forked": "(env -i setsid /bin/sh -c '{sleep} & exit' &)",
    "other tags": "CALLBOARD_RUN_ID=x CALLBOARD_JOB=y setsid {sleep} &",
    "signals ignored": "(trap '' HUP INT TERM; env -i setsid {sleep} &)",
    "another user": "su nobody -s /bin/sh -c 'setsid {sleep} &'",
    "another user's login": "cd /; su - nobody -s /bin/sh -c 'setsid {sleep} >/dev/null 2>&1 </dev/null &'",
}
RUN = """
import sys
from pathlib import Path
from tools.job import JobOutput, JobRequest
from tools.terminal.terminals import JobLimits, Terminals

def listen(event):
    if isinstance(event, JobOutput):
        print(event.text, end="", flush=True)

limits = JobLimits(time_limit=600.0, head=10, tail=10, leftover=sys.argv[2])
terminals = Terminals(sys.argv[1], listen, Path(sys.argv[2]), limits)
terminals.start("job", JobRequest(("/bin/sh", "-c", sys.argv[3]), "/"))
sys.stdin.read()
"""


def named() -> tuple[str, str]:
    """A command that sleeps, and the number by which it is found again whatever became of its environment."""
    seconds = str(100_000 + uuid.uuid4().int % 1_000_000_000)
    return f"sleep {seconds}", seconds


def sleeping(seconds: str) -> list[int]:
    found: list[int] = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and (place / "cmdline").read_bytes() == f"sleep\0{seconds}\0".encode():
                found.append(int(place.name))
        except OSError:
            continue
    return list(living(found))


@pytest.fixture(params=sorted(WAYS))
def way(request: pytest.FixtureRequest) -> str:
    """How a process gets away."""
    name = str(request.param)
    if "user" in name and (os.getuid() or not shutil.which("su")):
        pytest.skip("only root becomes another user without a password")
    return WAYS[name]


def test_what_a_command_leaves_is_ended_with_it_and_counted(tmp_path: Path, way: str) -> None:
    sleep, seconds = named()
    with Stage(tmp_path) as stage:
        report = stage.run(f"{way.format(sleep=sleep)}\nwhile ! pgrep -f '^sleep {seconds}' >/dev/null; do :; done")
        assert not sleeping(seconds)
    assert (report.end, report.exit_code, report.survivors) == ("exited", 0, ())
    assert report.background >= 1


def test_a_cancelled_command_leaves_none_of_it(tmp_path: Path, way: str) -> None:
    sleep, seconds = named()
    with Stage(tmp_path) as stage:
        job = stage.start(f"{way.format(sleep=sleep)}\nwait; echo ready; exec sleep 600")
        until(lambda: bool(sleeping(seconds)))
        stage.terminals.end(job)
        report = stage.heard.report(job)
        assert not sleeping(seconds)
    assert (report.end, report.background) == ("cancelled", 0)


def test_a_killed_run_leaves_none_of_it_and_no_folder(tmp_path: Path, way: str) -> None:
    sleep, seconds = named()
    outputs = tmp_path / "outputs"
    command = f"{way.format(sleep=sleep)}\necho this is longer than memory keeps; exec sleep 600"
    with subprocess.Popen(
        [sys.executable, "-c", RUN, uuid.uuid4().hex, str(outputs), command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        until(lambda: bool(sleeping(seconds)) and outputs.exists())
        run.send_signal(signal.SIGKILL)
        run.wait()
    until(lambda: not sleeping(seconds))
    until(lambda: not outputs.exists())


def test_the_end_of_one_job_touches_no_other(tmp_path: Path) -> None:
    """Both leave a process without tags, at the same time."""
    one, first = named()
    other, second = named()
    with Stage(tmp_path) as stage:
        ended = stage.start(f"env -i setsid {one} & exec sleep 600")
        stays = stage.start(f"env -i setsid {other} & exec sleep 600")
        until(lambda: bool(sleeping(first)) and bool(sleeping(second)))
        stage.terminals.end(ended)
        stage.heard.report(ended)
        assert not sleeping(first)
        assert sleeping(second)
        stage.terminals.end(stays)
        stage.heard.report(stays)
        assert not sleeping(second)


def test_a_job_reaps_the_children_that_it_adopts(tmp_path: Path) -> None:
    """Else a long build would run out of processes."""
    script = "for i in 1 2 3 4 5 6 7 8; do (true &) ; done; while ps --ppid $PPID -o stat= | grep -q Z; do :; done"
    with Stage(tmp_path) as stage:
        assert stage.run(script).exit_code == 0


def test_jobs_go_on_when_the_keepers_were_killed(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        assert stage.run("echo one").output.head == "one\n"
        for pid in keepers(stage.run_id):
            with suppress(ProcessLookupError):  # the keeper of the first job may be ending
                os.kill(pid, signal.SIGKILL)
        assert stage.run("echo two").output.head == "two\n"
        assert stage.run("echo three").output.head == "three\n"


def test_a_job_whose_keeper_is_killed_still_ends_and_leaves_no_process(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("setsid sleep 600 & echo ready; exec sleep 600")
        stage.heard.wait_shown(job, "ready")
        for pid in keepers(stage.run_id):
            os.kill(pid, signal.SIGKILL)
        stage.terminals.end(job)
        assert stage.heard.report(job).end == "cancelled"


def keepers(run_id: str) -> list[int]:
    """The bare processes of this run."""
    found: list[int] = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and run_id.encode() in (place / "cmdline").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found
