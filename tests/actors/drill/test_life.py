"""One life: the shipped cast on a simulated stage, from the first step to its end."""

from __future__ import annotations

import gc
from pathlib import Path

from actors.drill.choosers import Plain
from actors.drill.faults import Fault, Injector
from actors.drill.life import Life, SilentLog, Stage, open_prompts
from actors.drill.props import Props
from actors.drill.run import Course, Kill, run
from actors.drill.scenario import Scenario
from actors.drill.scenarios import ANSWER, JOB, QUEUE
from actors.drill.trace import Taken
from actors.runtime.scheduler import chance
from actors.runtime.signals import Stop

FEW = 50
"""Objects; a system left whole is hundreds."""


def stage(scenario: Scenario, *faults: Fault) -> Stage:
    props = Props()
    props.begin(scenario)
    return Stage(props, Plain(), Injector(faults, chance(1)))


def live(scenario: Scenario, *faults: Fault, kill_at: int = 0) -> Life:
    return stage(scenario, *faults).live(kill_at)


def test_the_whole_cast_is_on_stage() -> None:
    taken = [entry for entry in stage(JOB).live().trace.entries if isinstance(entry, Taken)]
    cast = {"ui", "journal", "llm_streamer", "pty_manager", "tool_runner", "turn_loop"}
    assert {entry.actor for entry in taken} == {"shutdown", "supervisor", *cast}
    stopped = [entry.actor for entry in taken if isinstance(entry.envelope.message, Stop)]
    assert sorted(stopped) == sorted(("supervisor", *cast))


def test_a_life_that_is_over_leaves_nothing_to_the_garbage_collector() -> None:
    """A search makes thousands of them."""
    props = Props()
    run(JOB, Course(1), props)
    gc.collect()
    gc.disable()
    try:
        run(JOB, Course(2), props)
        assert gc.collect() < FEW
    finally:
        gc.enable()


def test_a_life_ends_in_order_and_reports_it() -> None:
    life = live(ANSWER)
    assert (life.end, life.stuck) == ("over", ())
    assert life.report is not None
    assert (life.report.exit_code, life.report.late, life.report.survivors) == (0, (), ())


def test_a_life_can_be_ended_after_any_step() -> None:
    life = live(ANSWER, kill_at=20)
    assert (life.end, life.steps, life.report) == ("killed", 20, None)


def test_a_handler_that_hangs_at_the_end_is_named_and_does_not_hold_it() -> None:
    life = live(ANSWER, Fault("pty_manager", "hang", on="EndAllJobs", nth=1))
    assert life.report is not None
    assert life.report.late == ("jobs ended", "pty_manager")
    assert [actor for actor, _ in life.stuck] == ["pty_manager"]
    assert life.report.seconds < 5.0


def test_the_prompts_that_are_open_after_a_kill_are_read_from_the_journal() -> None:
    done = run(QUEUE, Course(schedule=(), kills=(Kill(40), Kill(1))))
    del done.lives[1:]
    world = done.world
    world.journal[:] = world.inherited[1]
    assert open_prompts(world) <= {"p1", "p2", "p3"}
    assert open_prompts(world)


def test_the_log_of_a_drill_keeps_nothing(tmp_path: Path) -> None:
    log = SilentLog()
    log.write("journal", "anything", path=str(tmp_path))
    assert not vars(log)
