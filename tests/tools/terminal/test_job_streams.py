"""What is shown of a job while it runs, and what is kept of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.tools.job_stage import Stage
from tools.job import JobKind, JobOutput
from tools.terminal.terminals import JobLimits

KINDS: tuple[JobKind, ...] = ("pipe", "pty")


def test_the_first_output_is_shown_while_the_program_runs(tmp_path: Path) -> None:
    """S0-8, S1-9, S1-18."""
    with Stage(tmp_path) as stage:
        job = stage.start("echo early; sleep 60")
        stage.heard.wait_shown(job, "early\n")
        stage.terminals.end(job)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flood_is_shown_in_few_small_pieces_that_count_what_they_leave_out(tmp_path: Path, kind: JobKind) -> None:
    """S1-9, pain 12."""
    with Stage(tmp_path) as stage:
        began = time.monotonic()
        report = stage.run("yes 'a line of the flood' | head -c 20000000", kind=kind)
        taken = time.monotonic() - began
        pieces = [event for event in stage.heard.of("job-1") if isinstance(event, JobOutput)]
    assert len(pieces) <= taken / 0.03 + 2
    assert max(len(piece.text) for piece in pieces) <= 65_536 + 100
    assert any("bytes not shown here" in piece.text for piece in pieces)
    assert (report.output.total, report.output.omitted) == (20_000_000, 20_000_000 - 65_536)


def test_output_beyond_memory_is_whole_in_a_file(tmp_path: Path) -> None:
    """S1-9."""
    with Stage(tmp_path, JobLimits(head=1_000, tail=2_000)) as stage:
        report = stage.run("seq 1 2000; seq 2001 4000 >&2")
    numbers = "".join(f"{number}\n" for number in range(1, 4_001))
    assert report.spill
    spilled = Path(report.spill).read_text()
    assert sorted(spilled.split(), key=int) == numbers.split()
    assert Path(report.spill).stat().st_mode & 0o077 == 0
    assert report.output.head == numbers[:1_000]
    assert report.output.tail.endswith("1999\n2000\n")
    assert report.output.total == report.output.omitted + 3_000
    assert report.errors.tail.endswith("3999\n4000\n")


def test_short_output_needs_no_file(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        assert stage.run("echo short").spill is None
        assert not stage.spills.exists()


def test_a_full_disk_costs_the_file_and_nothing_else(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.spills.mkdir()
        (stage.spills / "job-1.log").symlink_to("/dev/full")
        report = stage.run("yes | head -c 1000000; echo end")
    assert (report.end, report.exit_code, report.spill) == ("exited", 0, None)
    assert report.output.tail.endswith("y\nend\n")
    assert report.output.total == 1_000_004
    assert "No space left on device" in report.problem


def test_a_spill_folder_that_cannot_be_made_costs_the_file_and_nothing_else(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.spills.write_text("a file where the folder should be")
        report = stage.run("yes | head -c 1000000; echo end")
    assert (report.exit_code, report.spill) == (0, None)
    assert report.output.tail.endswith("y\nend\n")
    assert str(stage.spills) in report.problem


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_that_never_stops_writing_is_paused_when_its_file_is_full(tmp_path: Path, kind: JobKind) -> None:
    """Pain 12."""
    with Stage(tmp_path, JobLimits(spill_limit=1_000_000)) as stage:
        report = stage.run("yes", kind=kind, time_limit=0.5)
        assert "was not read any further" in stage.heard.shown("job-1")
    assert report.end == "timeout"
    assert "tools.spill_limit" in report.problem
    assert report.spill
    assert 1_000_000 <= Path(report.spill).stat().st_size == report.output.total < 2_000_000


def test_characters_and_escapes_arrive_whole_however_they_are_cut(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        job = stage.start(
            "printf 'a\\342'; sleep 0.1; printf '\\202'; sleep 0.1; printf '\\254b\\033[3'; sleep 0.1; printf '1mred'"
        )
        assert stage.heard.report(job).output.head == "a€b\x1b[31mred"
        pieces = [event.text for event in stage.heard.of(job) if isinstance(event, JobOutput)]
    assert "".join(pieces) == "a€b\x1b[31mred"
    assert not any("\ufffd" in piece or piece.endswith("\x1b[3") for piece in pieces)


def test_what_is_not_utf_8_becomes_replacement_characters(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        report = stage.run("printf 'ab\\377\\376cd\\342'")
    assert report.output.head + report.output.tail == "ab\ufffd\ufffdcd\ufffd"
    assert report.output.total == 7


def test_a_secret_that_was_learnt_on_the_way_is_hidden_from_the_next_job_on(tmp_path: Path) -> None:
    known: list[str] = []
    with Stage(tmp_path, JobLimits(learnt=lambda: tuple(known))) as stage:
        assert stage.run("echo pw-4711").output.head == "pw-4711\n"
        known.append("pw-4711")
        assert stage.run("echo pw-4711").output.head == "[hidden]\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_is_hidden_in_everything_that_is_kept_or_shown(tmp_path: Path, kind: JobKind) -> None:
    """Printed in two pieces, with a pause: neither of them says it."""
    limits = JobLimits(head=10, tail=10, secrets=("sk-abc-123456",))
    script = "printf 'key sk-ab'; sleep 0.2; printf 'c-123456 and sk-'; sleep 0.2; echo abc-123456; echo sk-abc >&2"
    with Stage(tmp_path, limits) as stage:
        report = stage.run(script, kind=kind)
        shown = stage.heard.shown("job-1") + stage.heard.shown("job-1", "errors")
    assert report.spill
    kept = Path(report.spill).read_text()
    assert kept.replace("\r", "").startswith("key [hidden] and [hidden]\n")
    assert "sk-abc\n" in kept.replace("\r", "")
    for text in (kept, shown, report.output.head + report.output.tail):
        assert "123456" not in text


def test_the_streams_of_a_program_that_closed_them_are_not_looked_at_again(tmp_path: Path) -> None:
    """A descriptor at its end is always ready: watched on, it would keep the reader thread busy for nothing."""
    with Stage(tmp_path) as stage:
        job = stage.start("exec >&- 2>&-; sleep 0.5")
        stage.heard.pid(job)
        before = stage.terminals.wake_ups
        stage.heard.report(job)
        assert stage.terminals.wake_ups - before < 50
