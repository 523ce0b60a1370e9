"""Our side of a keeper: what it starts, what it refuses, and what it says when there is none."""

from __future__ import annotations

import os
import select
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.job_stage import until
from tools.job import JobRequest
from tools.terminal.kept_job import Keepers, KeptExit, NoKeeperError, open_keepers
from tools.terminal.launch import prepare
from tools.terminal.process_tree import children_of, living

NOWHERE = os.open(os.devnull, os.O_WRONLY)
PATIENCE = 20.0


@pytest.fixture
def keepers() -> Iterator[Keepers]:
    opened = open_keepers(uuid.uuid4().hex)
    if opened is None:
        pytest.skip("this system has no keepers")
    yield opened
    opened.dismiss()
    opened.dismiss()


def started(keepers: Keepers, shell: str) -> KeptExit:
    launch = prepare(JobRequest(("/bin/sh", "-c", shell), str(Path.cwd())), "run", "job")
    return keepers.start(launch, (NOWHERE, NOWHERE))


@pytest.mark.parametrize(("shell", "code"), [("exit 5", 5), ("kill -TERM $$", -signal.SIGTERM), ("true", 0)])
def test_the_exit_code_is_told(keepers: Keepers, shell: str, code: int) -> None:
    kept = started(keepers, shell)
    assert select.select([kept.descriptor], [], [], PATIENCE)[0]
    assert kept.collect() == kept.collect() == code
    kept.close()


def test_a_closed_watch_ends_the_program_and_its_keeper(keepers: Keepers) -> None:
    kept = started(keepers, "setsid sleep 600 & exec sleep 600")
    kept.close()
    until(lambda: not living((kept.pid, kept.keeper)))
    assert kept.collect() is None


def test_what_the_system_refuses_is_an_error_and_the_next_job_works(keepers: Keepers, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("no program")
    program.chmod(0o755)
    launch = prepare(JobRequest((str(program),), str(Path.cwd())), "run", "job")
    with pytest.raises(OSError, match="Exec format"):
        keepers.start(launch, (NOWHERE, NOWHERE))
    kept = started(keepers, "exit 3")
    assert select.select([kept.descriptor], [], [], PATIENCE)[0]
    assert kept.collect() == 3
    kept.close()


@pytest.mark.parametrize(("shell", "nothing"), [("true", True), ("setsid sleep 600 & exit", False)])
def test_whether_a_program_left_processes_is_told_with_its_end(keepers: Keepers, shell: str, *, nothing: bool) -> None:
    kept = started(keepers, shell)
    assert select.select([kept.descriptor], [], [], PATIENCE)[0]
    assert kept.collect() == 0
    assert kept.left_nothing() is nothing
    kept.close()
    until(lambda: not living((kept.keeper,)))


def test_a_keeper_that_comes_too_late_starts_nothing(tmp_path: Path) -> None:
    slow = Keepers(uuid.uuid4().hex, patience=0.05)
    until(lambda: len(children_of(slow.pid)) == 2)
    idle = children_of(slow.pid)
    for pid in (slow.pid, *idle):
        os.kill(pid, signal.SIGSTOP)
    with pytest.raises(NoKeeperError):
        started(slow, f"touch {tmp_path}/ran")
    for pid in (slow.pid, *idle):
        os.kill(pid, signal.SIGCONT)
    until(lambda: len(living(idle)) == 1)
    assert not (tmp_path / "ran").exists()
    slow.dismiss()


def test_dismissed_keepers_take_no_job(keepers: Keepers) -> None:
    keepers.dismiss()
    with pytest.raises(NoKeeperError):
        started(keepers, "true")


def test_a_system_without_what_they_need_has_none() -> None:
    assert open_keepers("run", supported=lambda: False) is None
