"""One life: the shipped cast on a simulated stage, from the first step to its end."""

from __future__ import annotations

import gc
from pathlib import Path

from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.plan.scenario import Scenario
from actors.drill.plan.scenarios import ANSWER, JOB, QUEUE
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.incarnation import Incarnation, SilentLog, SimulatedCompany, open_prompts
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.strategies import PlainStrategy
from actors.drill.simulated.trace import TakenMessage
from actors.runtime.signals import Stop
from actors.runtime.simulated.scheduler import chance

FEW = 50
"""Objects; a system left whole is hundreds."""


def stage(scenario: Scenario, *faults: InjectedFault) -> SimulatedCompany:
    fixtures = Fixtures()
    fixtures.begin(scenario)
    return SimulatedCompany(fixtures, PlainStrategy(), Injector(faults, chance(1)))


def live(scenario: Scenario, *faults: InjectedFault, kill_at: int = 0) -> Incarnation:
    return stage(scenario, *faults).live(kill_at)


def test_the_whole_cast_is_on_stage() -> None:
    taken = [entry for entry in stage(JOB).live().trace.entries if isinstance(entry, TakenMessage)]
    cast = {"ui", "journal", "llm_streamer", "model_switch", "pty_manager", "tool_runner", "turn_loop"}
    assert {entry.actor for entry in taken} == {"shutdown", "supervisor", *cast}
    stopped = [entry.actor for entry in taken if isinstance(entry.envelope.message, Stop)]
    assert sorted(stopped) == sorted(("supervisor", *cast))


def test_a_life_that_is_over_leaves_nothing_to_the_garbage_collector() -> None:
    """A search makes thousands of them."""
    fixtures = Fixtures()
    run(JOB, RunSpec(1), fixtures)
    gc.collect()
    gc.disable()
    try:
        run(JOB, RunSpec(2), fixtures)
        assert gc.collect() < FEW
    finally:
        gc.enable()


def test_a_life_ends_in_order_and_reports_it() -> None:
    incarnation = live(ANSWER)
    assert (incarnation.end, incarnation.stuck) == ("over", ())
    assert incarnation.report is not None
    assert (incarnation.report.exit_code, incarnation.report.late, incarnation.report.survivors) == (0, (), ())


def test_a_life_can_be_ended_after_any_step() -> None:
    incarnation = live(ANSWER, kill_at=20)
    assert (incarnation.end, incarnation.steps, incarnation.report) == ("killed", 20, None)


def test_a_handler_that_hangs_at_the_end_is_named_and_does_not_hold_it() -> None:
    incarnation = live(ANSWER, InjectedFault("pty_manager", "hang", on="EndAllJobs", nth=1))
    assert incarnation.report is not None
    assert incarnation.report.late == ("jobs ended", "pty_manager")
    assert [actor for actor, _ in incarnation.stuck] == ["pty_manager"]
    assert incarnation.report.seconds < 5.0


def test_the_prompts_that_are_open_after_a_kill_are_read_from_the_journal() -> None:
    done = run(QUEUE, RunSpec(schedule=(), kills=(Kill(40), Kill(1))))
    del done.incarnations[1:]
    world = done.world
    world.journal[:] = world.inherited[1]
    assert open_prompts(world) <= {"p1", "p2", "p3"}
    assert open_prompts(world)


def test_the_log_of_a_drill_keeps_nothing(tmp_path: Path) -> None:
    log = SilentLog()
    log.write("journal", "anything", path=str(tmp_path))
    assert not vars(log)
