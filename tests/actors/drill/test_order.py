"""Where the file of a failure goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.drill.order import Order
from config.fault_plan import FaultPlan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "file"), [("Cut stream!", "cut-stream-7.json"), ("…", "plan-7.json")])
def test_it_is_called_after_the_plan_and_the_seed(tmp_path: Path, name: str, file: str) -> None:
    order = Order(FaultPlan(name=name, scenario="answer"), range(1), tmp_path, "a.toml", ())
    assert order.file(7) == tmp_path / file
