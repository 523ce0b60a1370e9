"""The benchmark's end of the model server, and programs that are run against it.

Used by the groups that measure whole programs. A program runs in a small folder of its own with its own home, so that
nobody's settings matter; its times and its resources are what the kernel and the server say of it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.model_server import Plan, Seen
from tests.benchmarks.run import ROOT
from tests.benchmarks.table import CannotMeasureError

FLOOR = (sys.executable, str(ROOT / "tests" / "benchmarks" / "floor.py"))
CALLBOARD = (sys.executable, str(ROOT / "callboard.py"), "--yolo", "-p")
LONGEST_RUN = 120.0
FILES = 200


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: when it was started, when it was gone, what it used (seconds, kilobytes), what it asked."""

    spawned: float
    gone: float
    cpu: float
    memory: int
    seen: tuple[Seen, ...]

    @property
    def boot(self) -> float:
        """Seconds from the start until the server had the whole first request."""
        return self.seen[0].arrived - self.spawned

    @property
    def exit(self) -> float:
        """Seconds from the last byte of the answer until the process was gone."""
        return self.gone - self.seen[-1].last_sent

    @property
    def overheads(self) -> tuple[float, ...]:
        """Seconds from the last byte of each answer until the server had the whole next request."""
        pairs = zip(self.seen, self.seen[1:], strict=False)
        return tuple(later.arrived - earlier.last_sent for earlier, later in pairs)

    @property
    def connections(self) -> int:
        """How many connections the requests came on."""
        return len({seen.connection for seen in self.seen})


class ModelServer:
    """The server's process; a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.model_server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(json.loads(self._heard())["port"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(LONGEST_RUN)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def follow(self, plan: Plan) -> None:
        """Answer by this plan, from the first request on."""
        self._say({"plan": asdict(plan)})
        self._heard()

    def seen(self) -> tuple[Seen, ...]:
        """What has come since the plan was made."""
        self._say({"report": True})
        return tuple(Seen(**seen) for seen in json.loads(self._heard()))

    def environment(self, home: Path) -> dict[str, str]:
        """The variables of a program that is to use this server, and nothing of this machine's own settings."""
        return {
            **quiet_environment(home),
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.port}/v1",
            "OPENAI_API_KEY": "sk-benchmark",
            "OPENAI_MODEL": "bench",
        }

    def _say(self, order: object) -> None:
        if self._process.stdin is None:
            raise CannotMeasureError("the model server has no stdin")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _heard(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise CannotMeasureError("the model server has ended; its error is above")
        return line


def quiet_environment(home: Path) -> dict[str, str]:
    """A home of its own, a plain terminal, and the path."""
    home.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", "NO_PROXY": "*"}


def configure(home: Path, dialect: str) -> None:
    """Say what the model server speaks."""
    folder = home / ".config" / "callboard"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(f'[providers.openai]\ndialect = "{dialect}"\n', encoding="utf-8")


def workspace(folder: Path) -> Path:
    """A folder with small files for the model to read."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        (folder / f"note-{number}.txt").write_text(f"Note {number}\n" + "A line of text.\n" * 10, encoding="utf-8")
    return folder


def run(server: ModelServer, plan: Plan, command: tuple[str, ...], folder: Path, *, exact_memory: bool = True) -> Run:
    """Run a program with one prompt, to its end.

    A child's peak memory begins with that of whoever started it, so with `exact_memory` we must be the smaller one.

    Raises:
        CannotMeasureError: it failed, or the server saw other requests than the plan has answers for.
    """
    server.follow(plan)
    environment = server.environment(folder / "home")
    configure(folder / "home", plan.dialect)
    place = folder / "workspace"
    spawned = time.monotonic()
    with subprocess.Popen(
        [*command, "go"], cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        output = process.stdout.read() if process.stdout is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        gone = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
    seen = server.seen()
    name = Path(command[1]).name
    if process.returncode != 0 or not output.strip():
        raise CannotMeasureError(f"{name} ended with exit code {process.returncode} and said {output[-300:]!r}")
    if len(seen) != len(plan.calls) + 1:
        raise CannotMeasureError(f"{name} made {len(seen)} requests, the plan has {len(plan.calls) + 1}")
    if exact_memory and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >= used.ru_maxrss:
        raise CannotMeasureError("the benchmark is larger than what it measures: a child's peak begins with ours")
    return Run(spawned, gone, used.ru_utime + used.ru_stime, used.ru_maxrss, seen)
