"""docs/faults.md and docs/testing-your-own-tools.md say what is true: their examples run, their tables are complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from actors.drill.exploration.plan_runs import MOMENTS, load_plan, run_specs, scenario_of
from actors.drill.judging.invariants import check
from actors.drill.judging.promises import PROMISES
from actors.drill.levels import process_level, process_level_folder, threads_level
from actors.drill.simulated import incarnation, model_port
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Run, run
from actors.records import Record
from config.faults.fault import Fault
from config.faults.fault_kinds import KINDS, LEVELS, USUAL_SECONDS
from config.faults.fault_plan import Bounds, FaultPlan, shipped_plans
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FAULTS = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
OWN_TOOLS = (ROOT / "docs" / "testing-your-own-tools.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", OWN_TOOLS, re.DOTALL)
HASTY = '        with (workspace.root / "ledger").open("a") as ledger:\n            ledger.write("5\\n")\n'


@pytest.mark.parametrize("place", sorted(KINDS))
def test_every_kind_has_its_row(place: str) -> None:
    for name, kind in KINDS[place].items():
        ticks = " | ".join("✓" if level in kind.levels else "–" for level in LEVELS)
        size = [] if kind.size is None else [f"`size` ({kind.size:,})"]
        takes = ", ".join([*size, *[f"`seconds` ({USUAL_SECONDS:g})"] * kind.seconds]) or "–"
        assert f"| `{name}` | {kind.about} | {takes} | {ticks} |" in FAULTS


def test_every_moment_of_the_program_is_named_with_the_levels_at_which_it_comes() -> None:
    _, _, events = FAULTS.partition("The events that `on` of `program` can name")
    everywhere, _, elsewhere = events.partition("## The three levels")[0].partition("And, in simulation")
    recorded = {record.__name__ for record in get_args(Record)}
    heard = {"RequestStarted", "ReplyStreamed", "ApprovalRequested", "QuestionAsked"}
    assert set(re.findall(r"`([A-Z]\w+)`", everywhere)) == recorded | heard
    assert set(re.findall(r"`([A-Z]\w+)`", elsewhere)) == set(MOMENTS) - recorded - heard


def test_the_limits_of_each_level_are_the_ones_that_it_has() -> None:
    model, program = Settings().model, tomllib.loads(process_level_folder.CONFIGURATION)
    rows = {
        "a silent model counts as stalled": (
            model_port.STALL_LIMIT,
            threads_level.STALL_LIMIT,
            program["model"]["stall_limit"],
        ),
        "a tool call or command is ended": (
            incarnation.TOOL_LIMIT,
            threads_level.TOOL_LIMIT,
            program["tools"]["time_limit"],
        ),
        "a handler counts as hung and its actor is replaced": (
            incarnation.SETTINGS.runtime.hang_limit,
            threads_level.HANG_LIMIT,
            program["runtime"]["hang_limit"],
        ),
        "the pause before a repeated request is no longer than": (
            model.backoff_most,
            0.2,
            program["model"]["backoff_most"],
        ),
    }
    for words, limits in rows.items():
        assert f"| {words} | {' | '.join(f'{limit:g} s' for limit in limits)} |" in FAULTS
    patience = f"| – | {threads_level.PATIENCE:g} s | {process_level.PATIENCE:g} s |"
    assert f"| the person leaves, whatever is still to come {patience}" in FAULTS


def test_a_plan_without_faults_runs_undisturbed(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('name = "nothing"\nscenario = "answer"\n')
    plan = load_plan(path)
    assert "A plan without any `[[fault]]` is allowed" in FAULTS
    run_spec = next(run_specs(plan, scenario_of(plan), range(1), Fixtures()))
    assert check(run(scenario_of(plan), run_spec)) == []


def test_every_promise_has_its_row() -> None:
    assert all(f"| {promise} | {words} |" in FAULTS for promise, words in PROMISES.items())


@pytest.mark.parametrize("plan", [FaultPlan, Fault, Bounds], ids=lambda plan: str(plan.__name__))
def test_every_key_of_a_plan_is_named(plan: type[FaultPlan | Fault | Bounds]) -> None:
    assert all(
        f"`{key}`" in FAULTS or f"`[[{key}]]`" in FAULTS or f"`[{key}]`" in FAULTS for key in plan.__struct_fields__
    )


def test_the_plan_of_the_manual_runs_strikes_and_is_kept(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", FAULTS, re.DOTALL)
    path = tmp_path / "silent.toml"
    path.write_text("\n".join(line.removeprefix("   ") for line in text.splitlines()))
    plan = load_plan(path)
    fixtures = Fixtures()
    scenario = scenario_of(plan)
    runs: list[Run] = []
    for run_spec in run_specs(plan, scenario, range(20), fixtures):
        runs.append(run(scenario, run_spec, fixtures))
        assert check(runs[-1]) == []
    assert {fault.kind for done in runs for fault in done.struck} == {"silent", "crash_after"}


def test_every_plan_that_the_manual_names_comes_along() -> None:
    names = set(re.findall(r"callboard drill ([a-z-]+)(?= |$)", FAULTS, re.MULTILINE)) - {"--list", "--replay"}
    assert names
    assert {name for name in names if not name.startswith("-")} <= {path.stem for path in shipped_plans()}


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_for_own_tools_passes_as_it_stands(tmp_path: Path, number: int) -> None:
    (tmp_path / "test_example.py").write_text(EXAMPLES[number])
    done = pytest_in(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_finds_a_tool_that_pays_when_it_is_only_asked_about(tmp_path: Path) -> None:
    """As the manual says of it."""
    honest = "        return str(arguments.amount)\n"
    assert EXAMPLES[0].count(honest) == 1
    (tmp_path / "test_example.py").write_text(EXAMPLES[0].replace(honest, HASTY + honest))
    done = pytest_in(tmp_path)
    assert done.returncode == 1
    assert "AssertionError: seed " in done.stdout


def test_the_example_of_leave_finds_a_preview_that_pays(tmp_path: Path) -> None:
    """As the manual says of it."""
    honest = '        return f"+{arguments.amount}"\n'
    assert EXAMPLES[1].count(honest) == 1
    (tmp_path / "test_example.py").write_text(EXAMPLES[1].replace(honest, HASTY + honest))
    done = pytest_in(tmp_path)
    assert done.returncode == 1
    assert "AssertionError: seed 0" in done.stdout


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    """Pytest on what is in the folder, with the plugin of this checkout and nothing else of it."""
    options = ["-p", "callboard_pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", str(folder), "-q"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
