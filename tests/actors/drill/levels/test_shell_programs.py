"""A scenario's programs as shell texts, run for real."""

from __future__ import annotations

import subprocess

import pytest

from actors.drill.levels.shell_programs import text_of
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenario import Program


def done(program: Program, *faults: InjectedFault) -> tuple[str, int]:
    command = ["/bin/sh", "-c", text_of(program, faults)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return run.stdout, run.returncode


def test_it_prints_what_the_program_prints_and_ends_as_it_ends() -> None:
    assert done(Program(((0.0, "one\n"), (0.01, "two's\n")), exit_code=3)) == ("one\ntwo's\n", 3)


def test_a_flood_is_so_many_lines() -> None:
    assert done(Program(), InjectedFault("terminals", "flood", size=20)) == ("flood\n" * 20, 0)


def test_one_that_ends_at_once_does_not_wait() -> None:
    slow = Program(((3_000.0, "x"),), ends=False)
    assert done(slow, InjectedFault("terminals", "exit_at_once")) == ("x", 0)


@pytest.mark.parametrize(("stubborn", "minded"), [(0, ""), (1, "trap '' INT"), (2, "trap '' HUP INT TERM")])
def test_a_stubborn_one_minds_fewer_signals_and_never_ends(stubborn: int, minded: str) -> None:
    text = text_of(Program(stubborn=2 if stubborn == 2 else 1 if stubborn else 0, ends=False))
    assert text.startswith(minded or "exec sleep")
    assert "sleep 3600" in text


def test_a_fault_makes_any_program_stubborn_or_silent() -> None:
    assert "trap '' HUP INT TERM" in text_of(Program(), (InjectedFault("terminals", "stubborn"),))
    assert "printf" not in text_of(Program(((0.0, "x"),)), (InjectedFault("terminals", "silent"),))
