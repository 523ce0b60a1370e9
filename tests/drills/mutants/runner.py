"""Runs the explorer on a mutant in a process of its own, and reads what it found."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from tests.drills.mutants.planting import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.drills.mutants.mutant import Mutant

EXPLORER = (sys.executable, "-m", "tests.drills.mutants.explore")


class Finding(msgspec.Struct, frozen=True):
    """How many schedules it took, which promises the last one broke, and how."""

    schedules: int
    promises: tuple[str, ...]
    violations: tuple[str, ...]


def find(mutant: Mutant) -> Finding:
    """What the mutant's drill says."""
    return msgspec.json.decode(_output(mutant.name), type=Finding)


def story(name: str, file: Path) -> str:
    """What a person is told of the mutant; the file gives the same run again."""
    return _output(name, "--told", str(file)).decode()


def _output(*arguments: str) -> bytes:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([*EXPLORER, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
