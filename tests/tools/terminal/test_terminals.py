"""Jobs from their request to their report."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.tools.job_stage import BOUND, Heard, Stage
from tools.job import JobEnded, JobEvent, JobKind, JobOutput, JobRequest, JobStarted
from tools.terminal.terminals import JobLimits, Terminals

KINDS: tuple[JobKind, ...] = ("pipe", "pty")

HUNDRED_MEGABYTES = """
import queue, resource, sys
from pathlib import Path
from tools.job import JobEnded, JobRequest
from tools.terminal.terminals import JobLimits, Terminals

heard = queue.SimpleQueue()
terminals = Terminals("memory", heard.put, Path(sys.argv[1]), JobLimits())

def run(name, size):
    shell = f"head -c {size} /dev/zero | tr '\\\\0' y"
    terminals.start(name, JobRequest(("/bin/sh", "-c", shell), sys.argv[1], sys.argv[2]))
    while not isinstance(event := heard.get(timeout=60), JobEnded):
        pass
    assert event.report.output.total == size, event
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = run("little", 1_000_000)
after = run("much", 100_000_000)
assert terminals.close(5.0) == ()
print(after - before)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_says_that_it_started_then_its_output_then_that_it_ended_once(tmp_path: Path, kind: JobKind) -> None:
    """S1-9."""
    with Stage(tmp_path) as stage:
        report = stage.run("echo one; echo two; exit 3", kind=kind)
        events = stage.heard.of("job-1")
        assert isinstance(events[0], JobStarted)
        assert all(isinstance(event, JobOutput) for event in events[1:-1])
        assert isinstance(events[-1], JobEnded)
        assert stage.heard.shown("job-1") == "one\ntwo\n"
    assert (report.end, report.exit_code, report.output.head) == ("exited", 3, "one\ntwo\n")
    assert report.output.total == 8
    assert report.spill is None
    assert report.problem == ""


def test_stderr_of_a_piped_job_is_apart_and_a_terminal_joins_both(tmp_path: Path) -> None:
    """S2-6."""
    with Stage(tmp_path) as stage:
        piped = stage.run("echo out; echo err >&2")
        joined = stage.run("echo out; echo err >&2", kind="pty")
    assert (piped.output.head, piped.errors.head) == ("out\n", "err\n")
    assert (joined.output.head, joined.errors.head) == ("out\nerr\n", "")


