"""The launcher in a checkout; tests/packaging/test_wheel.py asks the same of the installed one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.version import VERSION
from tests.packaging.hostile_folder import make_hostile_folder
from tests.packaging.source_files import ROOT

LAUNCHER = str(ROOT / "callboard.py")


@pytest.mark.parametrize("path", ["", ".", ":/x", f".:{ROOT}"], ids=["none", "dot", "empty entry", "both"])
def test_a_hostile_folder_is_not_imported(tmp_path: Path, path: str) -> None:
    folder = make_hostile_folder(tmp_path)
    done = folder.run([sys.executable, LAUNCHER, "--version"], {"PYTHONPATH": path} if path else {})
    assert (done.returncode, done.stdout, done.stderr) == (0, f"callboard {VERSION}\n", "")
    assert not folder.executed()


def test_the_current_folder_leaves_the_import_path_and_other_folders_go_to_its_end(tmp_path: Path) -> None:
    folder = make_hostile_folder(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    show = "import sys, callboard; sys.argv = ['callboard', '--version']; callboard.main(); print(*sys.path, sep='\\n')"
    done = folder.run([sys.executable, "-c", show], {"PYTHONPATH": f"{ROOT}:.:{other}"})
    path = done.stdout.splitlines()[1:]
    assert path[0] == str(ROOT)
    assert "" not in path
    assert str(folder.path) not in path
    assert path.index(str(other)) > path.index(str(Path(subprocess.__file__).parent))


def test_it_starts_in_a_folder_that_no_longer_exists(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}"; exec "{sys.executable}" "{LAUNCHER}" --version'
    done = subprocess.run(["/bin/sh", "-c", command], cwd=gone, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, f"callboard {VERSION}\n")
