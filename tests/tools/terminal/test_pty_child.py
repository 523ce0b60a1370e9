"""Jobs on a terminal of their own."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tools.job_stage import Stage
from tools.job import JobRequest


def test_the_program_sees_a_terminal_on_all_three_and_controls_it(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        report = stage.run("test -t 0 && test -t 1 && test -t 2 && echo yes >/dev/tty", kind="pty")
    assert (report.exit_code, report.output.head) == (0, "yes\n")


def test_the_terminal_has_the_size_that_was_asked_for(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        request = JobRequest(("stty", "size"), str(tmp_path), "pty", rows=37, columns=111)
        assert stage.heard.report(stage.request(request)).output.head == "37 111\n"


def test_a_resize_reaches_the_program(tmp_path: Path) -> None:
    """S3-2."""
    with Stage(tmp_path) as stage:
        job = stage.start("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.01; done", kind="pty")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.resize(12, 34)
        assert stage.heard.report(job).output.head == "ready\n12 34\n"


def test_a_resize_out_of_range_is_brought_into_it(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.01; done", kind="pty")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.resize(0, 1_000_000)
        assert stage.heard.report(job).output.head == "ready\n1 65535\n"


def test_what_is_typed_arrives_and_is_echoed(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start('echo "name?"; read name; echo "hello $name"', kind="pty")
        stage.heard.wait_shown(job, "name?")
        stage.terminals.write(job, "wörld\r")
        assert stage.heard.report(job).output.head == "name?\nwörld\nhello wörld\n"


def test_much_is_typed_though_the_program_reads_slowly(tmp_path: Path) -> None:
    count = 20_000
    with Stage(tmp_path) as stage:
        job = stage.start(f"stty -echo; echo ready; sleep 0.2; head -n {count} | wc -l", kind="pty")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.write(job, "a line\n" * count)
        assert stage.heard.report(job).output.head == f"ready\n{count}\n"


def test_what_a_program_never_reads_is_bounded_and_said(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("stty raw -echo; echo ready; sleep 1000", kind="pty")
        stage.heard.wait_shown(job, "ready")
        for _ in range(4):
            stage.terminals.write(job, "x" * 500_000)
        stage.terminals.end(job)
        assert "were not typed" in stage.heard.report(job).problem


def test_a_piped_job_has_no_terminal_to_type_into(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("echo ready; cat; echo end")
        stage.terminals.write(job, "nobody reads this\n")
        assert stage.heard.report(job).output.head == "ready\nend\n"


def test_control_c_interrupts_what_runs_in_the_foreground(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start("trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.01; done", kind="pty")
        stage.heard.wait_shown(job, "ready")
        stage.terminals.write(job, "\x03")
        report = stage.heard.report(job)
    assert report.exit_code == 9
    assert report.output.head.endswith("interrupted\n")


def test_a_program_whose_path_has_blanks_and_no_arguments_runs(tmp_path: Path) -> None:
    program = tmp_path / "a 'quoted' program"
    program.write_text("#!/bin/sh\necho it runs\n")
    program.chmod(0o755)
    with Stage(tmp_path) as stage:
        report = stage.heard.report(stage.request(JobRequest((str(program),), str(Path.cwd()), "pty")))
    assert report.output.head == "it runs\n"


def test_python_on_a_terminal_flushes_its_last_words(tmp_path: Path) -> None:
    """S1-2."""
    with Stage(tmp_path) as stage:
        request = JobRequest((sys.executable, "-c", "print('x' * 200_000); print('last')"), str(tmp_path), "pty")
        report = stage.heard.report(stage.request(request))
    assert report.output.tail.endswith("x\nlast\n")
    assert report.output.total == 200_006