def test_a_signal_is_a_negative_exit_code(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        assert stage.run("kill -9 $$").exit_code == -9


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_output_is_there_when_the_exit_beats_the_last_read(tmp_path: Path, kind: JobKind) -> None:
    """S1-2."""
    with Stage(tmp_path) as stage:
        jobs = [
            stage.start(f"head -c 50000 /dev/zero | tr '\\0' x; printf last-{count}", kind=kind) for count in range(100)
        ]
        reports = [stage.heard.report(job) for job in jobs]
    assert [report.output.tail[-7:] for report in reports] == [f"xxlast-{count}"[-7:] for count in range(100)]
    assert {report.output.omitted for report in reports} == {0}


@pytest.mark.parametrize("kind", KINDS)
def test_at_its_time_limit_the_whole_group_dies_and_partial_output_is_kept(tmp_path: Path, kind: JobKind) -> None:
    """S1-3, S0-23."""
    with Stage(tmp_path) as stage:
        report = stage.run("echo partial; sleep 1000 & sleep 1000", kind=kind, time_limit=1.0)
    assert (report.end, report.output.head) == ("timeout", "partial\n")
    assert report.survivors == ()


def test_the_time_limit_is_a_setting_where_the_request_has_none(tmp_path: Path) -> None:
    """S0-23."""
    with Stage(tmp_path, JobLimits(time_limit=0.1)) as stage:
        assert stage.run("sleep 1000", time_limit=None).end == "timeout"


def test_a_running_sleep_is_cancelled_within_half_a_second(tmp_path: Path) -> None:
    """S0-5, S1-8."""
    with Stage(tmp_path) as stage:
        job = stage.start("sleep 60")
        stage.heard.pid(job)
        asked = time.monotonic()
        stage.terminals.end(job)
        report = stage.heard.report(job)
        taken = time.monotonic() - asked
    assert report.end == "cancelled"
    assert taken <= 0.5


def test_an_end_by_somebody_elses_clock_is_a_timeout(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("sleep 60")
        stage.terminals.end(job, expired=True)
        assert stage.heard.report(job).end == "timeout"


def test_four_jobs_take_as_long_as_one(tmp_path: Path) -> None:
    """S0-7, S1-7, S2-12."""
    with Stage(tmp_path) as stage:
        began = time.monotonic()
        for job in [stage.start("sleep 1") for _ in range(4)]:
            stage.heard.report(job)
        assert time.monotonic() - began < 3.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("no-such-program-anywhere",), "no such program on PATH"),
        (("./missing",), "no such file"),
        (("./notes.txt",), "permission denied"),
        (("/",), "a folder"),
        ((), "no program"),
        (("",), "no program"),
        (("/bin/echo", "nul\0inside"), "null"),
        (("/bin/echo", "x" * 8_000_000), "longer than the system takes"),
    ],
)
def test_what_cannot_be_started_fails_with_a_reason(
    tmp_path: Path, kind: JobKind, argv: tuple[str, ...], says: str
) -> None:
    (tmp_path / "notes.txt").write_text("not a program")
    with Stage(tmp_path) as stage:
        report = stage.heard.report(stage.request(JobRequest(argv, str(tmp_path), kind)))
        assert len(stage.heard.of("job-1")) == 1
    assert (report.end, report.exit_code) == ("failed", None)
    assert says in report.problem


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, kind: JobKind) -> None:
    (tmp_path / "file").touch()
    with Stage(tmp_path) as stage:
        missing = stage.heard.report(stage.request(JobRequest(("echo",), str(tmp_path / "missing"), kind)))
        no_folder = stage.heard.report(stage.request(JobRequest(("echo",), str(tmp_path / "file"), kind)))
    assert "no such folder" in missing.problem
    assert "that is a file" in no_folder.problem


