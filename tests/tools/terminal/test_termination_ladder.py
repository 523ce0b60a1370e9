"""The ladder, climbed by hand with a clock that the test holds."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.tools.job_stage import until
from tools.job import JobRequest
from tools.terminal.launch import prepare, spawn_piped
from tools.terminal.process_tree import ProcessTree
from tools.terminal.termination_ladder import INT, KILL, LOOK_EACH, VERIFY_MOST, Ladder


@contextmanager
def program(shell: str) -> Generator[tuple[int, ProcessTree]]:
    """A program that has said that it is ready, and its tree."""
    run_id = uuid.uuid4().hex
    piped = spawn_piped(prepare(JobRequest(("/bin/sh", "-c", shell), str(Path.cwd())), run_id, "job"))
    os.set_blocking(piped.output, True)
    try:
        assert os.read(piped.output, 100) == b"ready\n"
        yield piped.pid, ProcessTree(piped.pid, run_id, "job")
    finally:
        os.killpg(piped.pid, signal.SIGKILL)
        os.waitpid(piped.pid, 0)
        piped.close()


def await_exit(pid: int) -> int:
    done = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert done
    return done.si_status


def test_int_is_enough_for_the_polite() -> None:
    with program("echo ready; exec sleep 1000") as (pid, tree):
        ladder = Ladder(tree, 5.0)
        assert ladder.climb(INT, 100.0) == 100.0 + LOOK_EACH
        assert await_exit(pid) == signal.SIGINT
        until(lambda: ladder.look(100.0 + LOOK_EACH) is None)
        assert ladder.survivors == ()


def test_each_rung_has_its_grace() -> None:
    with program("trap '' INT; echo ready; while :; do sleep 0.01; done") as (pid, tree):
        ladder = Ladder(tree, 5.0)
        ladder.climb(INT, 100.0)
        assert ladder.look(104.99) == 105.0
        ladder.look(105.0)
        assert await_exit(pid) == signal.SIGTERM


def test_kill_ends_the_ladder() -> None:
    with program("trap '' INT TERM; echo ready; while :; do sleep 0.01; done") as (pid, tree):
        ladder = Ladder(tree, 5.0)
        ladder.climb(INT, 100.0)
        ladder.climb_on(100.0)
        ladder.climb_on(100.0)
        assert await_exit(pid) == signal.SIGKILL
        until(lambda: ladder.climb_on(100.0) is None)


def test_a_shorter_grace_holds_and_a_longer_one_does_not() -> None:
    with program("trap '' INT; echo ready; while :; do sleep 0.01; done") as (_, tree):
        ladder = Ladder(tree, 5.0)
        ladder.shorten(0.01)
        ladder.shorten(9.0)
        ladder.climb(INT, 100.0)
        assert ladder.look(100.0) == 100.01


class Immortal(ProcessTree):
    """A tree whose one member the kernel does not let go of."""

    def members(self) -> tuple[int, ...]:
        return (self.root,)

    def signal(self, number: signal.Signals, members: tuple[int, ...]) -> None:
        pass


def test_who_does_not_die_of_kill_is_reported_in_the_end() -> None:
    ladder = Ladder(Immortal(4_000_000, "run", "job"), 5.0)
    assert ladder.climb(KILL, 100.0) == 100.0 + LOOK_EACH
    assert ladder.look(100.5) == 100.5 + LOOK_EACH
    assert ladder.look(100.0 + VERIFY_MOST) is None
    assert ladder.survivors == (4_000_000,)


def test_giving_up_names_who_is_left() -> None:
    ladder = Ladder(Immortal(4_000_000, "run", "job"), 5.0)
    ladder.give_up()
    assert ladder.survivors == (4_000_000,)
