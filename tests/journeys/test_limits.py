"""The program where the system gives it next to nothing: it says what is wrong, and ends with a code of the table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.scene import BOUND, PROGRAM, Scene

ROOT = Path(__file__).parents[2]
CODES = {0, 1, 2, 3, 4, 70, 75}
AS_ANOTHER = ("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--clear-groups")
"""Another user who may read this checkout wherever it lies: root itself is bound by no limit of processes."""
RUN = """
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from ui.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


def crowded(folder: Path, more: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program where its user may have so many processes and threads more."""
    if os.getuid() or not shutil.which("setpriv") or not shutil.which("prlimit"):
        pytest.skip("only root may be another user, of whom nothing else runs")
    user = str(60_000 + os.getpid() % 5_000 + more)
    words = ["prlimit", f"--nproc={more}", "setpriv", f"--reuid={user}", f"--regid={user}", *AS_ANOTHER]
    words += [sys.executable, "-I", "-c", RUN, str(ROOT), *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


@pytest.mark.parametrize("more", range(1, 20))
def test_with_few_processes_it_says_what_is_wrong_and_ends(tmp_path: Path, more: int) -> None:
    done = crowded(tmp_path, more, "-p", "run `echo hi`", "--yolo")
    assert done.returncode in CODES
    assert "Traceback" not in done.stderr
    assert "ulimit -u" in done.stdout + done.stderr


@pytest.mark.parametrize("megabytes", [200, 400, 600, 800, 1_000])
def test_with_little_memory_it_says_what_is_wrong_and_ends(scene: Scene, megabytes: int) -> None:
    limited = ("/bin/sh", "-c", f'ulimit -v {megabytes}000; exec "$@"', "sh")
    done = subprocess.run(
        [*limited, *PROGRAM, "-p", "hi"],
        cwd=scene.folder,
        env=scene.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode in CODES
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or done.stderr.startswith("callboard: ")
