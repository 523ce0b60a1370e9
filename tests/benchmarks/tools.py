"""Tools and terminals, beside plain files, subprocess and pexpect.

S1-12: what a tool call costs, from the model's request to our next one. S1-13 and S0-7: four tools of a second take a
second. S1-10 and S1-15: pexpect beside our non-blocking reader, 16 MB through a terminal.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

import pexpect

from actors.blocks import ToolCall
from actors.ids import CallId
from tests.benchmarks.served import workspace
from tests.benchmarks.stage import LONGEST, Step, stepped
from tests.benchmarks.table import CannotMeasureError, Row, in_turns, most, ratios
from tools.job import JobEnded, JobEvent, JobKind, JobRequest
from tools.terminal.terminals import JobLimits, Terminals

CALLS = 60
FLOOD = 16_000_000
EXPECTED = 4_000_000
"""What pexpect's own `expect` is given: its time grows faster than the output."""
READ_SIZE = 65_536


def printing(size: int) -> tuple[str, ...]:
    """A command that prints this much."""
    return ("/bin/sh", "-c", f"yes 0123456789abcdef0123456789abcdef0123456789abcdef | head -c {size}")


def step(name: str, *each: Mapping[str, object]) -> Step:
    """Calls of one tool, at once."""
    return tuple(ToolCall(CallId(str(number)), name, json.dumps(arguments)) for number, arguments in enumerate(each))


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def call_time(folder: Path, name: str, argument: str, value: str) -> float:
    """Seconds that one call of a tool takes, the whole way of it through the actors and the journal.

    `value` is formatted with the number of the call: equal calls with equal results would end the turn.
    """
    steps = [step(name, {argument: value.format(number)}) for number in range(CALLS)]
    return median(stepped(folder, steps).overheads)


def bare_reading(folder: Path) -> float:
    """The same without anything around it."""
    path = folder / "note-1.txt"
    return median(timed(lambda: path.read_text(encoding="utf-8")) for _ in range(CALLS))


def bare_running() -> float:
    """The same without anything around it."""
    command = ("/bin/sh", "-c", "true")
    return median(timed(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(CALLS))


def sleeping(folder: Path) -> float:
    """Seconds for four commands of a second each."""
    sleeps = [{"command": "sleep 1"}] * 4
    return stepped(folder, [step("run_command", *sleeps)]).overheads[0]


def _run_first(terminals: Terminals, folder: Path, ended: threading.Event) -> None:
    """A job before the one that counts: keepers start in 40 ms, and Callboard starts them with its first request."""
    terminals.start("first", JobRequest(("/bin/sh", "-c", "true"), str(folder), "pipe"))
    if not ended.wait(LONGEST):
        raise CannotMeasureError("the first job did not end")
    ended.clear()


def flooded_by(kind: JobKind, folder: Path, size: int = FLOOD) -> float:
    """Seconds in which our reader takes a flood to its end and says how it ended."""
    ended = threading.Event()
    totals: list[int] = []

    def listen(event: JobEvent) -> None:
        if isinstance(event, JobEnded):
            totals.append(event.report.output.total)
            ended.set()

    terminals = Terminals("benchmark", listen, folder / "outputs", JobLimits())
    try:
        _run_first(terminals, folder, ended)
        totals.clear()
        begun = time.perf_counter()
        terminals.start("flood", JobRequest(printing(size), str(folder), kind))
        if not ended.wait(LONGEST):
            raise CannotMeasureError("the flood did not end")
        took = time.perf_counter() - begun
    finally:
        terminals.close(1.0)
    if totals != [size]:
        raise CannotMeasureError(f"{totals} bytes came of {size}")
    return took


def read_by_pexpect() -> float:
    """The same through pexpect, read as fast as it can be."""
    begun = time.perf_counter()
    child = spawned(FLOOD)
    size = 0
    try:
        while True:
            size += len(child.read_nonblocking(READ_SIZE))
    except pexpect.EOF:
        child.close()
    if size < FLOOD:
        raise CannotMeasureError(f"pexpect read {size} bytes of {FLOOD}")
    return time.perf_counter() - begun


def expected_by_pexpect() -> float:
    """Seconds of pexpect's `expect` until the end of a smaller flood."""
    begun = time.perf_counter()
    child = spawned(EXPECTED)
    child.expect(pexpect.EOF)
    child.close()
    return time.perf_counter() - begun


def spawned(size: int) -> pexpect.spawn[bytes]:
    """A child of pexpect's that prints this much."""
    program, *arguments = printing(size)
    return pexpect.spawn(program, arguments, timeout=LONGEST)


def captured() -> float:
    """The same through a pipe, all of it kept in memory."""
    return timed(lambda: subprocess.run(printing(FLOOD), capture_output=True, check=True))


def calls(folder: Path) -> Iterator[Row]:
    """One call at a time, and four at once."""
    read = in_turns(5, lambda: call_time(folder, "read_file", "path", "note-{}.txt"), lambda: bare_reading(folder))
    yield Row("S1-12 a read_file call, journal and all ÷ reading the file", ratios(read))
    ran = in_turns(5, lambda: call_time(folder, "run_command", "command", "true {}"), bare_running)
    yield Row("S1-12 a run_command call of `true`, journal on the disk first ÷ subprocess.run", ratios(ran))
    yield Row(
        "S1-13 four run_command sleeps of 1 s at once ÷ 1 s", tuple(sleeping(folder) for _ in range(3)), most(1.15)
    )


def floods(folder: Path) -> Iterator[Row]:
    """Our reader beside pexpect and subprocess."""
    through = in_turns(3, lambda: flooded_by("pty", folder), read_by_pexpect)
    yield Row("S1-10 16 MB through a terminal ÷ pexpect's read_nonblocking", ratios(through), most(1))
    expected = in_turns(3, lambda: flooded_by("pty", folder, EXPECTED), expected_by_pexpect)
    yield Row("S1-15 4 MB through a terminal ÷ pexpect's expect", ratios(expected), most(1))
    piped = in_turns(3, lambda: flooded_by("pipe", folder), captured)
    yield Row("16 MB through a pipe, kept in a file ÷ subprocess.run, kept in memory", ratios(piped))
    speeds = in_turns(3, lambda: flooded_by("pty", folder), lambda: flooded_by("pipe", folder))
    yield Row("16 MB through a terminal ÷ through a pipe", ratios(speeds))


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name:
        folder = workspace(Path(name))
        yield from calls(folder)
        yield from floods(folder)
