"""A plan on real threads: the shipped actors with real children, sockets, files and time, under the plan's faults.

One run for each seed: the seed decides the chances of the faults, the machine decides the order. So a failure is
reported, with what led to it, and can be tried again; it cannot be replayed. Limits are short where the simulation's
are long.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from actors.calls.tool_runner import RunnerSpec
from actors.drill.exploration.plan_runs import faults_of, scenario_of
from actors.drill.judging.invariants import check
from actors.drill.levels.level_report import told
from actors.drill.levels.model_server import DrillModelServer, drill_access
from actors.drill.levels.threads_level_ports import RealThreads, SharedInjector, WatchedJournal, WatchedTerminals
from actors.drill.plan.drill_request import DrillResult, unstruck
from actors.drill.plan.faults import with_faults
from actors.drill.simulated.incarnation import Incarnation, SilentLog
from actors.drill.simulated.lossy import LossyModel, LossyTerminals
from actors.drill.simulated.person import Person, front_end
from actors.drill.simulated.run import Run
from actors.drill.simulated.tools import toolbox
from actors.drill.simulated.trace import TakenMessage, Trace
from actors.drill.simulated.world import Process, new_world
from actors.edges.real_ports import DiskJournal, RealTerminals, ThreadWorkers
from actors.ids import SessionId
from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.scripted.server import ModelServer
from actors.llm_streamer import ModelAccess
from actors.messages import Commit
from actors.records import SessionOpened
from actors.runtime.actor_system import ActorSystem
from actors.runtime.behaviour import Behaviour
from actors.runtime.message import Message
from actors.runtime.signals import Ping
from actors.runtime.simulated.scheduler import AbandonedError, chance
from actors.system import CompanyPlan, Ports, Session, start_company
from config.settings import Policy, Runtime, Settings
from tools.terminal.process_tree import living, tagged
from tools.terminal.terminals import JobLimits
from tools.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.drill.plan.drill_request import DrillRequest, ReportProgress
    from actors.drill.plan.faults import InjectedFault
    from actors.drill.plan.scenario import Scenario
    from actors.llm.port import ModelPort
    from actors.runtime.behaviour import Child, Context
    from actors.runtime.envelope import DeadLetter, Envelope
    from actors.runtime.shutdown import ExitReport

START_LIMIT = 20.0
PATIENCE = 30.0
"""Seconds after which the person leaves, whatever is still to come."""
TOOL_LIMIT = 1.5
STALL_LIMIT = 1.0
HANG_LIMIT = 2.0
GRACE = 1.0
"""Seconds after the end in which processes may still go."""
SETTINGS = Settings(runtime=Runtime(hang_limit=HANG_LIMIT))


def drill(order: DrillRequest, progress: ReportProgress) -> DrillResult:
    """Implement `LevelModule`.

    Raises:
        ConfigError: there is no such dialect.
    """
    dialect = order.plan.dialect
    drill_access("", dialect)
    scenario = scenario_of(order.plan, order.scenarios)
    faults = faults_of(order.plan)
    happened: set[tuple[str, str]] = set()
    for number, seed in enumerate(order.seeds):
        progress(number)
        done = run_on_threads(scenario, faults, seed, dialect)
        happened |= done.happened()
        violations = check(done)
        if violations:
            return DrillResult(number + 1, told(order, seed, done, violations))
    return DrillResult(len(order.seeds), notes=unstruck(order.plan, happened))


def run_on_threads(scenario: Scenario, faults: tuple[InjectedFault, ...], seed: int, dialect: str = "") -> Run:
    """One incarnation in real time, in a folder of its own that is removed afterwards.

    `dialect` is what its model server speaks; empty: the usual one.
    """
    folder = Path(tempfile.mkdtemp(prefix="callboard-drill-"))
    try:
        return ThreadedCompany(scenario, SharedInjector(faults, chance(seed)), folder, dialect).live()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class RealDisturbance:
    """Delays a real handler. The machine's clock cannot be moved."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def pause(self, seconds: float | None) -> None:
        """Implement `Disturber`; who waits for ever waits until the drill is over, and then does nothing any more."""
        if self.over.wait(seconds) and seconds is None:
            raise AbandonedError

    def jump(self, seconds: float, wall: float) -> None:
        """Implement `Disturber`."""
        raise NotImplementedError(f"the real clock does not jump by {seconds} s or {wall} s")


class ObservedSystem(ActorSystem):
    """An actor system that keeps all of its dead letters."""

    dead: list[DeadLetter]

    def add_dead_letter(self, letter: DeadLetter) -> None:
        """Implement `ActorSystem`."""
        super().add_dead_letter(letter)
        self.dead.append(letter)


class Noted(Behaviour[Message]):
    """A behaviour whose handling is noted."""

    def __init__(self, inner: Behaviour[Any], taken: Callable[[], object]) -> None:
        self._inner = inner
        self._taken = taken

    def started(self) -> None:
        """Implement `Behaviour`."""
        self._inner.started()

    def handle(self, message: Message) -> object:
        """Implement `Behaviour`."""
        self._taken()
        return self._inner.handle(message)

    def failed_on(self, message: Message) -> None:
        """Implement `Behaviour`."""
        self._inner.failed_on(message)

    def stopped(self) -> None:
        """Implement `Behaviour`."""
        self._inner.stopped()


