"""How the offline model finds the command that runs a project's tests, and the lines that say what fails. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

MARKERS: tuple[tuple[str, str], ...] = (
    (r"(?:.*/)?(?:test_[^/]*|[^/]*_test|conftest)\.py|pytest\.ini|tox\.ini", "python3 -m pytest -q"),
    (r"Cargo\.toml", "cargo test"),
    (r"go\.mod", "go test ./..."),
    (r"package\.json", "npm test --silent"),
    (r"(?:GNUm|M|m)akefile", "make test"),
)
"""A file that tells how tests are run; the first that fits decides."""

FAILING = re.compile(
    r"^(?:FAILED|ERROR|FAIL)\b|^E\s{2,}|^--- FAIL|\bnot ok \d|^test .*\.\.\. FAILED|^\s*[✕✗×●] |^\s+\d+\) |panicked at"
    r"|^(?:\w+\.)*\w*(?:Error|Exception)\b:|\b\d+ (?:failed|failing|errors?)\b|No module named|: not found$|\*\*\* \["
)
MOST = 30


def command_for(files: Sequence[str]) -> str | None:
    """The command for a project with these files; None where none of them tells."""
    for pattern, command in MARKERS:
        if any(re.fullmatch(pattern, file) for file in files):
            return command
    return None


def failing_lines(lines: Sequence[str]) -> list[str]:
    """The lines of the output that name a failure, each once."""
    found = dict.fromkeys(line.rstrip() for line in lines if FAILING.search(line))
    return list(found)[:MOST]
