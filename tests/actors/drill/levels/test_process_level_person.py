"""Who types in a drill of the real program."""

from __future__ import annotations

from dataclasses import replace

from actors.drill.levels.process_level_person import unseen
from actors.drill.plan.scenarios import ANSWER, SCENARIOS


def test_a_scenario_without_a_person_cannot_be_typed() -> None:
    assert unseen(ANSWER) == ""
    assert unseen(replace(ANSWER, interactive=False)) == "it has no person at a terminal"


def test_most_scenarios_that_come_along_can_be_typed() -> None:
    assert sum(not unseen(scenario) for scenario in SCENARIOS) > len(SCENARIOS) // 2
