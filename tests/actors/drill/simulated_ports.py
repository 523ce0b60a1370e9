"""A simulated world with a scheduler, for tests of one port at a time."""

from __future__ import annotations

from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.plan.scenario import Program, Scenario
from actors.drill.plan.scenarios import exchange, script
from actors.drill.simulated.model_port import SimModel
from actors.drill.simulated.ports import SimJournal, SimTerminals, SimWorkers
from actors.drill.simulated.strategies import PlainStrategy
from actors.drill.simulated.world import World, new_world
from actors.llm.port import ModelCall, ModelSignal
from actors.llm.scripted.script import ScriptedStep
from actors.runtime.simulated.scheduler import Scheduler, chance
from actors.transcript import Transcript, UserMessage
from tools.job import JobEvent, JobRequest


class Ground:
    """Everything that the ports stand on."""

    def __init__(
        self, *steps: ScriptedStep, programs: dict[str, Program] | None = None, faults: tuple[InjectedFault, ...] = ()
    ) -> None:
        scenario = Scenario("test", "", script(exchange("", steps)), (), programs or {})
        self.world: World = new_world(scenario)
        self.scheduler = Scheduler(PlainStrategy())
        self.injector = Injector(faults, chance(1))
        self.model = SimModel(self.world, self.scheduler, self.injector)
        self.terminals = SimTerminals(self.world, self.scheduler, self.injector)
        self.workers = SimWorkers(self.scheduler)
        self.journal = SimJournal(self.world, self.injector, lambda: 0)
        self.signals: list[tuple[float, ModelSignal]] = []
        self.events: list[tuple[float, JobEvent]] = []
        self.terminals.listen(lambda event: self.events.append((self.scheduler.clock.now(), event)))

    def ask(self, request: str = "r") -> None:
        """Start a request whose signals are noted."""
        call = ModelCall("m", "", Transcript((UserMessage.of("hello"),)), ())
        self.model.start(request, call, lambda signal: self.signals.append((self.scheduler.clock.now(), signal)))

    def run(self, command: str, *, time_limit: float | None = None) -> None:
        """Start a job whose events are noted."""
        self.terminals.start("j", JobRequest(("/bin/sh", "-c", command), "/", time_limit=time_limit))

    def play(self) -> None:
        """Until nothing can happen any more."""
        assert self.scheduler.run() == "quiet"
