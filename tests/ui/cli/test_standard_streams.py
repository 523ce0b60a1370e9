"""Commands whose stdin or stdout is closed, or full."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

PROGRAM = (sys.executable, str(Path(__file__).parents[3] / "callboard.py"))
BOUND = 60.0


def through_shell(folder: Path, redirected: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirected}', "sh", *PROGRAM, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
@pytest.mark.parametrize(
    "how", [("config", "show"), ("sessions",), ("doctor",), ("--help",), ("--version",), ("drill", "--list")]
)
def test_what_cannot_be_printed_is_said_and_is_no_success(tmp_path: Path, where: str, how: tuple[str, ...]) -> None:
    done = through_shell(tmp_path, where, *how)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith("callboard: stdout: cannot be written: ")


@pytest.mark.parametrize("how", [(), ("-p",), ("run",)])
def test_a_closed_stdin_is_an_empty_one(tmp_path: Path, how: tuple[str, ...]) -> None:
    done = through_shell(tmp_path, "<&-", *how)
    assert (done.returncode, "the prompt is empty" in done.stderr) == (2, True), done.stderr


def test_a_reader_that_left_is_no_mistake_and_is_not_told(tmp_path: Path) -> None:
    done = through_shell(tmp_path, "| true", "config", "show")
    assert done.stderr == ""


@pytest.mark.parametrize("how", [("--bogus",), ("-p", "x", "-r", "nope"), ("-p", "x", "-m", "nope")])
def test_a_full_stderr_that_nobody_reads_holds_nobody_up(tmp_path: Path, how: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write, b"x")
    os.set_blocking(write, True)
    done = subprocess.run(
        [*PROGRAM, *how], cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=write, timeout=BOUND, check=False
    )
    os.close(read)
    os.close(write)
    assert done.returncode == 2
