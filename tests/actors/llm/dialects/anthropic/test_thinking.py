"""Efforts, as models take them."""

from __future__ import annotations

import pytest

from actors.llm.dialects.anthropic.thinking import is_adaptive, is_thinking, thinking_fields


@pytest.mark.parametrize(
    ("model", "adaptive"),
    [
        ("claude-3-7-sonnet-20250219", False),
        ("claude-3-5-haiku-latest", False),
        ("claude-opus-4-20250514", False),
        ("claude-opus-4-1-20250805", False),
        ("claude-sonnet-4-5", False),
        ("claude-haiku-4-5-20251001", False),
        ("claude-opus-4-6", True),
        ("anthropic/claude-opus-4.7", True),
        ("us.anthropic.claude-opus-4-7-v1:0", True),
        ("claude-sonnet-5", True),
        ("claude-opus-5-5", True),
        ("claude-mythos-preview", True),
        ("CLAUDE-OPUS-4-7", True),
        ("deepseek-reasoner", False),
        ("kimi-k2", False),
        ("", False),
    ],
)
def test_newer_models_of_anthropic_choose_by_themselves_how_much_they_think(model: str, adaptive: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_adaptive(model) is adaptive


@pytest.mark.parametrize("effort", ["minimal", "low", "medium", "high", "xhigh", "max", "a lot"])
@pytest.mark.parametrize("limit", [1, 1_024, 2_047, 2_048, 8_192, 64_000])
def test_thoughts_always_leave_room_for_the_answer(effort: str, limit: int) -> None:
    thinking = thinking_fields("claude-sonnet-4-5", effort, limit).get("thinking")
    if limit < 2_048:
        assert thinking is None
    else:
        assert isinstance(thinking, dict)
        assert 1_024 <= thinking["budget_tokens"] <= limit - 1_024


def test_no_effort_asks_for_nothing_and_none_for_no_thoughts() -> None:
    assert thinking_fields("claude-sonnet-5", "", 9_000) == {}
    assert thinking_fields("claude-sonnet-5", "none", 9_000) == {"thinking": {"type": "disabled"}}
    assert thinking_fields("claude-sonnet-5", "minimal", 9_000)["output_config"] == {"effort": "low"}


def test_a_request_thinks_unless_it_says_nothing_of_it_or_that_it_does_not() -> None:
    assert is_thinking({"thinking": {"type": "adaptive"}})
    assert not is_thinking({"thinking": {"type": "disabled"}})
    assert not is_thinking({})
