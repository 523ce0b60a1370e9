"""A fault plan as the simulation runs it: faults at inboxes and ports, acts of the person, kills.

`config.faults.fault_plan` has what the user wrote. What happens to the program as a whole becomes what the front end
makes of it: SIGTERM begins the shutdown, SIGINT cancels. kill -9 becomes the end of an incarnation, at a moment that a
first run of the same seed shows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.plan.scenario import Act, Scenario
from actors.drill.plan.scenarios import SCENARIOS
from actors.drill.simulated.person import HEARD
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.messages import CancelTurn, ResizeJobs
from actors.records import TurnStarted
from actors.runtime.signals import BeginShutdown
from actors.runtime.simulated.scheduler import chance
from actors.system import ACTORS
from config.faults.fault_kinds import USUAL_SECONDS, kind_of
from config.faults.fault_plan import check_plan, read_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actors.drill.simulated.fixtures import Fixtures
    from actors.runtime.message import Message
    from config.faults.fault import Fault as PlannedFault
    from config.faults.fault_plan import FaultPlan

PROGRAM = "program"
RESIZES = 100
EVERY_TIME = 1_000_000
SHUTDOWNS = {"terminate": (143, "terminated"), "interrupt_twice": (130, "interrupted"), "hang_up": (129, "hung up")}
MOMENTS = {event.__name__: event for event in HEARD}
"""What a plan can name as the moment at which something happens to the program: all that a person could see."""


HEARS: dict[str, tuple[type[Message], ...]] = {
    "ui": HEARD,
    **ACTORS,
    PROGRAM: HEARD,
}
"""What `on` can name at each place."""


def message_names() -> dict[str, tuple[str, ...]]:
    """For each place every message that a plan can name there."""
    return {place: tuple(message.__name__ for message in heard) for place, heard in HEARS.items()}


def load_plan(path: Path | str, scenarios: Iterable[Scenario] | Scenario = SCENARIOS) -> FaultPlan:
    """The plan in this file, checked against the scenarios (or the one) and the vocabulary.

    Raises:
        ConfigError: it cannot be run; the text says why and what can be named.
    """
    scenarios = (scenarios,) if isinstance(scenarios, Scenario) else scenarios
    return read_plan(Path(path), [scenario.name for scenario in scenarios], message_names())


def checked(plan: FaultPlan, scenarios: Iterable[Scenario] = SCENARIOS) -> FaultPlan:
    """A plan that was written in Python.

    Raises:
        ConfigError: it cannot be run.
    """
    return check_plan(plan, tuple(scenario.name for scenario in scenarios), message_names())


def scenario_of(plan: FaultPlan, scenarios: Iterable[Scenario] = SCENARIOS) -> Scenario:
    """The plan's scenario, with what happens to the program as acts of the person, and the plan's bounds."""
    scenario = next(scenario for scenario in scenarios if scenario.name == plan.scenario)
    planned = ((fault.kind, act) for fault in plan.fault if fault.at == PROGRAM for act in _acts(fault))
    acts = tuple(replace(act, fault=kind) for kind, act in planned)
    ends = any(isinstance(act.send, BeginShutdown) for act in acts)
    return replace(
        scenario,
        acts=(*scenario.acts, *acts),
        leaves=scenario.leaves and not ends,
        prompt_bound=plan.bounds.prompt,
        exit_bound=plan.bounds.exit,
    )


def faults_of(plan: FaultPlan) -> tuple[InjectedFault, ...]:
    """The faults that strike at inboxes and in ports."""
    return tuple(_fault(fault) for fault in plan.fault if fault.at != PROGRAM)


def run_specs(plan: FaultPlan, scenario: Scenario, seeds: range, fixtures: Fixtures) -> Iterator[RunSpec]:
    """A run spec for each seed; kills are at the moments that a run of the same seed without them has shown."""
    faults = faults_of(plan)
    kills = [fault for fault in plan.fault if fault.at == PROGRAM and fault.kind == "kill"]
    for seed in seeds:
        run_spec = RunSpec(seed, faults)
        yield replace(run_spec, kills=_kills(kills, scenario, run_spec, fixtures)) if kills else run_spec


def _fault(fault: PlannedFault) -> InjectedFault:
    kind, most = fault.kind, fault.most
    if kind == "slow" and fault.at not in ("model", "terminals"):
        kind, most = "delay", EVERY_TIME
    usual = kind_of(fault.at, fault.kind).size
    size = fault.size if fault.size is not None else 1 if usual is None else usual
    seconds = USUAL_SECONDS if fault.seconds is None else fault.seconds
    return InjectedFault(fault.at, kind, fault.on, fault.nth or 0, fault.probability or 1.0, most, seconds, size)


def _acts(fault: PlannedFault) -> tuple[Act, ...]:
    after, nth = MOMENTS.get(fault.on, TurnStarted), fault.nth or 1
    cancel = Act(CancelTurn(), after, nth)
    match fault.kind:
        case "interrupt":
            return (cancel,)
        case "interrupt_twice":
            return (cancel, Act(BeginShutdown(*SHUTDOWNS[fault.kind]), after, nth, 0.1))
        case "terminate" | "hang_up":
            return (Act(BeginShutdown(*SHUTDOWNS[fault.kind]), after, nth),)
        case "resize_storm":
            return tuple(Act(ResizeJobs(10 + size, 40 + size), after, nth, size / 100) for size in range(RESIZES))
        case _:
            return ()


def _kills(faults: list[PlannedFault], scenario: Scenario, run_spec: RunSpec, fixtures: Fixtures) -> tuple[Kill, ...]:
    """The first kill at the moment that was named, or at any; each further one in the next incarnation, at any."""
    number = chance(run_spec.seed)
    incarnation = run(scenario, run_spec, fixtures).incarnations[0]
    kills: list[Kill] = []
    for fault in faults:
        for _ in range(fault.most):
            step = 1 + int(number() * incarnation.steps)
            if not kills and fault.on:
                wanted = MOMENTS[fault.on]
                steps = [sent.step for sent in incarnation.trace.sent() if isinstance(sent.message, wanted)]
                nth = fault.nth or 1
                step = steps[nth - 1] if len(steps) >= nth else step
            kills.append(Kill(step, fault.size or 0))
    return tuple(kills)


def chances(plan: FaultPlan, seed: int) -> Injector:
    """The injector for a run on real threads or of the real program."""
    return Injector(faults_of(plan), chance(seed))
