"""Every planted bug is found by its drill within its schedules; without the bug the same drill finds nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from actors.drill.plan.scenarios import SCENARIOS
from tests.drills.mutants.mutant import Mutant
from tests.drills.mutants.plans import PLANS, search
from tests.drills.mutants.planted import MUTANTS
from tests.drills.mutants.planting import ROOT, OutOfDateError, mutated
from tests.drills.mutants.runner import find

MANUAL = ROOT / "docs" / "faults.md"
PROMISES = {f"I{number}" for number in range(1, 11)}
SCHEDULES = Counter[str]()
for each in MUTANTS:
    SCHEDULES[each.plan] = max(SCHEDULES[each.plan], each.schedules)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_the_mutant_is_found(mutant: Mutant) -> None:
    """In a process of its own: nothing else ever sees the bug."""
    assert mutated(mutant) != (ROOT / mutant.file).read_text(encoding="utf-8")
    found = find(mutant)
    assert mutant.breaks in found.promises, f"{mutant.plan!r} kept {mutant.breaks} in {found.schedules} schedules"
    assert found.schedules <= mutant.schedules


@pytest.mark.parametrize("plan", sorted(SCHEDULES))
def test_without_a_mutant_the_drill_finds_nothing(plan: str) -> None:
    found = search(PLANS[plan], SCHEDULES[plan])
    assert found.failure is None, found.failure.violations
    assert found.schedules == SCHEDULES[plan]


def test_there_are_enough_mutants_and_each_promise_is_broken_by_one() -> None:
    assert len(MUTANTS) >= 25
    assert {mutant.breaks for mutant in MUTANTS} == PROMISES
    assert max(Counter(mutant.name for mutant in MUTANTS).values()) == 1
    assert max(Counter((mutant.file, mutant.old, mutant.new) for mutant in MUTANTS).values()) == 1


@pytest.mark.parametrize("old", ["this stands nowhere", "self"], ids=["gone", "many times"])
def test_a_mutant_whose_old_text_is_not_there_once_is_out_of_date(old: str) -> None:
    with pytest.raises(OutOfDateError, match="the mutant is out of date"):
        mutated(replace(MUTANTS[0], old=old))


def test_the_manual_has_a_row_for_each_mutant() -> None:
    rows = [line for line in MANUAL.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]
    told = {row[:3] for row in cells if len(row) == len(("mutant", "drill", "promise", "found after", "within"))}
    assert {(mutant.name, mutant.plan, mutant.breaks) for mutant in MUTANTS} <= told


def test_the_manual_says_which_scenarios_are_the_tests_own() -> None:
    own = {PLANS[mutant.plan].scenario.name for mutant in MUTANTS} - {scenario.name for scenario in SCENARIOS}
    _, _, text = MANUAL.read_text(encoding="utf-8").partition("`--scenario` does not know them:\n")
    assert set(" ".join(text.partition(".\n")[0].split()).split("; ")) == own
