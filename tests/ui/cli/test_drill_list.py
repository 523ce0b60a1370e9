"""The list of plans."""

from __future__ import annotations

from config.faults.fault_plan import shipped_plans
from config.faults.pains import PAINS
from ui.cli.drill_list import WIDTH, listing


def test_every_plan_scenario_and_open_pain_is_listed() -> None:
    text = listing()
    assert all(path.stem in text for path in shipped_plans())
    assert PAINS[14] in text.split("Open:")[1]
    assert PAINS[17] not in text.split("Open:")[1]
    assert "answer: one prompt, one answer, the end" in text
    assert max(map(len, text.splitlines())) <= WIDTH
