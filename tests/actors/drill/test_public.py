"""The public names."""

from __future__ import annotations

from pathlib import Path

import pytest

import callboard_drill
from actors.drill import public

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "testing-your-own-tools.md"
NAMES = ("simulate", "schedules", "Probe", "FaultPlan", "Fault", "Scenario", "Tool", "ToolResult", "Cast", "load_plan")


@pytest.mark.parametrize("name", NAMES)
def test_what_the_manual_names_can_be_had(name: str) -> None:
    assert name in MANUAL.read_text(encoding="utf-8")
    assert getattr(callboard_drill, name) is not None
    assert hasattr(public, name)


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError):
        _ = callboard_drill.Nothing  # pyright: ignore[reportAttributeAccessIssue]
