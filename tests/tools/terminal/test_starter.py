"""Jobs are started by a keeper, or directly where there is none; both ways look the same from outside."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from tools.job import JobKind, JobRequest
from tools.terminal.launch import LaunchError, prepare
from tools.terminal.starter import Starter


def request(kind: JobKind, *argv: str) -> JobRequest:
    return JobRequest(argv, str(Path.cwd()), kind)


@pytest.mark.parametrize("kind", ["pipe", "pty"])
def test_without_keepers_a_job_is_a_child_of_our_own(kind: JobKind) -> None:
    starter = Starter(uuid.uuid4().hex)
    launch = prepare(request(kind, "/bin/sh", "-c", "exit 7"), "run", "job")
    child = starter.child(launch, request(kind, "/bin/sh"))
    assert child.exit.keeper == 0
    assert os.waitstatus_to_exitcode(os.waitpid(child.exit.pid, 0)[1]) == 7
    child.exit.close()
    starter.dismiss()


@pytest.mark.parametrize("kind", ["pipe", "pty"])
def test_a_refusal_says_what_it_means_either_way(tmp_path: Path, kind: JobKind) -> None:
    program = tmp_path / "program"
    program.write_text("no program")
    program.chmod(0o755)
    launch = prepare(request(kind, str(program), "x"), "run", "job")
    for ready in (False, True):
        starter = Starter(uuid.uuid4().hex)
        if ready:
            starter.begin()
        with pytest.raises(LaunchError, match="neither a program for this machine nor a script"):
            starter.child(launch, request(kind, str(program)))
        starter.dismiss()
        starter.dismiss()
