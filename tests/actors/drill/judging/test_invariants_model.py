"""The checks of the model that is asked see what they must see."""

from __future__ import annotations

from actors.drill.judging.invariants import check
from actors.drill.plan.scenarios import SWITCH_MODEL
from actors.drill.simulated.run import RunSpec, run


def broken(models: list[tuple[int, str, str]]) -> list[str]:
    done = run(SWITCH_MODEL, RunSpec(1))
    done.world.models[:] = models
    return [f"{violation.invariant} {violation.text}" for violation in check(done)]


def test_a_good_run_breaks_nothing() -> None:
    assert not check(run(SWITCH_MODEL, RunSpec(1)))


def test_a_turn_that_is_asked_of_two_models_is_seen() -> None:
    said = broken([(0, "t1", "scripted"), (0, "t1", "drill/second")])
    assert said == ["I5 turn t1 was asked of scripted and then of drill/second"]


def test_a_model_that_was_never_written_is_seen() -> None:
    assert broken([(0, "t1", "else")]) == ["I5 turn t1 was asked of else, which is not in the journal"]


def test_a_change_that_is_forgotten_is_seen() -> None:
    said = broken([(0, "t1", "scripted"), (0, "t2", "scripted")])
    assert said == ["I5 p2 was asked of scripted, after drill/second had been chosen"]
