"""A plan against the real program, in a real terminal, with a model server on 127.0.0.1; seen from outside only.

One run for each seed, each in a folder of its own. Nothing reaches into the program: what a plan does to actors,
mailboxes or the journal's file is drilled at the other levels. Limits are short:
`actors.drill.levels.process_level_folder`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from select import poll
from typing import TYPE_CHECKING

from actors.drill.exploration.plan_runs import PROGRAM, SHUTDOWNS, faults_of, scenario_of
from actors.drill.exploration.report import MOST_ARROWS, MOST_VIOLATIONS
from actors.drill.judging.promises import in_words
from actors.drill.levels.level_report import command
from actors.drill.levels.model_server import DrillModelServer, drill_access
from actors.drill.levels.process_level_facts import Facts, IncarnationFacts, judged
from actors.drill.levels.process_level_folder import DrillFolder, for_the_program
from actors.drill.levels.process_level_person import Typist, unseen
from actors.drill.levels.process_level_terminal import DrivenTerminal
from actors.drill.levels.threads_level_ports import SharedInjector
from actors.drill.plan.drill_request import DrillResult, unstruck
from actors.drill.simulated.world import new_world
from actors.llm.scripted.server import ModelServer
from actors.runtime.simulated.scheduler import chance
from config.errors import ConfigError
from tools.text.screen_text import plain

if TYPE_CHECKING:
    from actors.drill.judging.evidence import Violation
    from actors.drill.levels.process_level_person import Happening
    from actors.drill.plan.drill_request import DrillRequest, ReportProgress
    from actors.drill.plan.scenario import Scenario
    from config.faults.fault import Fault
    from config.faults.fault_plan import FaultPlan

PATIENCE = 40.0
"""Seconds after which the person leaves, whatever is still to come."""
GRACE = 1.0
"""Seconds after the program's end in which its children may still go."""
KILLED_GRACE = 3.0
"""The same after kill -9, when only the guardian is left to end them."""
KILL_WITHIN = 0.3
"""Seconds after the first turn began in which a kill without a moment of its own comes."""
MARK = "DRILLED_BY"
"""In the environment of the program and of all its children."""
SCREEN_TAIL = 1_500
ABOVE = Path(__file__).resolve().parents[3]
LAUNCHER = next(path for path in (ABOVE / "callboard.py", ABOVE.parent / "callboard.py") if path.exists())
FAREWELLS = {**{kind: code for kind, (code, _) in SHUTDOWNS.items()}, "kill": None}
"""The exit code that follows what happened to the program; None: it was killed."""


def drill(order: DrillRequest, progress: ReportProgress) -> DrillResult:
    """Implement `LevelModule`.

    Raises:
        ConfigError: the scenario cannot be played from outside, or there is no such dialect.
    """
    drill_access("", order.plan.dialect)
    plain = _scenario(order)
    planned = replace(scenario_of(order.plan, order.scenarios), acts=plain.acts, leaves=plain.leaves)
    problem = unseen(planned)
    if problem:
        raise ConfigError(f"the scenario {planned.name!r}: {problem}; run it in simulation or on threads")
    happened: set[tuple[str, str]] = set()
    for number, seed in enumerate(order.seeds):
        progress(number)
        played = play(order.plan, for_the_program(planned), seed)
        happened |= played.struck
        violations = judged(played.facts)
        if violations:
            return DrillResult(number + 1, _told(order, seed, played, violations))
    return DrillResult(len(order.seeds), notes=(*unstruck(order.plan, happened), *_unseen_here()))


def play(plan: FaultPlan, scenario: Scenario, seed: int) -> DrivenSession:
    """One session of the real program, with an incarnation for each kill and one more."""
    root = Path(tempfile.mkdtemp(prefix="callboard-drill-"))
    try:
        return DrivenSession(plan, scenario, seed, root).played()
    finally:
        shutil.rmtree(root, ignore_errors=True)


