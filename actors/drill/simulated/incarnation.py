"""One incarnation of the company in the simulated world: from the first step to its end, or to a kill.

The shipped actors are started by `actors.system.start_company`, as in the real program; only the ports, the front end
and the runtime are simulated. `actors.drill.simulated.run` makes a run of several incarnations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.calls.tool_runner import RunnerSpec
from actors.conversation import fold
from actors.drill.plan.faults import WAITING_KINDS, Injector, with_faults
from actors.drill.simulated.catalog import SimCatalog
from actors.drill.simulated.lossy import LossyModel, LossyTerminals
from actors.drill.simulated.model_port import SimModel
from actors.drill.simulated.person import Person, front_end
from actors.drill.simulated.ports import SimJournal, SimTerminals, SimWorkers
from actors.drill.simulated.trace import Trace
from actors.ids import SessionId
from actors.journal.journal import read_back
from actors.llm.retries.model_chain import FallbackModel
from actors.llm.retries.retry_budget import RetryBudget
from actors.llm_streamer import ModelAccess
from actors.messages import Commit
from actors.records import SessionOpened
from actors.runtime.envelope import Envelope
from actors.runtime.log import Log
from actors.runtime.signals import Ping
from actors.runtime.simulated.scheduler import Edge, Scheduler
from actors.runtime.simulated.simulation import SimFuture, SimSystem
from actors.system import CompanyPlan, Ports, Session, start_company
from config.settings import Limits, Policy, Settings

if TYPE_CHECKING:
    from actors.drill.simulated.fixtures import Fixtures
    from actors.drill.simulated.strategies import PlainStrategy
    from actors.drill.simulated.world import World
    from actors.llm.port import ModelPort
    from actors.ports import TerminalPort
    from actors.runtime.shutdown import ExitReport
    from actors.runtime.simulated.scheduler import SimThread

TOOL_LIMIT = 30.0
DRAINED_AFTER = 1.0
"""Virtual seconds after the end in which processes may still go."""
SETTINGS = Settings()


@dataclass(slots=True)
class Incarnation:
    """How one incarnation went. `end`: `over` (an orderly end), `killed`, or why the scheduler gave up."""

    number: int
    trace: Trace
    end: str
    steps: int
    report: ExitReport | None
    stuck: tuple[tuple[str, str], ...]
    """Actors that could not go on at the end, each with what it was at."""


class SilentLog(Log):
    """A log that drops every line."""

    def __init__(self) -> None:
        pass

    def write(self, actor: str, event: str, **fields: object) -> None:
        """Implement `Log`."""


class Disturbance:
    """Delays a simulated handler and moves the virtual clock."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def pause(self, seconds: float | None) -> None:
        """Implement `Disturber`."""
        self._scheduler.park(None, seconds)

    def jump(self, seconds: float, wall: float) -> None:
        """Implement `Disturber`."""
        self._scheduler.clock.jump(seconds, wall)


