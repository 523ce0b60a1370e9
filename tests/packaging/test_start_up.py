"""What is imported at a start, and how long `--version` takes beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.packaging.source_files import ROOT

LIST_IMPORTS = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
{code}
print(*sorted(set(sys.modules) - before))
"""
HEAVY = {
    "asyncio",
    "markdown_it",
    "multiprocessing",
    "pexpect",
    "prompt_toolkit",
    "pygments",
    "requests",
    "rich",
    "urllib3",
}


def imported_by(code: str, folder: Path) -> set[str]:
    """The modules that a fresh Python has imported after this code, besides its own."""
    script = LIST_IMPORTS.format(root=str(ROOT), code=code)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def seconds(*command: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], capture_output=True, timeout=60, check=True)
    return time.perf_counter() - began


def test_the_version_is_answered_without_importing_anything_else(tmp_path: Path) -> None:
    version = "import callboard; sys.argv = ['callboard', '--version']; callboard.main()"
    assert imported_by(version, tmp_path) == {"__future__", "callboard", "config", "config.version"}


def test_the_command_line_imports_nothing_heavy_before_it_knows_what_is_wanted(tmp_path: Path) -> None:
    assert not HEAVY & imported_by("import ui.cli.main", tmp_path)


@pytest.mark.alone
def test_the_version_takes_at_most_four_times_what_python_needs_to_do_nothing() -> None:
    version = str(ROOT / "callboard.py")
    pairs = [(seconds("-c", "pass"), seconds(version, "--version")) for _ in range(15)]
    nothing, answered = (min(times) for times in zip(*pairs, strict=True))
    assert answered <= 4 * nothing, f"{answered / nothing:.1f} times"
