"""Programs of our own never come from the folder that we work in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.terminal.search_path import absolute_folders

ROOT = Path(__file__).parents[3]
LOOK = """
import sys
from tools.terminal.search_path import own_search_path, program_on_path
print(program_on_path(sys.argv[1]))
print(own_search_path())
"""


@pytest.mark.parametrize("relative", [".", "", "./", "bin", "../x", "~"])
def test_folders_named_from_here_are_left_out(relative: str) -> None:
    assert absolute_folders(os.pathsep.join(("/usr/bin", relative, "/bin"))) == ["/usr/bin", "/bin"]


@pytest.mark.parametrize("relative", [".", "", ".:"])
def test_a_program_of_the_workspace_is_not_found(tmp_path: Path, relative: str) -> None:
    (tmp_path / "ps").write_text("#!/bin/sh\necho caught\n")
    (tmp_path / "ps").chmod(0o755)
    environment = {**os.environ, "PATH": f"{relative}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK, "ps"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    found, path = done.stdout.splitlines()
    assert found in ("/usr/bin/ps", "/bin/ps", "None")
    assert path == "/usr/bin:/bin"
