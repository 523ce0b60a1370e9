"""The simulated workers, terminals and journal file, driven by the scheduler and the faults.

They keep every promise of `actors.ports`, in every order that the real ones allow: one `JobEnded` for each job, a
ladder of INT, TERM and KILL with its pauses, time limits, torn writes.
"""

from __future__ import annotations

import signal
from functools import partial
from typing import TYPE_CHECKING

from actors.drill.plan.scenario import Program
from actors.drill.simulated.model_port import has
from actors.drill.simulated.world import Process, WrittenLine
from actors.runtime.simulated.scheduler import Edge
from tools.job import JobEnded, JobOutput, JobReport, JobStarted, OutputSlice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.plan.faults import InjectedFault, Injector
    from actors.drill.simulated.world import World
    from actors.runtime.simulated.scheduler import Scheduler
    from tools.job import JobEnd, JobEvent, JobRequest

WORKERS = 8
GRACE = 0.15
"""Seconds between INT, TERM and KILL."""
GIVEN_UP = 1.0
"""Seconds after KILL after which a process that lives on is reported as a survivor."""
FIRST_PID = 1_000
SIGNALS = {0: signal.SIGINT, 1: signal.SIGTERM, 2: signal.SIGKILL}
UNKILLABLE = 3


class SimWorkers:
    """Implement `Workers`: simulated threads, each of which does one piece of work at a time."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._waiting: list[Callable[[], None]] = []
        self._idle: list[Edge] = []
        self._begun = 0
        self._closed = False

    def run(self, work: Callable[[], None]) -> None:
        """Implement `Workers`."""
        self._scheduler.touched.add("workers")
        if not self._closed:
            self._waiting.append(work)
            self._begin()

    def close(self) -> None:
        """Implement `Workers`."""
        self._closed = True

    def _begin(self) -> None:
        while self._waiting and (self._idle or self._begun < WORKERS):
            lane = self._idle.pop() if self._idle else self._another()
            lane.push(partial(self._do, lane, self._waiting.pop(0)))

    def _another(self) -> Edge:
        self._begun += 1
        return Edge(f"worker-{self._begun}", self._scheduler)

    def _do(self, lane: Edge, work: Callable[[], None]) -> None:
        work()
        self._scheduler.touched.add("workers")
        self._idle.append(lane)
        self._begin()


class Job:
    """A simulated job."""

    def __init__(self, process: Process | None, request: JobRequest, program: Program) -> None:
        self.process = process
        self.request = request
        self.program = program
        self.printed = ""
        self.ending: JobEnd = "exited"
        self.asked_to_end = False
        self.over = False


class SimTerminals:
    """Implement `TerminalPort`. One simulated thread, as the real one has one reader thread."""

    def __init__(self, world: World, scheduler: Scheduler, injector: Injector) -> None:
        self._world = world
        self._scheduler = scheduler
        self._injector = injector
        self._lane = Edge("terminals", scheduler)
        self._listener: Callable[[JobEvent], None] = lambda _: None
        self._jobs: dict[str, Job] = {}

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """Implement `TerminalPort`."""
        self._listener = listener

    def start(self, job: str, request: JobRequest) -> None:
        """Implement `TerminalPort`."""
        command = request.argv[-1]
        faults = self._injector.strikes("terminals", "")
        program = disturbed(self._world.scenario.programs.get(command, Program()), faults)
        if has(faults, "not_started"):
            running = self._jobs[job] = Job(None, request, program)
            running.ending = "failed"
            self._lane.push(lambda: self._end(job, running, None, "no such program"))
            return
        self._world.acts.append(command)
        process = Process(FIRST_PID + len(self._world.processes), job, command, self._scheduler.clock.now())
        self._world.processes.append(process)
        running = self._jobs[job] = Job(process, request, program)
        self._lane.push(lambda: self._listener(JobStarted(job, process.pid)))
        self._play(job, running, 0)
        if request.time_limit is not None:
            self._lane.push(lambda: self.end(job, expired=True), request.time_limit)

    def write(self, job: str, text: str) -> None:
        """Implement `TerminalPort`; a terminal echoes what is typed."""
        running = self._jobs.get(job)
        if running is not None:
            self._lane.push(lambda: self._print(job, running, text))

    def resize(self, rows: int, columns: int) -> None:
        """No-op: simulated programs ignore their window size."""

    def end(self, job: str, *, expired: bool = False) -> None:
        """Implement `TerminalPort`: INT at once, then TERM and KILL where the program ignores the signal before."""
        running = self._jobs.get(job)
        if running is None or running.asked_to_end or running.over or running.process is None:
            return
        running.asked_to_end = True
        running.ending = "timeout" if expired else "cancelled"
        patience = running.program.stubborn
        if patience == UNKILLABLE:
            self._lane.push(lambda: self._end(job, running, None, "", survives=True), 2 * GRACE + GIVEN_UP)
        else:
            number = SIGNALS[patience]
            self._lane.push(lambda: self._end(job, running, -number, ""), patience * GRACE)

    def jobs(self) -> tuple[str, ...]:
        """Implement `TerminalPort`."""
        return tuple(self._jobs)

    def close(self) -> tuple[str, ...]:
        """Kill what is left and return the processes that did not end."""
        for running in self._jobs.values():
            if running.process is not None and running.program.stubborn != UNKILLABLE:
                running.process.ended = self._scheduler.clock.now()
        return tuple(f"process {process.pid}" for process in self._world.alive())

    def _play(self, job: str, running: Job, place: int) -> None:
        output = running.program.output
        if place < len(output):
            seconds, text = output[place]
            self._lane.push(lambda: self._printed(job, running, text, place), seconds)
        elif running.program.ends:
            self._lane.push(lambda: self._end(job, running, running.program.exit_code, ""))

    def _printed(self, job: str, running: Job, text: str, place: int) -> None:
        self._print(job, running, text)
        self._play(job, running, place + 1)

    def _print(self, job: str, running: Job, text: str) -> None:
        if not running.over:
            running.printed += text
            self._listener(JobOutput(job, "output", text))

    def _end(self, job: str, running: Job, exit_code: int | None, problem: str, *, survives: bool = False) -> None:
        if running.over:
            return
        running.over = True
        del self._jobs[job]
        process = running.process
        survivors: tuple[int, ...] = ()
        seconds = 0.0
        if process is not None:
            seconds = self._scheduler.clock.now() - process.started
            if survives:
                survivors = (process.pid,)
            else:
                process.ended = self._scheduler.clock.now()
        output = OutputSlice(running.printed, "", len(running.printed))
        report = JobReport(running.ending, exit_code, output, OutputSlice(), seconds, None, problem, survivors)
        self._listener(JobEnded(job, report))


def disturbed(program: Program, faults: tuple[InjectedFault, ...]) -> Program:
    """The program as the faults change it."""
    for fault in faults:
        match fault.kind:
            case "stubborn":
                program = Program(program.output, program.exit_code, 2, program.ends)
            case "unkillable":
                program = Program(program.output, program.exit_code, 3, program.ends)
            case "silent":
                program = Program((), program.exit_code, program.stubborn, ends=False)
            case "exit_at_once":
                program = Program(tuple((0.0, text) for _, text in program.output), program.exit_code)
            case "flood":
                flood = ((0.0, "flood\n"),) * fault.size
                program = Program((*flood, *program.output), program.exit_code, program.stubborn, program.ends)
            case _:
                pass
    return program


class SimJournal:
    """Implement `JournalFile`. Its content belongs to the world, so it survives a kill."""

    def __init__(self, world: World, injector: Injector, entries: Callable[[], int]) -> None:
        self._world = world
        self._injector = injector
        self._entries = entries
        """How many entries the trace has now."""

    def append(self, line: bytes) -> None:
        """Implement `JournalFile`."""
        world = self._world
        for fault in self._injector.strikes("journal_file", "", ("disk_full", "torn")):
            if fault.kind == "torn":
                world.journal += line[: len(line) // 2]
            raise OSError(28, "No space left on device")
        world.journal += line
        world.written.append(WrittenLine(world.incarnation, self._entries(), line))

    def sync(self) -> None:
        """Implement `JournalFile`."""
        if self._injector.strikes("journal_file", "", ("sync_failure",)):
            raise OSError(5, "Input/output error")
        self._world.synced = len(self._world.journal)

    def read(self) -> bytes:
        """Implement `JournalFile`."""
        return bytes(self._world.journal)

    def pieces(self) -> Iterator[bytes]:
        """Implement `JournalFile`."""
        yield self.read()
