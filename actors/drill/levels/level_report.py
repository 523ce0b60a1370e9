"""The report of an invariant broken in real time: what, under which plan, in which order, how to try it again.

As `actors.drill.exploration.report`, but for runs that no file can give again: time was real, and the machine chose the
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.drill.exploration.plan_runs import faults_of
from actors.drill.exploration.report import diagram, fault_text
from actors.drill.judging.promises import in_words

if TYPE_CHECKING:
    from actors.drill.judging.evidence import Violation
    from actors.drill.plan.drill_request import DrillRequest
    from actors.drill.simulated.run import Run

MOST_VIOLATIONS = 5


def told(order: DrillRequest, seed: int, done: Run, violations: list[Violation]) -> str:
    """The whole report as text."""
    scenario = done.world.scenario
    lines = [
        *(in_words(violation) for violation in violations[:MOST_VIOLATIONS]),
        f"scenario: {scenario.name} ({scenario.about})",
        f"seed:     {seed}",
        *(f"fault:    {fault_text(fault)}" for fault in faults_of(order.plan)),
        *(f"struck:   {fault_text(fault)}" for fault in done.struck),
        "",
        diagram(done.incarnations[0], violations[0].step),
        "",
        f"again: {command(order, 'threads', seed)} (time is real: it may take several tries, --seeds 20)",
    ]
    return "\n".join(lines)


def command(order: DrillRequest, level: str, seed: int) -> str:
    """The line that tries it again."""
    return f"callboard drill {order.named} --level {level} --seed {seed}"
