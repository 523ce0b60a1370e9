"""Where the file of a failure goes, and what is said of faults that never struck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.plan.drill_request import DrillRequest, unstruck
from config.faults.fault import Fault
from config.faults.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "file"), [("Cut stream!", "cut-stream-7.json"), ("…", "plan-7.json")])
def test_it_is_called_after_the_plan_and_the_seed(tmp_path: Path, name: str, file: str) -> None:
    order = DrillRequest(FaultPlan(name=name, scenario="answer"), range(1), tmp_path, "a.toml", ())
    assert order.file(7) == tmp_path / file


CUT = Fault(at="model", kind="cut")
KILL = Fault(at="program", kind="kill")
RARE = Fault(at="ui", kind="crash_before", probability=0.01)
SMALL = Fault(at="ui", kind="overflow", size=1)
NOTHING = ("no fault has struck: the moments that the plan names never came in this scenario",)


@pytest.mark.parametrize(
    ("faults", "happened", "notes"),
    [
        ((CUT, KILL), {("model", "cut"), ("program", "kill")}, ()),
        ((CUT, KILL), set[tuple[str, str]](), NOTHING),
        (
            (CUT, KILL),
            {("model", "cut")},
            ("fault 2, kill at program, never struck: its moment never came in this scenario",),
        ),
        ((CUT, RARE), {("model", "cut")}, ()),
        ((RARE,), set[tuple[str, str]](), NOTHING),
        ((SMALL,), set[tuple[str, str]](), ()),
        ((), set[tuple[str, str]](), ()),
    ],
)
def test_what_never_struck_is_said(
    faults: tuple[Fault, ...], happened: set[tuple[str, str]], notes: tuple[str, ...]
) -> None:
    assert unstruck(FaultPlan(name="x", scenario="answer", fault=faults), happened) == notes
