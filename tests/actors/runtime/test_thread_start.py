"""Threads that cannot be started are a clear error, never a bare one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from actors.runtime.thread_start import start_thread
from tests.actors.runtime.rig import BOUND

ROOT = Path(__file__).parents[3]
CROWDED = """
import resource, threading
from actors.runtime.thread_start import ThreadStartError, start_thread
resource.setrlimit(resource.RLIMIT_AS, (300_000_000, resource.RLIM_INFINITY))
threading.stack_size(64_000_000)
go = threading.Event()
try:
    for number in range(100):
        start_thread(go.wait, f"number {number}")
except ThreadStartError as error:
    print(error)
"""


def test_a_thread_runs_under_its_name_and_holds_no_exit() -> None:
    ran = threading.Event()
    thread = start_thread(ran.set, "mine")
    assert ran.wait(BOUND)
    assert (thread.name, thread.daemon) == ("mine", True)


def test_a_refusal_of_the_system_says_where_and_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CROWDED], cwd=ROOT, capture_output=True, text=True, timeout=BOUND, check=True
    )
    assert done.stdout.startswith("no more threads can be started (at number ")
    assert "`ulimit -u`" in done.stdout
