"""The same seed is the same run, to the last message: on every Python that is supported, whatever it hashes by.

Each Python beside this one that is found on the machine gets an environment with the runtime's lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.digests import digests

ROOT = Path(__file__).resolve().parents[2]
SUPPORTED = ("3.11", "3.12", "3.13")
OTHERS = [version for version in SUPPORTED if version != f"{sys.version_info.major}.{sys.version_info.minor}"]
INSTALL_LIMIT = 100.0


def told(python: Path | str, hash_seed: str) -> list[str]:
    """The digests that another process comes to."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [str(python), "-m", "tests.drills.digests"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def found(version: str) -> str:
    """A Python of this version that runs and can make environments, on the path or kept by pyenv; empty: none."""
    keeper = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    kept = sorted(str(python) for python in keeper.glob(f"versions/{version}.*/bin/python"))
    return next(filter(works, (shutil.which(f"python{version}"), *kept)), None) or ""


def works(python: str | None) -> bool:
    if python is None:
        return False
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


def test_how_texts_are_hashed_changes_nothing() -> None:
    assert told(sys.executable, "1") == told(sys.executable, "2") == digests()


@pytest.mark.parametrize("version", OTHERS)
def test_another_python_comes_to_the_same(tmp_path: Path, version: str) -> None:
    python = found(version)
    if not python:
        pytest.skip(f"there is no Python {version} on this machine")
    environment = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", str(environment)], check=True, capture_output=True)
    inside = environment / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    lock = ROOT / "requirements" / "runtime.txt"
    subprocess.run([str(inside), *install, "-r", str(lock)], check=True, capture_output=True, timeout=INSTALL_LIMIT)
    assert told(inside, "random") == digests()
