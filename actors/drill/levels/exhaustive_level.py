"""A plan under every order of its scenario, in virtual time: for small ones, where thousands of seeds leave a doubt.

Used by `callboard drill --exhaustive`. The first seed decides the chances of the faults, the search everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.drill.exploration.exhaustive import exhaust
from actors.drill.exploration.plan_runs import PROGRAM, faults_of, scenario_of
from actors.drill.exploration.shrinking import shrink
from actors.drill.levels.simulation_level import told
from actors.drill.plan.drill_request import DrillResult
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import RunSpec
from config.errors import ConfigError

if TYPE_CHECKING:
    from actors.drill.plan.drill_request import DrillRequest, ReportProgress


def drill(order: DrillRequest, progress: ReportProgress) -> DrillResult:
    """Implement `LevelModule`; the order's seeds are the most schedules that are tried.

    Raises:
        ConfigError: the plan kills the program, which no order of one incarnation can show.
    """
    plan = order.plan
    if any(fault.at == PROGRAM and fault.kind == "kill" for fault in plan.fault):
        raise ConfigError(f"{plan.name}: kill ends an incarnation, --exhaustive searches one; leave --exhaustive out")
    run_spec = RunSpec(order.seeds.start, faults_of(plan))
    found = exhaust(scenario_of(plan, order.scenarios), run_spec, len(order.seeds), progress=progress)
    if found.failure is not None:
        return DrillResult(found.runs, told(shrink(found.failure, Fixtures()), order))
    whole = "these are all that there are" if found.complete else "there are more: --seeds N tries more of them"
    differ = f"{found.runs - found.pruned:,} of them differ, {found.pruned:,} were cut short as the same in other words"
    return DrillResult(found.runs, notes=(f"{differ}; {whole}",))
