"""A machine of one's own for one journey: a folder to work in, a home, and a tag that every process of it carries.

Journeys and process drills get it as the fixture `scene`, which checks at the end that nobody with the tag is left.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from actors.journal.journal import read_back
from actors.records import Record
from tests.journeys.model_server import ModelServer
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.tmux_terminal import TmuxTerminal

PROGRAM = (sys.executable, str(Path(__file__).parents[2] / "callboard.py"))
BOUND = 60.0
"""Seconds; ten times and more of what anything here should take."""
TAG = "JOURNEY"
SURVIVAL = 10.0
"""Seconds after the program's exit within which nothing of it may live; a tenth of it is the promise."""


class Gate:
    """A FIFO: whoever reads it waits until it is opened, and then reads its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.open()

    def open(self) -> None:
        """Let everybody pass who waits."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1


class Scene:
    """One journey's folders and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "w"
        self.folder.mkdir()
        (self.folder / "a.txt").write_text("hello there\n")
        self.state = folder / "state"
        self.tag = uuid.uuid4().hex
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "NO_PROXY": "*",
            TAG: self.tag,
        }
        self.left = ExitStack()
        """What is to be closed when the journey is over."""

    # ── Starting the program ──────────────────────────────────────────────────────────────────────────────────────

    def chat(self, *arguments: str, size: tuple[int, int] = (24, 80), **environment: str) -> TerminalDriver:
        """The chat in a terminal of its own."""
        terminal = TerminalDriver((*PROGRAM, *arguments), self.folder, self.environment | environment, size)
        return self.left.enter_context(terminal)

    def tmux(self, *arguments: str, size: tuple[int, int]) -> TmuxTerminal:
        """The chat in a terminal that wraps its rows anew."""
        return TmuxTerminal((*PROGRAM, *arguments), self.folder, self.environment, size)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The program on pipes, left alone; stdin is empty."""
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.left.callback(_put_away, process)
        return process

    def run(self, *arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """The program on pipes, to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
        )

    def model_server(self, *exchanges: Mapping[str, object], any_order: bool = False) -> ModelServer:
        """A model server in another process; from now on the program uses it."""
        server = self.left.enter_context(ModelServer(self.folder.parent, *exchanges, any_order=any_order))
        self.environment |= server.environment
        return server

    def configure(self, text: str) -> None:
        """Write the person's configuration."""
        path = Path(self.environment["XDG_CONFIG_HOME"]) / "callboard" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    # ── What is on the disk ───────────────────────────────────────────────────────────────────────────────────────

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.folder / name
        path.write_text(text)
        return path

    def gate(self, name: str) -> Gate:
        """A file of the workspace at which a reader waits until the gate is opened."""
        return self.left.enter_context(Gate(self.folder / name))

    def journal(self) -> Path:
        """The journal of the session that was written last."""
        found = sorted(self.state.glob("callboard/sessions/*/journal.jsonl"), key=lambda path: path.stat().st_mtime_ns)
        return found[-1]

    def records(self, *kinds: type[Any]) -> list[Record]:
        """What the last journal holds; only these kinds, where some are named."""
        found = read_back(self.journal().read_bytes())
        assert not found.skipped
        return [record for record in found.records if not kinds or isinstance(record, kinds)]

    # ── Who is alive ──────────────────────────────────────────────────────────────────────────────────────────────

    def living(self, part: str = "") -> dict[int, str]:
        """The processes of this journey whose command line holds this part, by pid."""
        mark = f"{TAG}={self.tag}".encode()
        found: dict[int, str] = {}
        for place in Path("/proc").iterdir():
            with suppress(OSError):
                if place.name.isdigit() and mark in (place / "environ").read_bytes().split(b"\0"):
                    command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                    if part in command:
                        found[int(place.name)] = command
        return found

    def wait_for_a_process(self, part: str) -> None:
        """Until a process runs whose command line holds this part.

        Raises:
            AssertionError: none comes.
        """
        self.wait_for(lambda: self.living(part), f"a process with {part!r}")

    def wait_for(self, there: Callable[[], object], what: str) -> None:
        """Until it is so, where nothing can be waited on: it looks again and again, and lets others work between.

        Raises:
            AssertionError: it never is.
        """
        until = time.monotonic() + BOUND
        while not there():
            assert time.monotonic() < until, f"no {what}; alive: {self.living()}"
            select.poll().poll(10)

    def wait_until_nobody_is_left(self, limit: float = SURVIVAL) -> float:
        """Seconds until no process of this journey lived.

        Raises:
            AssertionError: some still do.
        """
        start = time.monotonic()
        while left := self.living():
            seconds = start + limit - time.monotonic()
            assert seconds > 0, f"still alive after {limit} s: {left}"
            await_end(left, seconds)
        return time.monotonic() - start

    def put_away(self) -> dict[int, str]:
        """Close everything; whoever had to be killed, with the command line."""
        self.left.close()
        try:
            self.wait_until_nobody_is_left()
        except AssertionError:
            left = self.living()
            for pid in left:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            return left
        return {}


def await_end(pids: Iterable[int], seconds: float) -> None:
    """Until one of them has ended, at most so long."""
    watch = select.poll()
    with ExitStack() as opened:
        for pid in pids:
            with suppress(OSError):
                descriptor = os.pidfd_open(pid)
                opened.callback(os.close, descriptor)
                watch.register(descriptor, select.POLLIN)
        watch.poll(max(seconds, 0.0) * 1_000)


def _put_away(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()
