"""The report of a failure: what broke, under which plan, in which order, and the command that replays it.

Text and a Mermaid sequence diagram, which code forges and many editors draw. Nothing is decided here.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from actors.drill.judging.promises import in_words
from actors.drill.simulated.strategies import HELD_BACK, NO_COUNT
from actors.drill.simulated.trace import TakenMessage
from actors.runtime.signals import Signal

if TYPE_CHECKING:
    from actors.drill.exploration.explore import Failure
    from actors.drill.plan.faults import InjectedFault
    from actors.drill.simulated.incarnation import Incarnation
    from actors.drill.simulated.run import Run, RunSpec
    from actors.drill.simulated.strategies import Departure

MOST_ARROWS = 60
MOST_VIOLATIONS = 5
MOST_ITEMS = 40


def report(failure: Failure, done: Run, replay_file: str) -> str:
    """The whole report as text; `done` is the failure's run."""
    return f"{story(failure, done)}\n\nreplay: callboard drill --replay {shlex.quote(replay_file)}"


def story(failure: Failure, done: Run) -> str:
    """What broke, under which plan, in which order."""
    run_spec = failure.run_spec
    incarnation = next(
        (incarnation for incarnation in done.incarnations if incarnation.number == failure.violations[0].incarnation),
        done.incarnations[-1],
    )
    lines = [
        *(in_words(violation) for violation in failure.violations[:MOST_VIOLATIONS]),
        f"scenario: {failure.scenario.name} ({failure.scenario.about})",
        f"seed:     {run_spec.seed}",
        *_listed("faults:  ", [fault_text(fault) for fault in run_spec.faults]),
        *_listed("kills:   ", [f"kill -9 after step {kill.step}, {kill.cut} bytes lost" for kill in run_spec.kills]),
        *_listed("schedule:", _schedule(run_spec)),
        "",
        diagram(incarnation, failure.violations[0].step),
    ]
    return "\n".join(lines)


def fault_text(fault: InjectedFault) -> str:
    """A fault as a line."""
    on = f" on {fault.on}" if fault.on else ""
    when = f"the {ordinal(fault.nth)} time" if fault.nth else f"with probability {fault.probability:g}"
    return f"{fault.at}: {fault.kind}{on}, {when}"


def departure_text(departure: Departure) -> str:
    """A departure as a line."""
    if not departure.lane:
        return f"step {departure.step}: time passed although a thread could act"
    if departure.count == HELD_BACK:
        return f"from step {departure.step} on: {departure.lane} acted only when no other could"
    if departure.count == NO_COUNT:
        return f"step {departure.step}: {departure.lane} acted before those that were ready earlier"
    return f"step {departure.step}: {departure.count} of the messages of {departure.lane} left, the rest waited"


def diagram(incarnation: Incarnation, step: int) -> str:
    """The messages in the order in which they were handled, up to a little after the step (0: the last ones)."""
    taken = [entry for entry in incarnation.trace.entries if isinstance(entry, TakenMessage)]
    taken = [entry for entry in taken if not isinstance(entry.envelope.message, Signal)]
    if step:
        taken = [entry for entry in taken if entry.step <= step + 5]
    taken = taken[-MOST_ARROWS:]
    names = dict.fromkeys(name for entry in taken for name in (entry.envelope.sender or "runtime", entry.actor))
    arrows = [
        f"    {entry.envelope.sender or 'runtime'}->>{entry.actor}: {type(entry.envelope.message).__name__}"
        for entry in taken
    ]
    return "\n".join(("sequenceDiagram", *(f"    participant {name}" for name in names), *arrows))


def ordinal(number: int) -> str:
    """As in 1st, 2nd, 3rd, 4th."""
    tens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if tens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _schedule(run_spec: RunSpec) -> list[str]:
    several = len(run_spec.schedule or ()) > 1
    return [
        f"incarnation {incarnation}, {departure_text(departure)}" if several else departure_text(departure)
        for incarnation, departures in enumerate(run_spec.schedule or ())
        for departure in departures
    ]


def _listed(title: str, items: list[str]) -> list[str]:
    if not items:
        return [f"{title} none"]
    if len(items) > MOST_ITEMS:
        items = [*items[:MOST_ITEMS], f"… and {len(items) - MOST_ITEMS} more, see the file"]
    return [f"{title} {items[0]}", *(" " * (len(title) + 1) + item for item in items[1:])]
