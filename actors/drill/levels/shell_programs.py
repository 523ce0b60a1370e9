"""A scenario's programs as real ones: shell texts that print, wait, mind signals or not, and end as they should.

Used by the levels that have real processes. The simulation's counterpart is `actors.drill.simulated.ports`. Pure text.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actors.drill.plan.faults import InjectedFault
    from actors.drill.plan.scenario import Program

FOR_EVER = 3_600
IGNORED = {0: "", 1: "trap '' INT", 2: "trap '' HUP INT TERM", 3: "trap '' HUP INT TERM"}
"""By a program's stubbornness; nothing real survives KILL."""
DAEMON = "import os, time\nos.setsid()\ntime.sleep({seconds})"


def text_of(program: Program, faults: tuple[InjectedFault, ...] = ()) -> str:
    """What /bin/sh is given instead of the scenario's command."""
    kinds = {fault.kind: fault for fault in faults}
    stubborn = max(program.stubborn, 2 if "stubborn" in kinds else 0)
    lines = [IGNORED[stubborn]]
    if "double_fork" in kinds:
        daemon = shlex.quote(DAEMON.format(seconds=FOR_EVER))
        lines.append(f"({shlex.quote(sys.executable)} -c {daemon} </dev/null >/dev/null 2>&1 &)")
    if "flood" in kinds:
        lines.append(f"yes flood | head -n {kinds['flood'].size}")
    if "silent" in kinds:
        return joined([*lines, for_ever(stubborn)])
    for seconds, printed in program.output:
        pause = 0.0 if "exit_at_once" in kinds else seconds
        lines += [f"sleep {pause:g}" if pause else "", f"printf %s {shlex.quote(printed)}"]
    if program.ends or "exit_at_once" in kinds:
        return joined([*lines, f"exit {program.exit_code}"])
    return joined([*lines, for_ever(stubborn)])


def for_ever(stubborn: int) -> str:
    """What never ends by itself."""
    return f"while :; do sleep {FOR_EVER}; done" if stubborn else f"exec sleep {FOR_EVER}"


def joined(lines: list[str]) -> str:
    """The lines that say something."""
    return "\n".join(line for line in lines if line)