class ThreadedCompany:
    """The company on real threads."""

    def __init__(self, scenario: Scenario, injector: SharedInjector, folder: Path, dialect: str = "") -> None:
        self._dialect = dialect
        self.world = new_world(scenario)
        self._injector = injector
        self._folder = folder
        self._lanes = RealThreads()
        self._journal = DiskJournal(folder / "journal.jsonl")
        self._disturbance = RealDisturbance()
        self._ended = threading.Event()
        self._report: ExitReport | None = None
        self._run_id = f"drill-{folder.name}"
        self._noting = threading.Lock()
        self.trace = Trace()
        self.system = system = ObservedSystem(self._lanes.clock, SilentLog(), HANG_LIMIT)
        system.dead = self.trace.dead
        self.person = Person(self.world, self._lanes, lambda message: system.publish(message, "person"))
        system.bus.tap(self._sent)
        system.decorate = self._decorate

    def live(self) -> Run:
        """From the start to the end, and a second longer."""
        with ModelServer(DrillModelServer(self.world, self._injector)) as server:
            ports = self._ports(server.url)
            self._open(ports)
            if not self._ended.wait(PATIENCE):
                self.person.loses_patience()
                self._ended.wait(self.world.scenario.exit_bound)
            self._look_at_processes()
            stuck = () if self._report is not None else self._stuck()
            self._disturbance.over.set()
            if self._report is None:
                ports.close()
        self._lanes.close()
        self._journal.close()
        end = "over" if self._report is not None else "seconds"
        incarnation = Incarnation(0, self.trace, end, len(self.trace.entries), self._report, stuck)
        return Run(self.world, [incarnation], [()], tuple(self._injector.struck), cut=False)

    def _open(self, ports: Ports) -> None:
        system, clock = self.system, self._lanes.clock
        session = Session(SessionId("drill"), str(self._folder), None, "scripted", "0")
        start_company(system, self._plan(session), ports, front_end(self.person, self.world), self._end)
        system.ask("supervisor", Ping(), START_LIMIT)
        opened = SessionOpened(session.id, session.directory, session.model, session.version, clock.wall())
        system.publish(Commit((opened,)), "main")

    def _plan(self, session: Session) -> CompanyPlan:
        scenario = self.world.scenario
        tools = toolbox(self.world.acts.append)
        runner = RunnerSpec(
            tools,
            Workspace(self._folder),
            Policy(mode=scenario.mode),
            (),
            TOOL_LIMIT,
            scenario.interactive,
            lambda _: None,
        )
        access = ModelAccess(
            "scripted", scenario.system, tools.definitions, backoff=0.05, backoff_most=0.2, facts=scenario.facts
        )
        return CompanyPlan(SETTINGS, session, access, runner)

    def _ports(self, url: str) -> Ports:
        world, injector, clock = self.world, self._injector, self._lanes.clock
        real = RealTerminals(self._run_id, self._folder, lambda: JobLimits(time_limit=TOOL_LIMIT))
        workers = ThreadWorkers(8)
        models: list[HttpModel] = []
        access = drill_access(url, self._dialect)

        def model() -> ModelPort:
            for earlier in models:
                earlier.close()
            models[:] = [HttpModel(access, limits=WaitLimits(START_LIMIT, STALL_LIMIT, progress=STALL_LIMIT))]
            return LossyModel(models[0], injector)

        def close() -> tuple[str, ...]:
            for last in models:
                last.close()
            workers.close()
            return real.close(GRACE)

        watched = WatchedTerminals(real, world, injector, clock)
        terminals = LossyTerminals(watched, injector)
        watched_journal = WatchedJournal(self._journal, world, injector, self.trace)
        return Ports(model, workers, terminals, watched_journal, close, clock, lambda: 0.5)

    def _sent(self, envelope: Envelope, receivers: tuple[str, ...]) -> None:
        with self._noting:
            self.trace.note_sent(len(self.trace.entries) + 1, self._lanes.clock.now(), envelope, receivers)

    def _taken(self, actor: str) -> None:
        envelope = self.system.cell(actor).envelope
        if envelope is not None:
            with self._noting:
                step, now = len(self.trace.entries) + 1, self._lanes.clock.now()
                self.trace.entries.append(TakenMessage(step, now, actor, envelope))

    def _decorate(self, child: Child) -> Child:
        disturbed = with_faults(child, self._injector, self._disturbance)
        taken = partial(self._taken, child.name)

        def factory(context: Context) -> Behaviour[Any]:
            return Noted(disturbed.factory(context), taken)

        return replace(disturbed, factory=factory)

    def _end(self, report: ExitReport) -> None:
        if self._report is None:
            self._report = report
        self._ended.set()

    def _look_at_processes(self) -> None:
        """The processes that carry the run's id a second after the end; a daemon has no job of its own."""
        if tagged(self._run_id):
            self._disturbance.over.wait(GRACE)
        known = {process.pid: process for process in self.world.processes}
        for pid in living(tagged(self._run_id)):
            if pid in known:
                known[pid].ended = None
            else:
                self.world.processes.append(Process(pid, "", "a child of a command", self._lanes.clock.now()))

    def _stuck(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (status.name, f"is in the middle of {status.handling}")
            for status in self.system.statuses()
            if status.handling
        )