class DrivenSession:
    """One session, in its folder."""

    facts: Facts
    struck: set[tuple[str, str]]
    """The faults that struck, by place and kind; those of commands, if they were made ready."""

    def __init__(self, plan: FaultPlan, scenario: Scenario, seed: int, root: Path) -> None:
        self.happened: list[Happening] = []
        self.screen = ""
        self._plan = plan
        self._scenario = scenario
        self._world = new_world(scenario)
        self._chance = chance(seed)
        self._injector = SharedInjector(faults_of(plan), self._chance)
        self._folder = DrillFolder(root, scenario, self._injector, plan.dialect)
        self._mark = f"{MARK}={root.name}"
        self._typist: Typist | None = None
        self._typed: list[str] = []
        self.struck = set()

    def played(self) -> DrivenSession:
        """From the first incarnation to the last."""
        faults = [fault for fault in self._plan.fault if fault.at == PROGRAM]
        kills = [fault for fault in faults if fault.kind == "kill" for _ in range(fault.most)]
        others = [fault for fault in faults if fault.kind != "kill"]
        incarnations: list[IncarnationFacts] = []
        with ModelServer(DrillModelServer(self._world, self._injector), self._heard) as server:
            for kill in (*kills, None):
                incarnations.append(
                    self._incarnation(server.url, [*others, *([kill] if kill else [])], first=not incarnations)
                )
                if kill is None or incarnations[-1].exit_code != -signal.SIGKILL:
                    break
                others = []
        ended = any((PROGRAM, kind) in self.struck for kind in SHUTDOWNS)
        self.struck |= {(fault.at, fault.kind) for fault in self._injector.struck}
        self.facts = Facts(
            tuple(incarnations),
            self._folder.journal(),
            tuple(self._folder.acts()),
            (*self._world.asked, *self._world.typed),
            tuple(self._world.typed),
            tuple(self._typed),
            left_early=ended or not self._scenario.leaves,
            prompt_bound=self._plan.bounds.prompt,
        )
        return self

    def _incarnation(self, url: str, faults: list[Fault], *, first: bool) -> IncarnationFacts:
        arguments = ["--permission-mode", self._scenario.mode, *([] if first else ["--continue"])]
        program = [sys.executable, str(LAUNCHER), *arguments]
        with DrivenTerminal(program, self._folder.work, self._environment(url)) as terminal:
            self._typist = typist = Typist(terminal, self._folder, self._scenario)
            for fault in faults:
                anywhere = fault.kind == "kill" and not fault.on
                typist.expects(fault, self._chance() * KILL_WITHIN if anywhere else 0.0)
            if not first:
                typist.comes_back()
            problem = typist.incarnations(PATIENCE, self._scenario.exit_bound)
            self.happened += typist.happened
            self._typed += typist.typed
            self.struck |= {(PROGRAM, kind) for kind in typist.struck}
            self._world.typed += typist.ran
            self.screen = plain(terminal.output.decode(errors="replace"))[-SCREEN_TAIL:]
            killed = terminal.exit_code() == -signal.SIGKILL
            alive = () if problem else self._left_behind(KILLED_GRACE if killed else GRACE)
            if killed:
                terminal.awaits_its_return(KILLED_GRACE)
            return IncarnationFacts(
                terminal.exit_code(),
                _expected(typist.struck),
                problem,
                terminal.is_restored(),
                bytes(terminal.output),
                alive,
                terminal.is_gone,
            )

    def _environment(self, url: str) -> dict[str, str]:
        root = self._folder.root
        name, _, value = self._mark.partition("=")
        return {
            "PATH": f"{root / 'bin'}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(root / "home"),
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_CONFIG_HOME": str(root / "config"),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "drill",
            "NO_PROXY": "*",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            name: value,
        }

    def _heard(self, word: str) -> None:
        if self._typist is not None:
            self._typist.hears(word)

    def _left_behind(self, grace: float) -> tuple[str, ...]:
        """The command lines of the processes that carry our mark, waited for and then ended."""
        until = time.monotonic() + grace
        while (alive := carrying(self._mark)) and time.monotonic() < until:
            poll().poll(20)
        for pid in alive:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return tuple(alive.values())


def _expected(struck: list[str]) -> int | None:
    """Leaving is no failure, whichever keys it was done with; signals have their own codes."""
    return next((FAREWELLS[kind] for kind in struck if kind in FAREWELLS), 0)


def carrying(mark: str) -> dict[int, str]:
    """The living processes with this in their environment, and their command lines; none where there is no /proc."""
    found: dict[int, str] = {}
    wanted = mark.encode()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (place / "environ").read_bytes().split(b"\0"):
                words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(place.name)] = words.strip()[:200]
    return found


def _unseen_here() -> tuple[str, ...]:
    return () if Path("/proc/self/environ").exists() else ("there is no /proc here: who was left behind was not seen",)


def _scenario(order: DrillRequest) -> Scenario:
    return next(scenario for scenario in order.scenarios if scenario.name == order.plan.scenario)


def _told(order: DrillRequest, seed: int, played: DrivenSession, violations: list[Violation]) -> str:
    scenario = _scenario(order)
    arrows = [f"    {who}->>{whom}: {what}" for who, whom, what in played.happened[-MOST_ARROWS:]]
    lines = [
        *(in_words(violation) for violation in violations[:MOST_VIOLATIONS]),
        f"scenario: {scenario.name} ({scenario.about})",
        f"seed:     {seed}",
        "",
        "sequenceDiagram",
        *arrows,
        "",
        "The last that was on the screen:",
        *(f"    {line}" for line in played.screen.splitlines()),
        "",
        f"again: {command(order, 'process', seed)}",
    ]
    return "\n".join(lines)
