"""A plan under every order of its scenario, in virtual time: for small ones, where thousands of seeds leave a doubt.

Used by `callboard drill --exhaustive`. The first seed decides the chances of the faults, the search everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.drill.exhaustive import exhaust
from actors.drill.order import Verdict
from actors.drill.planned import PROGRAM, faults_of, scenario_of
from actors.drill.props import Props
from actors.drill.run import Course
from actors.drill.shrinking import shrink
from actors.drill.simulation_level import told
from config.errors import ConfigError

if TYPE_CHECKING:
    from actors.drill.order import Order, Progress


def drill(order: Order, progress: Progress) -> Verdict:
    """See `LevelModule`; the order's seeds are the most schedules that are tried.

    Raises:
        ConfigError: the plan kills the program, which no order of one life can show.
    """
    plan = order.plan
    if any(fault.at == PROGRAM and fault.kind == "kill" for fault in plan.fault):
        raise ConfigError(f"{plan.name}: kill ends a life, and --exhaustive searches one; leave --exhaustive out")
    course = Course(order.seeds.start, faults_of(plan))
    found = exhaust(scenario_of(plan, order.scenarios), course, len(order.seeds), progress=progress)
    if found.failure is not None:
        return Verdict(found.runs, told(shrink(found.failure, Props()), order))
    whole = "these are all that there are" if found.complete else "there are more: --seeds N tries more of them"
    differ = f"{found.runs - found.pruned:,} of them differ, {found.pruned:,} were cut short as the same in other words"
    return Verdict(found.runs, notes=(f"{differ}; {whole}",))
