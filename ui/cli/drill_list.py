"""What `callboard drill --list` shows: the plans that come along, the pains that are open, the scenarios. Pure text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from actors.drill.exploration.plan_runs import load_plan
from actors.drill.plan.scenarios import SCENARIOS
from config.faults.fault_plan import runs_at, shipped_plans
from config.faults.pains import PAINS

if TYPE_CHECKING:
    from config.faults.fault_plan import FaultPlan

WIDTH = 110


def listing() -> str:
    """The whole list."""
    plans = [(path.stem, load_plan(path)) for path in shipped_plans()]
    guarded = {plan.pain for _, plan in plans}
    width = max(len(name) for name, _ in plans)
    lines = ["Plans, and the number of the pain that each guards against:"]
    lines += [_row(name, plan, width) for name, plan in sorted(plans, key=lambda one: (one[1].pain or 99, one[0]))]
    lines += ["", "Open: no plan shows these yet."]
    lines += [f"{number:4} {words}" for number, words in PAINS.items() if number not in guarded]
    lines += ["", "Scenarios:"]
    lines += [f"     {scenario.name}: {scenario.about}" for scenario in SCENARIOS]
    return "\n".join(lines)


def _row(name: str, plan: FaultPlan, width: int) -> str:
    number = f"{plan.pain:4}" if plan.pain else "    "
    head = f"{number} {name:<{width}} "
    words = f"{plan.about} ({', '.join(runs_at(plan))})"
    return textwrap.fill(head + words, WIDTH, subsequent_indent=" " * len(head))
