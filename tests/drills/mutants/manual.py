"""Writes the section about the mutants in docs/faults.md: measured, so to be run again when the mutants change.

python -m tests.drills.mutants.manual
"""

from __future__ import annotations

import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from actors.drill.exploration.report import fault_text
from actors.drill.plan.scenarios import SCENARIOS
from tests.drills.mutants.plans import EVERYTHING, PLANS, Plan
from tests.drills.mutants.planted import MUTANTS
from tests.drills.mutants.planting import ROOT
from tests.drills.mutants.runner import Finding, find, story

MANUAL = ROOT / "docs" / "faults.md"
HEADING = "## Which plan finds which mutant\n"
WIDTH = 119
TOLD = "the end of a job overtakes its start and is lost"

INTRODUCTION = """
A drill that finds nothing may be worth nothing. So {number} bugs are planted, one at a time, in the shipped actors and
in the layer below them, each in a process of its own and by an import hook: the tree is never touched. Every one must
be found within a stated number of schedules, and without it the same schedules must break no promise; both are tests
(`tests/drills/mutants/`). To try one:

    python -m tests.drills.mutants.explore 'a call may be answered twice'

"Found after" is the number of schedules that it took when this was written, "within" what the test allows.

| mutant | drill | promise | found after | within |
|---|---|---|--:|--:|
"""
DRILLS = """
The drills, by the scenario that is played and what is made to go wrong. With "kill -9 anywhere" the program is killed
after each of its steps in turn and continued. A drill that is not named here is a scenario of that name, undisturbed.
Some scenarios are the tests' own (`tests/drills/mutants/scenes.py`), and `--scenario` does not know them:
{own}.

| drill | scenario | what goes wrong |
|---|---|---|
"""
STORY = """
### One of them in full

The tool runner starts a command and, a moment later, ends it, because the turn was cancelled. The order to end it is
urgent and overtakes the order to start it in the PTY manager's mailbox. The PTY manager remembers that; this mutant
does not. What the drill says, made small ({departures} of what made the schedule special are left; `--told FILE`):

"""
MORAL = """
Read from the end: `EndJob` arrives before `StartJob`, the command starts all the same, and only the tool runner's own
timer ends the call, five seconds later, while the command still runs. The schedule says why: the PTY manager's thread
had to come late. In a program with this bug the last line gives the same run again, message by message; in the shipped
one it says that the promise is kept.
"""


def section(findings: list[Finding], told: str) -> str:
    """The whole section, from its heading to the next one."""
    rows = "".join(
        f"| {mutant.name} | {mutant.plan} | {mutant.breaks} | {finding.schedules} | {mutant.schedules} |\n"
        for mutant, finding in zip(MUTANTS, findings, strict=True)
    )
    used = {mutant.plan for mutant in MUTANTS}
    drills = "".join(
        drill(name, plan) for name, plan in sorted(PLANS.items()) if name in used and is_special(name, plan)
    )
    shipped = {scenario.name for scenario in SCENARIOS}
    own = sorted({PLANS[name].scenario.name for name in used} - shipped)
    output = "".join(f"    {line}".rstrip() + "\n" for line in told.splitlines())
    departures = sum(line.startswith(("schedule: ", " " * 10)) for line in told.splitlines())
    return (
        HEADING
        + INTRODUCTION.format(number=len(MUTANTS))
        + rows
        + DRILLS.format(own=textwrap.fill("; ".join(own), WIDTH))
        + drills
        + STORY.format(departures=departures)
        + output
        + MORAL
        + "\n"
    )


def is_special(name: str, plan: Plan) -> bool:
    """Whether there is more to the drill than its scenario."""
    return name != plan.scenario.name or bool(plan.faults) or plan.kills


def drill(name: str, plan: Plan) -> str:
    """Its row."""
    wrong = [fault_text(fault) for fault in plan.faults]
    if plan.kills:
        wrong.append("kill -9 anywhere" + lost(plan.cut))
    return f"| {name} | {plan.scenario.name} | {'; '.join(wrong) or 'nothing'} |\n"


def lost(cut: int) -> str:
    """What a kill takes along."""
    if not cut:
        return ""
    return (
        ", all that the disk had not confirmed is lost"
        if cut == EVERYTHING
        else f", up to {cut} bytes that the disk had not confirmed are lost"
    )


def main() -> int:
    """Measure, and write."""
    with ThreadPoolExecutor(2) as threads:
        findings = list(threads.map(find, MUTANTS))
    with tempfile.TemporaryDirectory() as folder:
        told = story(TOLD, Path(folder) / "failure.json").replace(folder, "/home/me")
    text = MANUAL.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEADING)
    after = rest.partition("\n## ")[2]
    MANUAL.write_text(before + section(findings, told) + "## " + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
