"""The drills that look for the mutants: a scenario, what is made to go wrong, and whether the program is killed.

Imports the drill kit, and with it the program: only after the mutant was planted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.drill.exploration.explore import SEALED_EVERY, Failure, boundaries, failure_of, seeds
from actors.drill.judging.invariants import check
from actors.drill.plan import scenarios
from actors.drill.plan.faults import InjectedFault
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import RunSpec, run
from tests.drills.mutants import scenes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.drill.plan.scenario import Scenario

EVERYTHING = 1_000_000
"""So many bytes that it is all of them."""
ALWAYS = 1_000_000
"""So often that it is every time."""
LONGER_THAN_THE_WATCHDOG = 15.0


@dataclass(frozen=True, slots=True)
class Found:
    """How many schedules it took, and what the last one broke; None: nothing."""

    schedules: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Without `kills` each schedule is a seed of its own; with it, kill -9 after each step of seed after seed.

    `cut` is how many bytes of the journal a kill takes along, of those that were not on the disk for certain.
    """

    scenario: Scenario
    faults: tuple[InjectedFault, ...] = ()
    kills: bool = False
    cut: int = 0

    def run_specs(self, number: int) -> Iterator[RunSpec]:
        """The first so many schedules."""
        if not self.kills:
            return seeds(1, number, self.faults)
        return islice(
            (run_spec for seed in count(1) for run_spec in boundaries(self.scenario, seed, cut=self.cut)), number
        )


def crash(actor: str, on: str = "", *, after: bool = False) -> InjectedFault:
    """One crash at any moment; which one is the seed's choice."""
    return InjectedFault(actor, "crash_after" if after else "crash_before", on, probability=0.2)


def search(plan: Plan, schedules: int, promise: str = "") -> Found:
    """The first of the schedules that breaks this promise, or any where none is named."""
    fixtures = Fixtures()
    for number, run_spec in enumerate(plan.run_specs(schedules), start=1):
        done = run(plan.scenario, run_spec, fixtures, sealed=number % SEALED_EVERY == 0)
        violations = check(done)
        if any(violation.invariant == promise or not promise for violation in violations):
            return Found(number, failure_of(plan.scenario, run_spec, done, violations))
    return Found(schedules)


PLANS = {
    **{scenario.name: Plan(scenario) for scenario in scenarios.SCENARIOS},
    "kill anywhere, tools, cut": Plan(scenarios.TOOLS, kills=True, cut=EVERYTHING),
    "kill anywhere, queue, cut": Plan(scenarios.QUEUE, kills=True, cut=EVERYTHING),
    "kill anywhere, queue, torn": Plan(scenarios.QUEUE, kills=True, cut=10),
    "disk full, tools": Plan(scenarios.TOOLS, (InjectedFault("journal_file", "disk_full", probability=0.15),)),
    "disk full, queue": Plan(scenarios.QUEUE, (InjectedFault("journal_file", "disk_full", probability=0.15),)),
    "torn write, queue": Plan(scenarios.QUEUE, (InjectedFault("journal_file", "torn", probability=0.15),)),
    "turn loop crashes, tools": Plan(scenarios.TOOLS, (crash("turn_loop"),)),
    "turn loop crashes, queue": Plan(scenarios.QUEUE, (crash("turn_loop"),)),
    "journal crashes, tools": Plan(scenarios.TOOLS, (crash("journal"),)),
    "journal crashes, queue": Plan(scenarios.QUEUE, (crash("journal"),)),
    "streamer crashes, retry": Plan(scenarios.RETRY, (crash("llm_streamer"),)),
    "streamer crashes, compaction": Plan(scenarios.COMPACTION, (replace(crash("llm_streamer"), most=3),)),
    "tool runner crashes, tools": Plan(scenarios.TOOLS, (crash("tool_runner"),)),
    "screen crashes, queue": Plan(scenarios.QUEUE, (crash("ui"),)),
    "journal cannot start": Plan(
        scenarios.ANSWER, (InjectedFault("journal", "start_failure", probability=1.0, most=ALWAYS),)
    ),
    "streamer hangs for a while": Plan(
        scenes.ANSWER_THEN_THINK,
        (InjectedFault("llm_streamer", "delay", "SignalArrived", probability=0.4, seconds=LONGER_THAN_THE_WATCHDOG),),
    ),
    "server out of order": Plan(scenarios.ANSWER, (InjectedFault("model", "status_500", most=ALWAYS),)),
    "empty answers": Plan(scenarios.TOOLS, (InjectedFault("model", "empty", probability=0.5, most=ALWAYS),)),
    "withheld answers": Plan(scenarios.TOOLS, (InjectedFault("model", "withheld", probability=0.5),)),
    "twelve refusals": Plan(scenarios.MANY, (InjectedFault("model", "rejected", most=ALWAYS),)),
    "turn loop crashes after, tools": Plan(scenarios.TOOLS, (crash("turn_loop", after=True),)),
    "tool runner hangs, tools": Plan(scenarios.TOOLS, (InjectedFault("tool_runner", "hang", probability=0.2),)),
    "journal crashes twice, tools": Plan(scenarios.TOOLS, (replace(crash("journal"), most=2),)),
    "quit while the journal fails": Plan(scenarios.QUIT_STREAMING, (crash("journal"),)),
    "disk full, calls and on": Plan(
        scenes.CALLS_AND_ON, (InjectedFault("journal_file", "disk_full", probability=0.15),)
    ),
    "cancel at once": Plan(scenes.CANCEL_AT_ONCE),
    "cancel before tools run": Plan(scenes.CANCEL_BEFORE_TOOLS),
    "quit with a stubborn job": Plan(scenes.QUIT_STUBBORN),
    "reasoning": Plan(scenes.REASONING),
    "flood": Plan(scenes.FLOOD),
    "quit while the turn loop fails": Plan(scenarios.QUIT_STREAMING, (crash("turn_loop"),)),
    "manager crashes, shell": Plan(scenarios.SHELL, (replace(crash("pty_manager", after=True), most=2),)),
    "quit twice": Plan(scenes.QUIT_TWICE),
    "turn limit": Plan(scenes.TURN_LIMIT),
    "unkillable": Plan(scenarios.QUIT_WORKING, (InjectedFault("terminals", "unkillable"),)),
}
"""All of them by name; the scenarios alone, undisturbed, among them."""
