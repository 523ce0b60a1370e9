"""At rest nobody wakes: the kernel's own count of how often each thread of the company was let run."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from config.settings import Runtime
from tests.actors.stage import Options, Stage

REST = 0.4
TASKS = Path("/proc/self/task")


def switches(threads: list[threading.Thread]) -> dict[str, int]:
    """How often each of them has gone to sleep of its own accord."""
    counts: dict[str, int] = {}
    for thread in threads:
        status = (TASKS / str(thread.native_id) / "status").read_text(encoding="ascii")
        counts[thread.name] = int(status.split("nonvoluntary_ctxt_switches")[0].rsplit(":", 1)[1])
    return counts


@pytest.mark.skipif(not TASKS.exists(), reason="counts are read from /proc")
def test_no_thread_of_the_company_wakes_while_nothing_happens(tmp_path: Path) -> None:
    """S0-6, S1-14: actors, watch and clock wait without a time limit."""
    before = set(threading.enumerate())
    rest = threading.Event()
    with Stage(tmp_path, Options(runtime=Runtime(hang_limit=0.1))) as stage:
        stage.tell("one")
        stage.outcome("one")
        threads = [thread for thread in threading.enumerate() if thread not in before]
        names = {thread.name.rpartition("-")[0] or thread.name for thread in threads}
        assert {"turn_loop", "journal", "tool_runner", "llm_streamer", "pty_manager", "ui", "watch", "clock"} <= names
        rest.wait(REST)  # the timers of what has just been done, and the last looks of the watch
        threads = [thread for thread in threads if thread.is_alive()]
        earlier = switches(threads)
        rest.wait(REST)
        assert switches(threads) == earlier
        assert len(threads) <= 16
