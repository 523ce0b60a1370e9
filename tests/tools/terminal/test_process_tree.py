"""Who belongs to a tree, and the sweep."""

from __future__ import annotations

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.job_stage import until
from tools.job import JobRequest
from tools.terminal.launch import PipeChild, prepare, spawn_piped
from tools.terminal.process_tree import (
    ProcessTree,
    living,
    process_table,
    sweep,
    table_from_proc,
    table_from_ps,
    tagged,
)
from tools.terminal.termination_ladder import KILL, TERM, Ladder


@pytest.fixture
def run_id() -> Iterator[str]:
    name = uuid.uuid4().hex
    yield name
    assert sweep(name, 5.0) == ()


def started(shell: str, run_id: str, job: str = "job") -> PipeChild:
    """A program that has said `ready`."""
    piped = spawn_piped(prepare(JobRequest(("/bin/sh", "-c", shell), str(Path.cwd())), run_id, job))
    os.set_blocking(piped.output, True)
    assert os.read(piped.output, 100) == b"ready\n"
    return piped


def ended(piped: PipeChild) -> None:
    os.killpg(piped.pid, signal.SIGKILL)
    os.waitpid(piped.pid, 0)
    piped.close()


def test_the_tree_is_group_session_tags_and_descent(run_id: str) -> None:
    piped = started(
        "sleep 1000 & setsid sleep 1000 & env -i sleep 1000 & setsid env -i sleep 1000 & echo ready; wait",
        run_id,
    )
    tree = ProcessTree(piped.pid, run_id, "job")
    until(lambda: len(tree.members()) == 5)
    members = tree.members()
    assert piped.pid in members
    assert os.getpid() not in members
    tree.signal(signal.SIGKILL, members)
    ended(piped)
    until(lambda: tagged(run_id) == ())


def test_another_job_of_the_same_run_is_no_member(run_id: str) -> None:
    one, other = started("echo ready; sleep 1000", run_id, "one"), started("echo ready; sleep 1000", run_id, "other")
    assert other.pid not in ProcessTree(one.pid, run_id, "one").members()
    assert {one.pid, other.pid} <= set(tagged(run_id))
    ended(one)
    ended(other)


def test_who_was_seen_once_is_a_member_though_its_parents_are_gone(run_id: str) -> None:
    """A nested run gives its children tags of its own."""
    piped = started(
        "setsid env CALLBOARD_RUN_ID=nested CALLBOARD_JOB=nested /bin/sh -c 'sleep 1000 & wait' & echo ready; wait",
        run_id,
    )
    tree = ProcessTree(piped.pid, run_id, "job")
    until(lambda: len(tree.members()) == 3)
    before = tree.members()
    nested = next(facts for facts in table_from_proc().values() if facts.pid in before and facts.session == facts.pid)
    os.kill(piped.pid, signal.SIGKILL)
    os.waitid(os.P_PID, piped.pid, os.WEXITED | os.WNOWAIT)
    left = tree.members()
    assert set(left) == set(before) - {piped.pid}
    assert nested.pid in before
    tree.signal(signal.SIGKILL, left)
    os.waitpid(piped.pid, 0)
    piped.close()


def test_a_zombie_has_ended(run_id: str) -> None:
    piped = started("echo ready", run_id)
    os.waitid(os.P_PID, piped.pid, os.WEXITED | os.WNOWAIT)
    assert ProcessTree(piped.pid, run_id, "job").members() == ()
    assert living([piped.pid, os.getpid(), 4_000_000]) == (os.getpid(),)
    os.waitpid(piped.pid, 0)
    piped.close()


def test_the_sweep_kills_whatever_carries_the_run_and_nothing_else(run_id: str) -> None:
    """S1-8."""
    ours = started("trap '' HUP INT TERM; setsid sleep 1000 & echo ready; while :; do sleep 1000; done", run_id)
    foreign = subprocess.Popen(["sleep", "1000"])
    until(lambda: len(tagged(run_id)) >= 2)
    assert sweep(run_id, 5.0) == ()
    assert foreign.poll() is None
    foreign.kill()
    foreign.wait()
    ended(ours)


def test_a_sweep_without_anybody_is_quick_and_one_without_time_reports(run_id: str) -> None:
    assert sweep(run_id, 0.0) == ()
    piped = started("echo ready; sleep 1000", run_id)
    assert piped.pid in sweep(run_id, 0.0)
    ended(piped)


def test_an_empty_name_or_half_a_name_matches_nobody(run_id: str) -> None:
    piped = started("echo ready; sleep 1000", run_id)
    assert piped.pid not in tagged(run_id[:-1])
    assert tagged("") == ()
    ended(piped)


def test_both_tables_say_the_same_of_a_process(run_id: str) -> None:
    """Where there is no /proc, `ps` must do."""
    piped = started("echo ready; sleep 1000", run_id)
    for pid in (os.getpid(), piped.pid):
        ours, theirs = table_from_proc()[pid], table_from_ps()[pid]
        assert (ours.pid, ours.parent, ours.group, ours.ended) == (
            theirs.pid,
            theirs.parent,
            theirs.group,
            theirs.ended,
        )
        assert theirs.started
    assert os.getpid() in process_table()
    ended(piped)


def test_where_no_process_can_be_seen_the_group_is_ended_all_the_same(run_id: str) -> None:
    """Neither /proc nor `ps`: the root is not waited for, so its number is still its group's."""
    piped = started("sleep 1000 & echo ready; wait", run_id)
    tree = ProcessTree(piped.pid, run_id, "job", look=dict)
    assert tree.members() == (piped.pid,)
    assert tree.blind
    ladder = Ladder(tree, 0.01)
    look_at = ladder.climb(KILL, 0.0)
    until(lambda: ladder.look(0.5) is None)
    assert look_at is not None
    assert ladder.survivors == ()
    until(lambda: tagged(run_id) == ())
    os.waitpid(piped.pid, 0)
    piped.close()


def test_a_root_that_has_ended_still_names_its_group(run_id: str) -> None:
    piped = started("sleep 1000 & echo ready; exit 0", run_id)
    os.waitid(os.P_PID, piped.pid, os.WEXITED | os.WNOWAIT)
    tree = ProcessTree(piped.pid, run_id, "job", look=dict)
    assert tree.members() == ()
    assert Ladder(tree, 0.01).climb(TERM, 0.0) is None
    until(lambda: tagged(run_id) == ())
    os.waitpid(piped.pid, 0)
    piped.close()
