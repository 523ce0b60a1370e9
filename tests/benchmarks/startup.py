"""A start: of `--version` and of the chat until its prompt is drawn, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.run import ROOT
from tests.benchmarks.screen import Screen
from tests.benchmarks.served import quiet_environment, workspace
from tests.benchmarks.table import Row, in_turns, most, ratios

LAUNCHER = str(ROOT / "callboard.py")
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


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace(folder / "workspace")
        versions = in_turns(15, lambda: answered(folder, LAUNCHER, "--version"), lambda: answered(folder, "-c", "pass"))
        yield Row("callboard --version ÷ python -c pass", ratios(versions), most(4))
        prompts = in_turns(11, lambda: prompted(folder), lambda: answered(folder, "-c", "pass"))
        yield Row("the chat's first prompt on the screen ÷ python -c pass", ratios(prompts), most(12))
