"""Starts threads for the runtime and the edges, and says plainly when the system starts no more.

Python raises a bare RuntimeError where a limit of processes or of memory is reached. Here that becomes a
`ThreadStartError` with the reason and what to do. Clock, watchdog, shells and edges take a `BeginThread`, so that a
test can hand in one that fails.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

ADVICE = "end some programs, or raise the limit of processes (`ulimit -u`) or of memory (`ulimit -v`)"
BeginThread: TypeAlias = Callable[[Callable[[], None], str], object]
"""Runs the function on a new daemon thread of that name, or raises `ThreadStartError`."""


class ThreadStartError(Exception):
    """The system starts no more threads; the text says what to do."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no more threads can be started (at {name}): {ADVICE}")


def start_thread(work: Callable[[], None], name: str) -> threading.Thread:
    """Run `work` on a new daemon thread and return it, started.

    Raises:
        ThreadStartError: the system refused.
    """
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except (RuntimeError, MemoryError) as error:
        raise ThreadStartError(name) from error
    return thread
