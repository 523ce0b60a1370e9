"""Inputs and effects are values."""

from __future__ import annotations

from actors.messages import CancelTurn
from ui.screen.messages import Effect, Key, Quit, ScreenInput, Send


def test_equal_inputs_are_equal_and_can_be_kept_in_sets() -> None:
    """S2-8."""
    assert Key("c-c", 1.0) == Key("c-c", 1.0)
    assert len({Quit(), Quit(), Quit(1)}) == 2
    assert Send(CancelTurn()) == Send(CancelTurn())


def test_inputs_and_effects_are_apart() -> None:
    assert not {*ScreenInput.__args__} & {*Effect.__args__}
