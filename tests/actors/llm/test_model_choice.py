"""Which model a turn is asked of."""

from __future__ import annotations

import pytest

from actors.llm.model_choice import FixedModel, LookUp, ModelChoice, NoSuchModel, TurnModels, turn_of


def test_a_turn_keeps_the_model_it_began_with() -> None:
    turns = TurnModels("a")
    assert turns.of_turn("t1") == "a"
    turns.chosen = "b"
    assert [turns.of_turn("t1"), turns.of_turn("t2"), turns.of_turn("t2")] == ["a", "b", "b"]


def test_a_choice_before_the_first_request_holds_for_it() -> None:
    turns = TurnModels("a")
    turns.chosen = "b"
    assert turns.of_turn("t1") == "b"


@pytest.mark.parametrize(("request_id", "turn"), [("t1-r1", "t1"), ("t12-r3#2", "t12"), ("t1-r1-2#1", "t1"), ("", "")])
def test_a_request_says_its_turn(request_id: str, turn: str) -> None:
    assert turn_of(request_id) == turn


def test_a_fixed_model_answers_every_look_up_with_no() -> None:
    heard: list[LookUp] = []
    fixed = FixedModel()
    fixed.find("x", heard.append)
    fixed.use(ModelChoice("x", "x", "x"))
    assert isinstance(heard[0], NoSuchModel)
