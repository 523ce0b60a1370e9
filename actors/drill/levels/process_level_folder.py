"""The folder in which the real program is drilled: its home, its configuration, and the commands that its model runs.

Each command leaves a line in the file `acts` before it does anything, so that one that runs twice is seen from outside.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace as changed

from actors.drill.levels.shell_programs import text_of
from actors.llm.scripted.script import CallStep, Script, ScriptedExchange, ScriptedStep
from actors.messages import StartJob

if TYPE_CHECKING:
    from actors.drill.plan.faults import Injector
    from actors.drill.plan.scenario import Act, Program, Scenario

PREFIX = "drill-"
"""Before the name of each command, so that none of the machine's own is meant."""
MOST_STARTS = 20
"""So many commands may meet a fault."""
CONFIGURATION = """\
[model]
connect_limit = 5.0
stall_limit = 1.0
start_limit = 1.0
progress_limit = 1.0
backoff = 0.05
backoff_most = 0.2

[tools]
time_limit = 2.0

[runtime]
hang_limit = 2.0
"""
DIALECT = """
[providers.openai]
dialect = "{dialect}"
"""
COMMAND = """\
#!/bin/sh
printf '%s\\n' {line} >>{folder}/acts
number=1
while ! mkdir "{folder}/starts/$number" 2>/dev/null; do number=$((number + 1)); done
text={folder}/programs/{name}
[ -f "$text-$number" ] && text=$text-$number
exec /bin/sh "$text"
"""
MARK = """\
#!/bin/sh
printf '%s\\n' "{prefix}{name} $1" >>{folder}/acts
exit {code}
"""


class DrillFolder:
    """The folder, ready for a scenario."""

    def __init__(self, root: Path, scenario: Scenario, injector: Injector, dialect: str = "") -> None:
        self.root = root
        self.work = root / "work"
        for name in ("work", "home", "state", "config/callboard", "bin", "starts", "programs"):
            (root / name).mkdir(parents=True)
        (root / "config/callboard/config.toml").write_text(
            CONFIGURATION + (DIALECT.format(dialect=dialect) if dialect else "")
        )
        for name, code in (("mark", 0), ("break", 1)):
            self._write(root / "bin" / f"{PREFIX}{name}", MARK, name=name, code=code)
        for name, program in scenario.programs.items():
            line = shlex.quote(f"{PREFIX}{name}")
            self._write(root / "bin" / f"{PREFIX}{name}", COMMAND, name=name, line=line)
            (root / "programs" / name).write_text(text_of(program))
        self._disturb(scenario.programs, injector)

    def acts(self) -> list[str]:
        """What the commands did, in order."""
        try:
            return (self.root / "acts").read_text().splitlines()
        except OSError:
            return []

    def journal(self) -> bytes:
        """The journal of the one session; empty if there is none yet."""
        for path in (self.root / "state").glob("callboard/sessions/*/journal.jsonl"):
            return path.read_bytes()
        return b""

    def _disturb(self, programs: dict[str, Program], injector: Injector) -> None:
        for number in range(1, MOST_STARTS + 1):
            faults = injector.strikes("terminals", "")
            for name, program in programs.items() if faults else ():
                (self.root / "programs" / f"{name}-{number}").write_text(text_of(program, faults))

    def _write(self, path: Path, template: str, **values: object) -> None:
        path.write_text(template.format(folder=shlex.quote(str(self.root)), prefix=PREFIX, **values))
        path.chmod(0o700)


def for_the_program(scenario: Scenario) -> Scenario:
    """The scenario in terms of the tools that the real program has: each mark is a command that leaves a line."""
    script = scenario.script
    exchanges = tuple(changed(exchange, steps=_steps(exchange)) for exchange in script.exchanges)
    return replace(
        scenario, script=Script(exchanges, script.seed, script.any_order), acts=tuple(map(_act, scenario.acts))
    )


def _steps(exchange: ScriptedExchange) -> tuple[ScriptedStep, ...]:
    return tuple(step if step.call is None else ScriptedStep(call=_call(step.call)) for step in exchange.steps)


def _call(call: CallStep) -> CallStep:
    arguments = call.arguments if isinstance(call.arguments, dict) else {}
    match call.name:
        case "mark" | "break":
            return changed(call, name="run_command", arguments={"command": f"{PREFIX}{call.name} {arguments['mark']}"})
        case "look":
            return changed(call, name="list_files", arguments={})
        case "run_command":
            return changed(call, arguments={"command": f"{PREFIX}{arguments['command']}"})
        case _:
            return call


def _act(act: Act) -> Act:
    if not isinstance(act.send, StartJob):
        return act
    request = act.send.request
    argv = (*request.argv[:-1], f"{PREFIX}{request.argv[-1]}")
    return replace(act, send=changed(act.send, request=changed(request, argv=argv)))
