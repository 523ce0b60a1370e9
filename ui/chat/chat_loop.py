"""The chat's asyncio loop: work that may block runs on daemon threads, and the end never waits for it.

asyncio's own executor is joined when the loop ends and once more when the interpreter does, so that one read of a dead
network disk would keep the program for ever. Here `run_in_executor(None, …)` means `ThreadWorkers`, also where
prompt-toolkit calls it; what still blocks at the end is left behind with its thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from actors.edges.real_ports import ThreadWorkers

ResultT = TypeVar("ResultT")
Arguments = TypeVarTuple("Arguments")

WORKERS = 64
"""Threads; work that hangs keeps its own for ever."""


class ChatLoop(asyncio.SelectorEventLoop):
    """asyncio's selector loop with daemon threads for what may block."""

    def __init__(self) -> None:
        super().__init__()
        self._workers = ThreadWorkers(WORKERS)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Arguments], ResultT], *args: *Arguments
    ) -> asyncio.Future[ResultT]:
        """As asyncio's; without an executor, on a daemon thread.

        Raises:
            ThreadStartError: there is no thread, and none can be started.
        """
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        done: Future[ResultT] = Future()
        self._workers.run(partial(_carry_out, done, partial(func, *args)))
        return asyncio.wrap_future(done, loop=self)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's own
        """No more work; what runs is not waited for."""
        del timeout
        self._workers.close()


def _carry_out(done: Future[Any], work: Callable[[], Any]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - as executors do: it belongs to the awaiting task
        done.set_exception(error)
    else:
        done.set_result(result)
