"""Threads and memory: the resource profile (S2-13).

S1-14: threads at rest and with eight tools running. S0-24: memory per actor, beside plain pykka's; measured in a
process of its own each, `python -m tests.benchmarks.resources ours|pykka`.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pykka

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.runtime.actor_system import ActorSystem
from actors.runtime.behaviour import Behaviour, Child
from actors.runtime.clock import RealClock
from actors.runtime.log import Log
from actors.runtime.mailbox import MailboxSpec
from tests.benchmarks.processes import memory
from tests.benchmarks.run import ROOT
from tests.benchmarks.served import workspace
from tests.benchmarks.stage import ListedModel, Stage
from tests.benchmarks.table import Row, in_turns, most, ratios

ACTORS = 300
TOOLS = 8


class Idle(pykka.ThreadingActor):
    """An actor of plain pykka's that has nothing to do."""


def ours_grown() -> float:
    """Kilobytes for each of our actors."""
    clock = RealClock()
    system = ActorSystem(clock, Log(clock, str))
    before = settled()
    for number in range(ACTORS):
        system.start(Child(f"idle {number}", lambda _: Behaviour(), (), MailboxSpec()))
    return (settled() - before) / ACTORS


def pykka_grown() -> float:
    """Kilobytes for each actor of plain pykka's."""
    before = settled()
    for _ in range(ACTORS):
        Idle.start()
    return (settled() - before) / ACTORS


def settled() -> int:
    """Our memory without garbage."""
    gc.collect()
    return memory(os.getpid())


def grown(side: str) -> float:
    """The same, in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.resources", side]
    return float(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)


def threads_of_a_company(folder: Path) -> tuple[int, int, int]:
    """How many actors a company has, how many threads at rest, and how many while tools run."""
    sleeps = tuple(
        ToolCall(CallId(str(number)), "run_command", json.dumps({"command": "echo x; sleep 1"}))
        for number in range(TOOLS)
    )
    outside = threading.active_count()
    with Stage(folder, ListedModel([sleeps])) as stage:
        actors = len(stage.company.system.statuses())
        rest = threading.active_count() - outside
        stage.begin()
        stage.wait_for_output(TOOLS)
        busy = threading.active_count() - outside
        stage.finish()
    return actors, rest, busy


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name:
        actors, rest, busy = threads_of_a_company(workspace(Path(name)))
    yield Row("S1-14 threads of a company at rest ÷ its actors", (rest / actors,), most(1.25), f"{rest} of {actors}")
    yield Row(
        f"S1-14 threads with {TOOLS} commands running ÷ at rest", (busy / rest,), most(2.25), f"{busy} beside {rest}"
    )
    sizes = in_turns(3, lambda: grown("ours"), lambda: grown("pykka"))
    kilobytes = median(ours for ours, _ in sizes)
    yield Row("S0-24 memory of an actor at rest ÷ plain pykka's", ratios(sizes), most(1.5), f"{kilobytes:.0f} kB each")


if __name__ == "__main__":
    print({"ours": ours_grown, "pykka": pykka_grown}[sys.argv[1]]())
    sys.stdout.flush()
    os._exit(0)
