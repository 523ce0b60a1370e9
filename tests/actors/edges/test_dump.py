"""The dump: everything about a running process, on SIGUSR1, whatever its threads are doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from actors.edges.dump import dump
from actors.runtime.behaviour import Context
from actors.runtime.envelope import DeadLetter
from tests.actors.runtime.rig import BOUND, Hang, Rig, Say, actor

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys, threading
from pathlib import Path
from actors.edges.dump import append_dump, dump_on_signal
from tests.actors.runtime.rig import Rig, Say, actor
with Rig() as rig:
    rig.system.start(actor("sink", lambda context, message: None, Say))
    dump_on_signal(lambda: append_dump(rig.system, Path(sys.argv[1])))
    mailbox = rig.system.cell("sink").mailbox
    with mailbox._lock if sys.argv[2] == "locked" else threading.Lock():
        print("ready", flush=True)
        sys.stdin.readline()
    sys.stdin.readline()
"""


def test_it_shows_actors_mailboxes_dead_letters_and_stacks() -> None:
    inside, go = threading.Event(), threading.Event()

    def act(context: Context, message: object) -> object:
        inside.set()
        go.wait(BOUND)
        return None

    with Rig() as rig:
        rig.system.start(actor("stuck", act, Hang, Say))
        rig.system.publish(Hang(), "t")
        assert inside.wait(BOUND)
        rig.system.publish(Say(1), "t")
        rig.system.add_dead_letter(DeadLetter(Say(2), "a", "b", "full"))
        text = dump(rig.system)
        go.set()
    assert "stuck" in text
    assert "Hang for" in text
    assert "waiting 1 (most 1)" in text
    assert "oldest Say" in text
    assert "Say from a to b: full" in text
    assert "thread stuck-0:" in text
    assert "go.wait" in text


def dumped(tmp_path: Path, state: str) -> str:
    """The dump that a child process writes when it gets the signal in this state."""
    path = tmp_path / "dump"
    os.mkfifo(path)
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), state],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGUSR1)
        if state == "locked":
            child.stdin.write("go on\n")
            child.stdin.flush()
        text = path.read_text(encoding="utf-8")
        child.stdin.write("go on\n" if state == "locked" else "go on\ngo on\n")
        child.stdin.flush()
        assert child.wait(BOUND) == 0
    return text


def test_a_signal_writes_it(tmp_path: Path) -> None:
    text = dumped(tmp_path, "free")
    assert "sink" in text
    assert "thread MainThread:" in text


def test_a_signal_that_comes_while_the_main_thread_has_a_mailbox_locked_hangs_nobody(tmp_path: Path) -> None:
    """The handler only asks; the thread that writes may wait for the lock, the interrupted thread goes on."""
    assert "sink" in dumped(tmp_path, "locked")
