"""What faults make of a model's answer on the wire."""

from __future__ import annotations

import pytest

from actors.drill.levels.model_server import disturbed, is_whole, marks, single
from actors.drill.plan.faults import InjectedFault
from actors.llm.scripted.script import CallStep, ScriptedStep

ANSWER = (
    ScriptedStep(delta="a"),
    ScriptedStep(delta="b"),
    ScriptedStep(call=CallStep("mark", {"mark": "x"}, id="one")),
)


def made(kind: str, size: int = 1) -> tuple[ScriptedStep, ...]:
    return disturbed(ANSWER, (InjectedFault("model", kind, size=size, seconds=2.0),))


SPOILING = (
    "cut", "reset", "no_end", "stall", "malformed", "status_429", "status_500", "rejected", "html", "empty", "withheld",
    "context_exceeded", "barren",
)  # fmt: skip


@pytest.mark.parametrize("kind", SPOILING)
def test_these_leave_no_whole_answer(kind: str) -> None:
    assert is_whole(ANSWER)
    assert not is_whole(made(kind))


def test_a_cut_comes_after_so_many_pieces() -> None:
    assert [step.delta for step in made("cut", size=1)] == ["a", None]
    assert made("reset", size=2)[-1].cut == "reset"


def test_a_slow_answer_is_whole() -> None:
    slow = made("slow")
    assert is_whole(slow)
    assert [step.stall for step in slow[::2]] == [2.0, 2.0, 2.0]


def test_calls_lose_their_ids_or_their_arguments() -> None:
    renamed, broken = made("same_ids")[-1].call, made("bad_arguments")[-1].call
    assert renamed is not None
    assert broken is not None
    assert renamed.id == "call_1"
    assert marks(broken) == ()
    assert marks(CallStep("mark", {"mark": "x"})) == ("x",)


def test_repeated_steps_are_played_one_by_one() -> None:
    assert [step.stall for step in single((ScriptedStep(delta="a", repeat=3, every=0.5),))] == [
        None,
        0.5,
        None,
        0.5,
        None,
    ]
