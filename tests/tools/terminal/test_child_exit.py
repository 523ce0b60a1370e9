"""A child's end is something to wait for, with pidfd or without."""

from __future__ import annotations

import os
from pathlib import Path
from select import POLLIN, poll

import pytest

from tools.job import JobRequest
from tools.terminal.child_exit import ChildExit
from tools.terminal.launch import PipeChild, prepare, spawn_piped


def spawned(shell: str) -> PipeChild:
    return spawn_piped(prepare(JobRequest(("/bin/sh", "-c", shell), str(Path.cwd())), "run", "job"))


def readable(descriptor: int, milliseconds: int) -> bool:
    watch = poll()
    watch.register(descriptor, POLLIN)
    return bool(watch.poll(milliseconds))


@pytest.mark.parametrize("use_pidfd", [True, False])
def test_the_descriptor_is_readable_from_the_end_on(use_pidfd: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    piped = spawned("read line </dev/null; sleep 0.2; exit 6")
    child = ChildExit(piped.pid, use_pidfd=use_pidfd)
    assert not readable(child.descriptor, 0)
    assert child.collect() is None
    assert readable(child.descriptor, 30_000)
    assert child.collect() == 6
    assert child.collect() == 6
    child.close()
    child.close()
    piped.close()


@pytest.mark.parametrize("use_pidfd", [True, False])
def test_somebody_else_having_waited_for_it_is_no_fault(use_pidfd: bool) -> None:  # noqa: FBT001 -- as above
    piped = spawned("exit 6")
    os.waitpid(piped.pid, 0)
    child = ChildExit(piped.pid, use_pidfd=use_pidfd)
    assert readable(child.descriptor, 30_000)
    assert child.collect() is None
    child.close()
    piped.close()
