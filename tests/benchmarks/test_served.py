"""The model server, the floor and what is counted of them: that they do what the ratios are made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.model_server import Plan
from tests.benchmarks.served import CALLBOARD, FLOOR, ModelServer, run, workspace
from tests.benchmarks.streams import STREAMS
from tests.benchmarks.table import CannotMeasureError

TWO_STEPS = [
    [("read_file", json.dumps({"path": "note-1.txt"}))],
    [("run_command", json.dumps({"command": "echo one"})), ("run_command", json.dumps({"command": "echo two"}))],
]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    workspace(tmp_path / "workspace")
    return tmp_path


@pytest.mark.parametrize("command", [FLOOR, CALLBOARD], ids=["the floor", "callboard"])
def test_a_program_makes_one_request_for_each_answer_on_one_connection(
    server: ModelServer, folder: Path, command: tuple[str, ...]
) -> None:
    measured = run(server, Plan(calls=TWO_STEPS, tokens=3), command, folder, exact_memory=False)
    assert len(measured.seen) == 3
    assert len(measured.overheads) == 2
    assert measured.connections == 1
    sizes = [seen.size for seen in measured.seen]
    assert sizes == sorted(sizes), "each request holds what the one before held"
    assert measured.cpu > 0
    assert measured.boot > 0
    assert measured.exit > 0


def test_a_program_that_fails_is_not_measured(server: ModelServer, folder: Path) -> None:
    with pytest.raises(CannotMeasureError, match="exit code 3"):
        run(server, Plan(), ("/bin/sh", "-c", "exit 3"), folder, exact_memory=False)


def test_a_program_that_does_not_follow_the_plan_is_not_measured(server: ModelServer, folder: Path) -> None:
    with pytest.raises(CannotMeasureError, match="made 0 requests, the plan has 1"):
        run(server, Plan(), ("/bin/sh", "-c", "echo done"), folder, exact_memory=False)


@pytest.mark.parametrize("dialect", STREAMS)
def test_an_answer_is_streamed_in_each_dialect(server: ModelServer, folder: Path, dialect: str) -> None:
    """Issue 8: what a token costs is measured for each of them."""
    measured = run(server, Plan(tokens=50, dialect=dialect), CALLBOARD, folder, exact_memory=False)
    assert len(measured.seen) == 1
    assert measured.cpu > 0
