"""The chat's loop: nothing that blocks on a worker thread holds its end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ui.chat.chat_loop import ChatLoop

BOUND = 20.0
ROOT = Path(__file__).parents[3]
BLOCKED = """
import asyncio, sys
from ui.chat.chat_loop import ChatLoop

async def main():
    loop = asyncio.get_running_loop()
    stuck = [loop.run_in_executor(None, open, sys.argv[1]) for _ in range(8)]
    done = await loop.run_in_executor(None, lambda: "done")
    print(done, flush=True)

with asyncio.Runner(loop_factory=ChatLoop) as runner:
    runner.run(main())
"""


def test_the_end_waits_for_no_read_that_never_comes_back(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(tmp_path / "pipe")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_results_and_exceptions_come_back_from_a_daemon_thread() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, lambda: threading.current_thread().daemon)
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 // 0)

    with asyncio.Runner(loop_factory=ChatLoop) as runner:
        runner.run(main())


def test_what_is_not_wanted_any_more_is_not_begun() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        begun, go = threading.Event(), threading.Event()
        first = [loop.run_in_executor(None, go.wait, BOUND) for _ in range(64)]
        waiting = loop.run_in_executor(None, begun.set)
        waiting.cancel()
        await asyncio.wait([waiting])
        go.set()
        await asyncio.gather(*first)
        assert not begun.is_set()

    with asyncio.Runner(loop_factory=ChatLoop) as runner:
        runner.run(main())
