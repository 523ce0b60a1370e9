"""What a request may have of the window."""

from __future__ import annotations

from actors.context.plan import ContextPlan, RequestOpening
from config.settings import ContextSettings


def test_the_answer_keeps_its_part_of_the_window() -> None:
    assert ContextPlan(window=200_000).reserve == 8_192
    assert ContextPlan(window=200_000, longest_answer=64_000).reserve == 50_000
    assert ContextPlan(window=8_000).reserve == 2_000


def test_the_limit_is_the_threshold_or_what_the_answer_leaves() -> None:
    assert ContextPlan(window=200_000).limit == 160_000
    assert ContextPlan(window=32_000, longest_answer=8_000).limit == 24_000
    assert ContextPlan(window=100_000, settings=ContextSettings(threshold=0.5)).limit == 50_000
    assert ContextPlan(window=1).limit == 1


def test_an_opening_is_the_system_prompt_and_the_tools() -> None:
    assert RequestOpening(3, 4).size == 7
