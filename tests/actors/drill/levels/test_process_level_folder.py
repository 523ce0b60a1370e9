"""The folder of a session: commands that leave a line behind."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from actors.drill.levels.process_level_folder import PREFIX, DrillFolder, for_the_program
from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.plan.scenario import Program, Scenario
from actors.drill.plan.scenarios import TOOLS
from actors.runtime.simulated.scheduler import chance

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = Scenario("x", "x", TOOLS.script, TOOLS.acts, programs={"serve": Program(((0.0, "up\n"),))})


def run(folder: DrillFolder, name: str, *words: str) -> str:
    path = folder.root / "bin" / f"{PREFIX}{name}"
    return subprocess.run([str(path), *words], capture_output=True, text=True, timeout=30, check=False).stdout


def test_each_command_leaves_its_line_and_does_what_the_program_does(tmp_path: Path) -> None:
    folder = DrillFolder(tmp_path, SCENARIO, Injector((), chance(1)))
    run(folder, "mark", "a")
    assert run(folder, "serve") == "up\n"
    assert folder.acts() == [f"{PREFIX}mark a", f"{PREFIX}serve"]
    assert folder.journal() == b""


def test_a_fault_strikes_the_start_that_it_names(tmp_path: Path) -> None:
    folder = DrillFolder(tmp_path, SCENARIO, Injector((InjectedFault("terminals", "flood", nth=2, size=2),), chance(1)))
    assert [run(folder, "serve") for _ in range(3)] == ["up\n", "flood\nflood\nup\n", "up\n"]


def test_tools_of_the_drills_become_commands_of_the_program() -> None:
    calls = [step.call for exchange in for_the_program(TOOLS).script.exchanges for step in exchange.steps if step.call]
    assert {call.name for call in calls} == {"run_command", "list_files"}
    assert {"command": f"{PREFIX}mark a"} in [call.arguments for call in calls]
