"""How hard a model shall think, as the fields of a Messages request.

Used by `dialect`. Newer models of Anthropic choose by themselves how much they think and take an effort; older ones,
and other vendors' models behind this dialect, take a number of tokens for it. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CLAUDE = re.compile(r"claude-(?:[a-z]+-)*(?:(\d{1,2})(?:[-.](\d{1,2}))?(?!\d))?")
ADAPTIVE_SINCE = (4, 6)
"""Version of Claude that takes an effort."""

BUDGETS: Mapping[str, int] = {
    "minimal": 1_024,
    "low": 4_096,
    "medium": 10_000,
    "high": 24_000,
    "xhigh": 32_000,
    "max": 48_000,
}
"""Effort: tokens of thinking."""

LEAST_BUDGET = 1_024
OFF = ("none", "off", "disabled")


def thinking_fields(model: str, effort: str, max_tokens: int) -> dict[str, object]:
    """The fields that ask for this effort; none where none is wanted or the answer has no room for thoughts."""
    if not effort:
        return {}
    if effort in OFF:
        return {"thinking": {"type": "disabled"}}
    if is_adaptive(model):
        level = "low" if effort == "minimal" else effort
        return {"thinking": {"type": "adaptive"}, "output_config": {"effort": level}}
    budget = min(BUDGETS.get(effort, BUDGETS["medium"]), max_tokens - LEAST_BUDGET)
    return {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget >= LEAST_BUDGET else {}


def is_adaptive(model: str) -> bool:
    """Whether the model chooses by itself how much it thinks."""
    found = CLAUDE.search(model.lower())
    if found is None:
        return False
    major, minor = found.groups()
    return major is None or (int(major), int(minor or 0)) >= ADAPTIVE_SINCE


def is_thinking(fields: Mapping[str, object]) -> bool:
    """Whether the request asks for thoughts; then the temperature must be left alone."""
    return isinstance(asked := fields.get("thinking"), dict) and asked.get("type") != "disabled"  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
