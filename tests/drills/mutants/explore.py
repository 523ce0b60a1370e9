"""The runner: plants one mutant in this process, lets its drill look for it, and prints what was found as JSON.

    python -m tests.drills.mutants.explore 'a call may be answered twice' [--schedules N] [--told FILE]

`--told` prints the whole story of the failure instead, made small, as `callboard drill` does, and writes the file that
replays it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.mutants.planted import MUTANTS
from tests.drills.mutants.planting import plant

if TYPE_CHECKING:
    from tests.drills.mutants.mutant import Mutant
    from tests.drills.mutants.plans import Found


def explore(mutant: Mutant, schedules: int) -> dict[str, object]:
    """How many schedules it took to break the mutant's promise, and all that the last one broke."""
    found = search(mutant, schedules)
    violations = found.failure.violations if found.failure is not None else ()
    return {
        "schedules": found.schedules,
        "promises": sorted({violation.invariant for violation in violations}),
        "violations": [f"{violation.invariant} {violation.text}" for violation in violations],
    }


def tell(mutant: Mutant, schedules: int, file: Path) -> str:
    """What a person is told of the failure, made small; the file gives the same run again."""
    found = search(mutant, schedules)
    if found.failure is None:
        return f"not found in {schedules} schedules"
    names = ("shrinking", "report", "run", "props", "replay_file")
    shrinking, report, running, fixtures, replay_file = (
        importlib.import_module(f"actors.drill.{name}") for name in names
    )
    failure = shrinking.shrink(found.failure, fixtures.Fixtures())
    replay_file.save(failure, file)
    return str(report.report(failure, running.run(failure.scenario, failure.run_spec), str(file)))


def search(mutant: Mutant, schedules: int) -> Found:
    """Plant the mutant, and only then import the kit and with it the program."""
    planter = plant(mutant)
    plans = importlib.import_module("tests.drills.mutants.plans")
    found: Found = plans.search(plans.PLANS[mutant.plan], schedules, mutant.breaks)
    if not planter.planted:
        raise RuntimeError(f"the drill never imports {mutant.module}")
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Look for one planted bug.")
    parser.add_argument("name", choices=[mutant.name for mutant in MUTANTS])
    parser.add_argument("--schedules", type=int, default=0)
    parser.add_argument("--told", type=Path, metavar="FILE")
    asked = parser.parse_args()
    mutant = next(mutant for mutant in MUTANTS if mutant.name == asked.name)
    schedules = asked.schedules or mutant.schedules
    told = tell(mutant, schedules, asked.told) if asked.told else json.dumps(explore(mutant, schedules))
    sys.stdout.write(told + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
