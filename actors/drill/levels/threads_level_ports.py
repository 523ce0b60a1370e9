"""The ports of a drill on real threads: real children, file and threads, with the plan's faults around them.

They record in the world what the simulated ones record, so that the same invariants can be judged.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.drill.levels.shell_programs import text_of
from actors.drill.plan.faults import Injector
from actors.drill.simulated.model_port import has
from actors.drill.simulated.world import Process, WrittenLine
from actors.runtime.clock import RealClock
from tools.job import JobEnded, JobReport, JobStarted, OutputSlice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.plan.faults import InjectedFault
    from actors.drill.simulated.trace import Trace
    from actors.drill.simulated.world import World
    from actors.ports import JournalFile, TerminalPort
    from actors.runtime.simulated.scheduler import SimThread
    from tools.job import JobEvent, JobRequest

NOTHING = OutputSlice()


class SharedInjector(Injector):
    """An injector that many threads ask."""

    _lock = threading.Lock()

    def strikes(self, at: str, on: str, kinds: tuple[str, ...] = ()) -> tuple[InjectedFault, ...]:
        """Implement `Injector`."""
        with self._lock:
            return super().strikes(at, on, kinds)


class RealThreads:
    """Implement `Lanes`: one daemon thread lets them act, one thing at a time, in real time."""

    def __init__(self) -> None:
        self.touched: set[str] = set()
        self._clock = RealClock()
        self._ready: SimpleQueue[SimThread | None] = SimpleQueue()
        threading.Thread(target=self._run, name="person", daemon=True).start()

    @property
    def clock(self) -> RealClock:
        """Implement `Lanes`."""
        return self._clock

    def wake(self, lane: SimThread) -> None:
        """Implement `Lanes`. Each thing that was pushed wakes once."""
        self._ready.put(lane)

    def close(self) -> None:
        """Let the thread end."""
        self._ready.put(None)

    def _run(self) -> None:
        while (lane := self._ready.get()) is not None:
            lane.step()


class WatchedTerminals:
    """A `TerminalPort` around the real one: runs the scenario's programs, notes their starts and ends."""

    def __init__(self, port: TerminalPort, world: World, injector: Injector, clock: RealClock) -> None:
        self._port = port
        self._world = world
        self._injector = injector
        self._clock = clock
        self._commands: dict[str, str] = {}
        self._processes: dict[str, Process] = {}
        self._listener: Callable[[JobEvent], None] = lambda _: None

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """Implement `TerminalPort`."""
        self._listener = listener
        self._port.listen(self._heard)

    def start(self, job: str, request: JobRequest) -> None:
        """Implement `TerminalPort`."""
        command = request.argv[-1]
        faults = self._injector.strikes("terminals", "")
        if has(faults, "not_started"):
            report = JobReport("failed", None, NOTHING, NOTHING, 0.0, problem="no such program")
            threading.Thread(target=self._listener, args=(JobEnded(job, report),), daemon=True).start()
            return
        self._world.acts.append(command)
        self._commands[job] = command
        program = self._world.scenario.programs.get(command)
        text = text_of(program, faults) if program is not None else "exit 0"
        self._port.start(job, replace(request, argv=("/bin/sh", "-c", text)))

    def write(self, job: str, text: str) -> None:
        """Implement `TerminalPort`."""
        self._port.write(job, text)

    def resize(self, rows: int, columns: int) -> None:
        """Implement `TerminalPort`."""
        self._port.resize(rows, columns)

    def end(self, job: str, *, expired: bool = False) -> None:
        """Implement `TerminalPort`."""
        self._port.end(job, expired=expired)

    def jobs(self) -> tuple[str, ...]:
        """Implement `TerminalPort`."""
        return self._port.jobs()

    def _heard(self, event: JobEvent) -> None:
        match event:
            case JobStarted(job=job, pid=pid):
                self._processes[job] = Process(pid, job, self._commands[job], self._clock.now())
                self._world.processes.append(self._processes[job])
            case JobEnded(job=job):
                if job in self._processes:
                    self._processes[job].ended = self._clock.now()
            case _:
                pass
        self._listener(event)


class WatchedJournal:
    """A `JournalFile` around the real one."""

    def __init__(self, file: JournalFile, world: World, injector: Injector, trace: Trace) -> None:
        self._file = file
        self._world = world
        self._injector = injector
        self._trace = trace

    def append(self, line: bytes) -> None:
        """Implement `JournalFile`."""
        for fault in self._injector.strikes("journal_file", "", ("disk_full", "torn")):
            if fault.kind == "torn":
                self._file.append(line[: len(line) // 2])
                self._world.journal += line[: len(line) // 2]
            raise OSError(28, "No space left on device")
        self._file.append(line)
        self._world.journal += line
        self._world.written.append(WrittenLine(0, len(self._trace.entries), line))

    def sync(self) -> None:
        """Implement `JournalFile`."""
        if self._injector.strikes("journal_file", "", ("sync_failure",)):
            raise OSError(5, "Input/output error")
        self._file.sync()

    def read(self) -> bytes:
        """Implement `JournalFile`."""
        return self._file.read()

    def pieces(self) -> Iterator[bytes]:
        """Implement `JournalFile`."""
        return self._file.pieces()
