"""A start: of `--version` and of the chat until its prompt is drawn, beside a Python that does nothing.

Each figure is the best of three starts in a row, on both sides: a busy machine takes more from a long start than from a
short one, and what it takes is not the program's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.run import ROOT
from tests.benchmarks.screen import Screen
from tests.benchmarks.served import quiet_environment, workspace
from tests.benchmarks.table import Row, in_turns, most, ratios

LAUNCHER = str(ROOT / "callboard.py")
TRIES = 3
PROMPT = "\u203a".encode()


def answered(folder: Path, *arguments: str) -> float:
    """Seconds that Python needs for these arguments."""
    environment = quiet_environment(folder / "home")
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment, check=True)
    return time.perf_counter() - began


def prompted(folder: Path) -> float:
    """Seconds until the chat has drawn its prompt."""
    began = time.perf_counter()
    with Screen((sys.executable, LAUNCHER), folder / "workspace", quiet_environment(folder / "home")) as screen:
        screen.wait_for(PROMPT)
        return time.perf_counter() - began


def best(start: Callable[[], float]) -> float:
    """The shortest of a few."""
    return min(start() for _ in range(TRIES))


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace(folder / "workspace")

        def nothing() -> float:
            return best(lambda: answered(folder, "-c", "pass"))

        versions = in_turns(9, lambda: best(lambda: answered(folder, LAUNCHER, "--version")), nothing)
        yield Row("callboard --version ÷ python -c pass", ratios(versions), most(4))
        prompts = in_turns(9, lambda: best(lambda: prompted(folder)), nothing)
        yield Row("the chat's first prompt on the screen ÷ python -c pass", ratios(prompts), most(12))