def test_a_name_that_runs_already_is_refused(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("sleep 60")
        with pytest.raises(ValueError, match="another name"):
            stage.terminals.start(job, JobRequest(("true",), str(tmp_path)))
        stage.terminals.end(job)
        stage.heard.report(job)
        stage.terminals.start(job, JobRequest(("true",), str(tmp_path)))


def test_commands_to_a_job_that_is_unknown_or_over_are_ignored(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.run("true")
        for job in ("job-1", "never"):
            stage.terminals.write(job, "text")
            stage.terminals.end(job)
        assert stage.run("echo fine").output.head == "fine\n"


def test_a_fault_in_one_job_does_not_touch_another(tmp_path: Path) -> None:
    """S2-7."""
    heard = Heard()

    def listener(event: JobEvent) -> None:
        if isinstance(event, JobOutput) and "poison" in event.text:
            raise RuntimeError("cannot take this")
        heard(event)

    with Stage(tmp_path, listener=listener) as stage:
        stage.start("echo good; sleep 0.3; echo still good")
        stage.start("echo poison; sleep 60")
        broken, good = heard.report("job-2"), heard.report("job-1")
    assert (broken.end, broken.output.head) == ("failed", "poison\n")
    assert "cannot take this" in broken.problem
    assert good.output.head == "good\nstill good\n"


def test_nobody_wakes_up_while_nothing_happens(tmp_path: Path) -> None:
    """S0-6."""
    with Stage(tmp_path) as stage:
        waiting = stage.start("sleep 60", kind="pty")
        stage.heard.pid(waiting)
        before = stage.terminals.wake_ups
        stage.run("exec sleep 1")
        woken = stage.terminals.wake_ups - before
    assert woken <= 10, "start, exit, and the two ends of its streams"


def test_descriptors_above_1023_work(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1_400:
        pytest.skip("the hard limit on open files is too low here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1_400), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        with Stage(tmp_path) as stage:
            assert stage.run("echo high").output.head == "high\n"
            assert stage.run("echo high", kind="pty").output.head == "high\n"
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_too_many_open_files_fail_the_job_and_leave_none_behind(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Stage(tmp_path) as stage:
        stage.run("true", kind="pty")
        held = [os.open(os.devnull, os.O_RDONLY)]
        open_now = open_descriptors()
        try:
            for spare in range(8):
                resource.setrlimit(resource.RLIMIT_NOFILE, (max(open_now) + 1 + spare, hard))
                for kind in KINDS:
                    report = stage.run("true", kind=kind)
                    assert report.end == "exited" or "too many files open" in report.problem
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            os.close(held[0])
        assert len(open_descriptors()) == len(open_now) - 1


def test_two_hundred_jobs_leave_no_descriptor_and_no_thread(tmp_path: Path) -> None:
    """S1-14: one thread, whatever the number of jobs."""
    with Stage(tmp_path) as stage:
        stage.run("true", kind="pty")
        descriptors, threads = open_descriptors(), threading.active_count()
        most = 0
        for _ in range(10):
            jobs = [stage.start("echo hi", kind=kind) for kind in KINDS for _ in range(10)]
            most = max(most, threading.active_count())
            for job in jobs:
                stage.heard.report(job)
        assert most == threads
        assert open_descriptors() == descriptors
    assert threading.active_count() == threads - 1


def test_nothing_is_started_before_the_first_job(tmp_path: Path) -> None:
    """S1-14: no thread at rest."""
    threads = threading.active_count()
    with Stage(tmp_path):
        assert threading.active_count() == threads


def test_close_ends_every_job_within_its_limit(tmp_path: Path) -> None:
    """S0-13, S1-8."""
    stage = Stage(tmp_path)
    jobs = [stage.start("trap '' HUP INT TERM; echo ready; while :; do sleep 1000; done") for _ in range(4)]
    for job in jobs:
        stage.heard.wait_shown(job, "ready")
    began = time.monotonic()
    assert stage.terminals.close(3.0) == ()
    assert time.monotonic() - began <= 3.5
    assert {stage.heard.report(job).end for job in jobs} == {"cancelled"}


def test_close_keeps_its_limit_though_the_grace_is_long(tmp_path: Path) -> None:
    """S0-13."""
    stage = Stage(tmp_path, JobLimits(cancel_grace=BOUND))
    job = stage.start("trap '' INT TERM; echo ready; while :; do sleep 1000; done")
    stage.heard.wait_shown(job, "ready")
    began = time.monotonic()
    assert stage.terminals.close(1.0) == ()
    assert time.monotonic() - began <= 2.0
    assert stage.heard.report(job).exit_code == -9


def test_after_close_a_start_is_answered_with_a_failure(tmp_path: Path) -> None:
    heard = Heard()
    terminals = Terminals("closed", heard, tmp_path, JobLimits())
    assert terminals.close(1.0) == ()
    assert terminals.close(1.0) == ()
    terminals.start("late", JobRequest(("true",), str(tmp_path)))
    terminals.end("late")
    terminals.resize(10, 10)
    assert "stopping" in heard.report("late").problem


@pytest.mark.alone
@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_megabytes_of_output_leave_memory_flat(tmp_path: Path, kind: JobKind) -> None:
    """Pain 12."""
    done = subprocess.run(
        [sys.executable, "-c", HUNDRED_MEGABYTES, str(tmp_path), kind],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert int(done.stdout) < 4_000, "kilobytes"


def open_descriptors() -> list[int]:
    """Ours, without the one that lists them."""
    return [int(entry.name) for entry in list(Path("/proc/self/fd").iterdir()) if os.path.lexists(entry)]
