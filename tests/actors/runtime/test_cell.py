"""The cell: numbers about an actor that anyone may read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors.runtime.behaviour import Context
from actors.runtime.cell import Cell
from tests.actors.runtime.rig import BOUND, Ask, Rig, actor


def cell(rig: Rig) -> Cell:
    def act(context: Context, message: object) -> object:
        return message

    rig.system.start(actor("one", act, Ask))
    rig.system.ask("one", Ask(), BOUND)
    return rig.system.cell("one")


def test_the_fastest_99_of_a_hundred_are_below_the_p99() -> None:
    with Rig() as rig:
        one = cell(rig)
        for _ in range(10_000):
            one.took(0.000_1)
        for _ in range(50):
            one.took(5.0)
        assert 0.000_1 <= one.p99() < 0.001
        assert one.status(0.0).handled == 10_051


@given(some.floats(0.0, 1e9))
def test_any_duration_can_be_counted(seconds: float) -> None:
    with Rig() as rig:
        one = cell(rig)
        before = one.handled
        one.took(seconds)
        assert one.handled == before + 1


@pytest.mark.parametrize("seconds", [0.000_003, 0.001, 1.0])
def test_the_p99_is_an_upper_bound_within_a_factor_of_two(seconds: float) -> None:
    with Rig() as rig:
        one = cell(rig)
        for _ in range(1_000):
            one.took(seconds)
        assert seconds <= one.p99() <= 2.1 * seconds
