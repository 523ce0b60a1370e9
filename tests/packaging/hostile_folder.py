"""A folder that wants to be imported.

Its files are named as our packages and as what they use, and each leaves a mark if it runs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = ("config.py", "ui.py", "tools/__init__.py", "actors/__init__.py", "actors/messages.py", "_callboard/ui/cli.py")
THEIRS = ("pykka.py", "msgspec.py", "requests.py", "structlog.py", "prompt_toolkit.py", "pexpect.py", "platformdirs.py")
OPTIONAL = ("rich/__init__.py", "simplejson.py", "chardet.py", "colorama.py", "brotli.py", "zstandard.py")
"""Not installed with us, and imported by our dependencies where they are found."""


@dataclass(frozen=True, slots=True)
class HostileFolder:
    """The folder, and the folder beside it that collects the marks."""

    path: Path
    marks: Path

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder, its input closed, with these variables besides the test's own."""
        return subprocess.run(
            list(command),
            cwd=self.path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def executed(self) -> list[str]:
        """Names of the files that were run, which should be none."""
        return sorted(path.name for path in self.marks.iterdir())


def make_hostile_folder(parent: Path) -> HostileFolder:
    """Write the folder."""
    folder = HostileFolder(parent / "hostile", parent / "marks")
    folder.marks.mkdir(parents=True)
    for name in (*OURS, *THEIRS, *OPTIONAL):
        path = folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mark = folder.marks / name.replace("/", "-")
        path.write_text(f"open({str(mark)!r}, 'w').close()\nraise SystemExit('hostile {name}')\n", encoding="utf-8")
    return folder
