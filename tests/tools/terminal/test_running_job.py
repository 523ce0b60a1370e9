"""What a job's end leaves behind: nobody."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.tools.job_stage import BOUND, Heard, Stage, until
from tools.job import JobKind, JobRequest
from tools.terminal.child_exit import ChildExit
from tools.terminal.job_streams import ChildProcess, Surroundings
from tools.terminal.launch import prepare, spawn_piped
from tools.terminal.poll_loop import PollLoop
from tools.terminal.process_tree import living, tagged
from tools.terminal.running_job import DRAIN_MOST, RunningJob
from tools.terminal.terminals import JobLimits

KINDS: tuple[JobKind, ...] = ("pipe", "pty")

STUBBORN = {
    "ignores": "trap '' HUP INT TERM; sleep 1000 & echo ready; while :; do sleep 1000; done",
    "tree": "sleep 1000 & /bin/sh -c 'sleep 1000 & sleep 1000 & wait' & echo ready; wait",
    "daemon": "setsid /bin/sh -c \"trap '' HUP INT TERM; sleep 1000; sleep 1000\" </dev/null >/dev/null 2>&1 & "
    "echo ready; sleep 1000",
    "double fork": "(setsid /bin/sh -c \"trap '' HUP INT TERM; (sleep 1000 </dev/null >/dev/null 2>&1 &)\" &) & "
    "echo ready; sleep 1000",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stubborn", STUBBORN)
def test_a_cancel_leaves_nobody_of_the_four_stubborn_kinds(tmp_path: Path, stubborn: str, kind: JobKind) -> None:
    """S1-8, S2-15, pain 9."""
    with Stage(tmp_path) as stage:
        job = stage.start(STUBBORN[stubborn], kind=kind)
        stage.heard.wait_shown(job, "ready")
        until(lambda: len(tagged(stage.run_id)) >= 2)
        stage.terminals.end(job)
        report = stage.heard.report(job)
        assert tagged(stage.run_id) == ()
    assert (report.end, report.survivors, report.output.head) == ("cancelled", (), "ready\n")


@pytest.mark.parametrize("stubborn", STUBBORN)
def test_a_time_limit_leaves_nobody_of_the_four_stubborn_kinds(tmp_path: Path, stubborn: str) -> None:
    """S1-3, S2-15, pain 9."""
    with Stage(tmp_path) as stage:
        report = stage.run(STUBBORN[stubborn], time_limit=1.0)
        assert tagged(stage.run_id) == ()
    assert (report.end, report.survivors, report.output.head) == ("timeout", (), "ready\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_in_the_background_neither_holds_the_job_nor_outlives_it(tmp_path: Path, kind: JobKind) -> None:
    """Pain 11."""
    with Stage(tmp_path) as stage:
        began = time.monotonic()
        report = stage.run("trap '' HUP; sleep 1000 & echo started", kind=kind)
        assert time.monotonic() - began < 5.0
        assert tagged(stage.run_id) == ()
    assert (report.end, report.exit_code, report.output.head) == ("exited", 0, "started\n")


def test_a_flood_from_the_background_does_not_hold_a_job_whose_program_is_over(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        report = stage.run("yes & echo started")
        assert tagged(stage.run_id) == ()
    assert (report.end, report.exit_code) == ("exited", 0)
    assert report.seconds < 10.0


def test_a_job_that_cleans_up_on_int_is_given_the_time(tmp_path: Path) -> None:
    with Stage(tmp_path, JobLimits(cancel_grace=BOUND)) as stage:
        job = stage.start("trap 'echo cleaned; exit 7' INT; echo ready; while :; do sleep 0.01; done")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.end(job)
        report = stage.heard.report(job)
    assert (report.end, report.exit_code, report.output.head) == ("cancelled", 7, "ready\ncleaned\n")


def test_a_stopped_program_hears_that_it_should_end(tmp_path: Path) -> None:
    with Stage(tmp_path, JobLimits(cancel_grace=BOUND)) as stage:
        job = stage.start("trap 'echo heard; exit 0' INT; echo ready; kill -STOP $$; while :; do sleep 0.01; done")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.end(job)
        assert stage.heard.report(job).output.head == "ready\nheard\n"


def test_ending_twice_takes_the_next_rung_at_once(tmp_path: Path) -> None:
    with Stage(tmp_path, JobLimits(cancel_grace=BOUND)) as stage:
        job = stage.start("trap '' INT TERM; echo ready; while :; do sleep 1000; done")
        stage.heard.wait_shown(job, "ready")
        for _ in range(3):
            stage.terminals.end(job)
        report = stage.heard.report(job)
    assert (report.end, report.exit_code) == ("cancelled", -9)


def test_an_end_that_comes_too_late_does_not_make_an_exit_a_cancel(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("yes & echo over >&2")
        stage.heard.wait(lambda: "over" in stage.heard.shown(job, "errors"))
        pid = stage.heard.pid(job)
        until(lambda: not living([pid]))
        stage.terminals.end(job)
        report = stage.heard.report(job)
    assert (report.end, report.exit_code) == ("exited", 0)
    assert report.seconds < 1.0, "the end cuts the reading of the flood short"


def test_a_program_that_closes_its_output_is_still_awaited(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        report = stage.run("echo hi; exec >&- 2>&-; sleep 0.3; exit 5")
    assert (report.exit_code, report.output.head) == (5, "hi\n")
    assert report.seconds >= 0.3


def test_a_job_works_where_the_system_has_no_pidfd(tmp_path: Path) -> None:
    heard, loop = Heard(), PollLoop()
    around = Surroundings("no-pidfd", loop, JobLimits(), tmp_path, heard)
    request = JobRequest(("/bin/sh", "-c", "echo hi; exit 4"), str(tmp_path))
    piped = spawn_piped(prepare(request, "no-pidfd", "job"))
    job = RunningJob(
        "job", request, ChildProcess(ChildExit(piped.pid, use_pidfd=False), piped.output, piped.errors), around
    )
    job.start()
    deadline = time.monotonic() + BOUND
    while len(heard.events) < 3 and time.monotonic() < deadline:
        loop.turn(job.due - time.monotonic())
        job.guard()
    loop.close()
    assert (heard.report("job").exit_code, heard.report("job").output.head) == (4, "hi\n")


@pytest.mark.parametrize("way", ["", "env -i "])
def test_a_flood_from_the_background_is_read_for_a_second_at_most(tmp_path: Path, way: str) -> None:
    """The drain's deadline: quiet never comes, and neither does the end of the stream."""
    with Stage(tmp_path) as stage:
        report = stage.run(f"{way}setsid sh -c 'while :; do echo flood; sleep 0.005; done' & exit 3")
    assert (report.end, report.exit_code, report.background > 0) == ("exited", 3, True)
    assert DRAIN_MOST <= report.seconds < 10 * DRAIN_MOST


def test_a_program_that_is_gone_while_its_tree_ends_wakes_nobody(tmp_path: Path) -> None:
    """The descriptor of its end stays readable: watched on, it would wake the reader thread without a pause."""
    with Stage(tmp_path, JobLimits(cancel_grace=0.5)) as stage:
        job = stage.start("trap '' INT TERM; sh -c 'trap \"\" INT TERM; echo ready; sleep 600' & exit 0")
        report = stage.heard.report(job)
        assert report.background >= 1
        assert stage.terminals.wake_ups < 200