class SimulatedCompany:
    """The shipped company over simulated ports, in virtual time."""

    def __init__(
        self, fixtures: Fixtures, strategy: PlainStrategy, injector: Injector, *, sealed: bool = False
    ) -> None:
        self.world = world = fixtures.world
        self._fixtures = fixtures
        self.scheduler = scheduler = Scheduler(strategy)
        strategy.follow(scheduler)
        self.trace = Trace(sealed=sealed)
        self.system = system = SimSystem(scheduler, SilentLog(), SETTINGS.runtime.hang_limit)
        self.report: ExitReport | None = None
        self.person = Person(world, scheduler, lambda message: system.publish(message, "person"))
        if world.incarnation:
            self.person.returns(open_prompts(world))
        self._injector = injector
        self._main = Edge("main", scheduler)
        self._over_at = 0.0
        self._observe()
        scheduler.nests = not any(fault.kind in WAITING_KINDS for fault in injector.faults)
        if injector.faults:
            disturbance = Disturbance(scheduler)
            system.decorate = lambda child: with_faults(child, injector, disturbance)
        self._ports = self._make_ports()

    def live(self, kill_at: int = 0) -> Incarnation:
        """From the first step to the last; `kill_at` is the step after which the program is killed, 0: never."""
        scheduler, world = self.scheduler, self.world
        scheduler.idle = self.person.loses_patience
        self._main.push(self._open)
        if kill_at:
            scheduler.most_steps = kill_at
        end = scheduler.run()
        if kill_at and end == "steps":
            end = "killed"
        stuck = self._stuck() if end != "killed" else ()
        incarnation = Incarnation(world.incarnation, self.trace, end, scheduler.steps, self.report, stuck)
        self.system.dissolve()
        return incarnation

    def _observe(self) -> None:
        system, scheduler, trace, clock = self.system, self.scheduler, self.trace, self.scheduler.clock

        def sent(envelope: Envelope, receivers: tuple[str, ...]) -> None:
            trace.note_sent(scheduler.steps, clock.now(), envelope, receivers)

        def taken(lane: SimThread, envelope: Envelope) -> None:
            trace.note_taken(scheduler.steps, clock.now(), lane.name, envelope)

        system.bus.tap(sent)
        system.taken = taken
        system.lost = trace.dead.append

    def _make_ports(self) -> Ports:
        world, scheduler, injector = self.world, self.scheduler, self._injector
        terminals = SimTerminals(world, scheduler, injector)
        models: list[SimModel] = []
        catalog = SimCatalog(world, scheduler)

        def model() -> ModelPort:
            for earlier in models:
                earlier.close()
            models[:] = [SimModel(world, scheduler, injector, catalog.note)]
            return LossyModel(models[0], injector) if injector.faults else models[0]

        port: TerminalPort = LossyTerminals(terminals, injector) if injector.faults else terminals
        entries = self.trace.entries
        journal = SimJournal(world, injector, lambda: len(entries))
        return Ports(
            model, SimWorkers(scheduler), port, journal, terminals.close, scheduler.clock, lambda: 0.5, catalog
        )

    def _open(self) -> None:
        """Do what `Company.start` does, then start the person."""
        world, system = self.world, self.system
        session = Session(SessionId("drill"), "/", None, "scripted", "0")
        start_company(system, self._plan(session), self._ports, front_end(self.person, world), self._ended)
        started = SimFuture(self.scheduler)
        started.then = lambda: self._main.push(lambda: self._begin(session))
        system.cell("supervisor").address.post(Envelope(Ping(), "main", next(system.numbers), reply_to=started))

    def _begin(self, session: Session) -> None:
        system = self.system
        opened = SessionOpened(session.id, session.directory, session.model, session.version, system.clock.wall())
        system.publish(Commit((opened,)), "main")

    def _plan(self, session: Session) -> CompanyPlan:
        scenario, fixtures = self.world.scenario, self._fixtures
        fallbacks = (self._fallback(),) if scenario.fallback else ()
        access = ModelAccess("scripted", scenario.system, facts=scenario.facts, fallbacks=fallbacks)
        runner = RunnerSpec(
            fixtures.toolbox,
            fixtures.workspace,
            Policy(mode=scenario.mode),
            (),
            TOOL_LIMIT,
            scenario.interactive,
            lambda _: None,
        )
        settings = replace(SETTINGS, limits=Limits(time=scenario.turn_limit)) if scenario.turn_limit else SETTINGS
        return CompanyPlan(settings, session, access, runner)

    def _fallback(self) -> FallbackModel:
        return FallbackModel(
            "second", "scripted", lambda: SimModel(self.world, self.scheduler, self._injector), RetryBudget()
        )

    def _ended(self, report: ExitReport) -> None:
        if not self.scheduler.end:  # else it is a handler that is let go of after a kill
            self.report = report
            self.scheduler.finish()

    def _stuck(self) -> tuple[tuple[str, str], ...]:
        """Each actor that cannot go on, with what it waits for."""
        found: list[tuple[str, str]] = []
        for cell in self.system.watched():
            if cell.child.name == "shutdown" and self.report is not None:
                continue  # the one that stops the others
            handling = cell.envelope
            if handling is not None and cell.state == "running":
                found.append((cell.child.name, f"is in the middle of {type(handling.message).__name__}"))
            elif cell.mailbox.depth():
                found.append((cell.child.name, f"({cell.state}) has {cell.mailbox.depth()} messages waiting"))
        return tuple(found)


def open_prompts(world: World) -> set[str]:
    """The prompts that the journal knows and that have not ended."""
    conversation = fold(read_back(bytes(world.journal)).records)
    waiting: set[str] = {waiting.prompt for waiting in conversation.waiting}
    return waiting | ({conversation.turn.prompt} if conversation.turn is not None else set())
