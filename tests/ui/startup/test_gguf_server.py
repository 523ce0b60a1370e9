"""The process that serves a file ends with the pipe, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.packaging.source_files import ROOT

BOUND = 20.0
BUSY = """
import sys; sys.path.insert(0, sys.argv[1])
from ui.startup.gguf_server import end_with_the_pipe
end_with_the_pipe(0)
print("ready", flush=True)
sum(range(10**12))  # never lets another thread or a handler of Python's run
"""
PARENT = """
import signal, subprocess, sys
command = [sys.executable, "-c", sys.argv[2], sys.argv[1]]
child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
print(child.pid, flush=True)
signal.pause()
"""


def test_it_ends_when_the_pipe_closes_also_while_python_does_not_run() -> None:
    command = [sys.executable, "-c", BUSY, str(ROOT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGTERM)  # of the session, not for it
        child.stdin.close()
        assert child.wait(BOUND) == -signal.SIGIO


def test_it_ends_when_its_parent_is_killed() -> None:
    command = [sys.executable, "-c", PARENT, str(ROOT), BUSY]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        first, second = parent.stdout.readline(), parent.stdout.readline()
        assert b"ready\n" in (first, second)
        parent.kill()
        assert parent.stdout.read() == b""  # the child held the other end of this pipe: it is gone
