"""A model that goes round in a circle is told, then stopped."""

from __future__ import annotations

import pytest

from actors.messages import RunCalls
from actors.records import ModelAdvised
from tests.actors.hand_loop import OK, Loop, call, ready
from tools.tool import ToolResult


def circle(loop: Loop, *names: str, result: ToolResult = OK) -> list[object]:
    """One step of these calls, each with the same result."""
    run = loop.reply(*map(call, names))[-1]
    assert isinstance(run, RunCalls)
    sent: list[object] = []
    for each in run.calls:
        sent += loop.answer(each.id, result)
    return sent


def test_a_model_that_repeats_itself_is_told_once_and_then_stopped() -> None:
    loop = ready()
    loop.prompt()
    told: list[int] = []
    for step in range(1, 20):
        sent = circle(loop, "look")
        told += [step for item in sent if isinstance(item, ModelAdvised)]
        if loop.state.phase == "idle":
            break
    assert told == [3]
    assert (loop.ended().outcome, loop.ended().steps) == ("failed", 6)
    assert "circle" in loop.ended().text


def test_a_circle_of_two_calls_is_one_too() -> None:
    loop = ready()
    loop.prompt()
    for step in range(20):
        circle(loop, "ab"[step % 2])
        if loop.state.phase == "idle":
            break
    assert loop.ended().outcome == "failed"


def test_the_same_call_with_another_result_is_no_circle() -> None:
    loop = ready()
    loop.prompt()
    for step in range(20):
        circle(loop, "look", result=ToolResult("ok", f"line {step}"))
    assert not any(isinstance(record, ModelAdvised) for record in loop.records)


def test_the_same_tests_after_different_edits_are_no_circle() -> None:
    loop = ready()
    loop.prompt()
    for step in range(20):
        circle(loop, f"edit {step}")
        circle(loop, "run the tests")
    assert not any(isinstance(record, ModelAdvised) for record in loop.records)


def test_a_circle_of_parallel_calls_is_seen_and_calls_since_then_are_forgotten() -> None:
    loop = ready()
    loop.prompt()
    circle(loop, "a", "a", "a")
    assert any(isinstance(record, ModelAdvised) for record in loop.records)
    circle(loop, "b")
    for _ in range(4):
        circle(loop, "a")
    assert loop.state.phase == "asking"


def test_each_turn_begins_without_a_past() -> None:
    loop = ready()
    for turn in range(4):
        loop.prompt(f"go {turn}")
        circle(loop, "look")
        circle(loop, "look")
        loop.reply()
    assert not any(isinstance(record, ModelAdvised) for record in loop.records)


@pytest.mark.parametrize(("calls", "told_at", "stopped_at"), [(1, 3, 6), (2, 2, 3), (4, 1, 2), (20, 1, 2)])
def test_however_many_equal_calls_an_answer_has_the_model_is_told_once_before_it_is_stopped(
    calls: int, told_at: int, stopped_at: int
) -> None:
    loop = ready()
    loop.prompt()
    told: list[int] = []
    for step in range(1, 20):
        sent = circle(loop, *["look"] * calls)
        told += [step for item in sent if isinstance(item, ModelAdvised)]
        if loop.state.phase == "idle":
            break
    assert (told, loop.ended().steps) == ([told_at], stopped_at)


def test_a_circle_of_two_calls_is_told_once() -> None:
    loop = ready()
    loop.prompt()
    told = 0
    for step in range(20):
        told += sum(isinstance(item, ModelAdvised) for item in circle(loop, "ab"[step % 2]))
        if loop.state.phase == "idle":
            break
    assert told == 1
