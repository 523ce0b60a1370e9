"""`./dev bench [GROUP ...] [--check]`: measures, and prints one table of ratios.

Each group runs in a process of its own, so that what one has imported or started neither slows nor feeds another. The
exit code is 0 whatever the verdicts, 1 if something could not be measured; with `--check` it is also 1 if a median is
more than a quarter beyond its bar.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.table import CannotMeasureError, Row, lines

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {
    "startup": "a start, beside a Python that does nothing",
    "layer": "the actor layer, beside plain pykka and plain queues",
    "drills": "simulated schedules, in thousands a second",
    "tools": "tools and terminals, beside plain files, subprocess and pexpect",
    "headless": "the whole program for scripts, beside a 100-line agent on requests",
    "chat": "the whole program for people, in a terminal",
    "long_session": "a session of a thousand steps that fills its window, beside its own beginning",
    "resources": "threads, memory and wake-ups",
}


def main(arguments: list[str]) -> int:
    """Run the groups that were named, or all."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="Ratios, measured side by side in one run.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed by more than a quarter")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.groups if name not in GROUPS]
    if unknown:
        parser.error(f"there is no group {unknown[0]!r}; the groups are {', '.join(GROUPS)}")
    if len(asked.groups) == 1:
        return measure(asked.groups[0], check=asked.check)
    codes = [apart(name, check=asked.check) for name in asked.groups or GROUPS]
    return max(codes)


def apart(group: str, *, check: bool) -> int:
    """Measure a group in a process of its own."""
    print(f"\n── {group}: {GROUPS[group]}", flush=True)
    command = [sys.executable, "-m", "tests.benchmarks.run", group, *(["--check"] if check else [])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def measure(group: str, *, check: bool) -> int:
    """Measure a group here and print its table."""
    measured: list[Row] = []
    rows: Iterator[Row] = importlib.import_module(f"tests.benchmarks.{group}").rows()
    try:
        for line in lines(rows, measured.append):
            print(line, flush=True)
    except CannotMeasureError as error:
        print(f"could not measure: {error}", file=sys.stderr)
        return 1
    return int(check and any(row.missed_by_far for row in measured))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
