"""A dump of everything on demand: actors, mailboxes, dead letters, the stack of every thread. SIGUSR1 writes it."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from actors.runtime.log import private
from actors.runtime.stacks import frames
from actors.runtime.thread_start import start_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from actors.runtime.actor_system import ActorSystem


def dump(system: ActorSystem) -> str:
    """The whole state as text, for a person."""
    lines = ["actors:"]
    for status in system.statuses():
        busy = "idle" if status.busy is None else f"{status.handling} for {status.busy:.3f} s"
        lines.append(
            f"  {status.name:14} {status.state:8} {busy}; waiting {status.depth} (most {status.high_water}), "
            f"handled {status.handled}, crashes {status.crashes}, restarts {status.restarts}, "
            f"p99 {status.p99 * 1e3:.3f} ms{', oldest ' + status.oldest if status.oldest else ''}"
        )
    lines.append(f"dead letters: {system.dead_letter_count}")
    lines += [
        f"  {type(letter.message).__name__} from {letter.sender} to {letter.receiver}: {letter.reason}"
        for letter in list(system.dead_letters)
    ]
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for thread, frame in frames().items():
        lines.append(f"thread {names.get(thread, thread)}:")
        lines += [line.rstrip() for line in traceback.format_stack(frame)]
    return "\n".join(lines) + "\n"


def append_dump(system: ActorSystem, path: Path) -> None:
    """Append a dump with its time to the file, for its owner only; a disk that does not take it is no failure."""
    with suppress(OSError), open(path, "a", encoding="utf-8", opener=private) as file:
        file.write(f"── {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(system.clock.wall()))} ──\n{dump(system)}")


def dump_on_signal(write_dump: Callable[[], object]) -> None:
    """Write a dump whenever the process gets SIGUSR1. Main thread only.

    A thread of its own writes it: the handler interrupts the main thread anywhere, also where it has a mailbox locked.

    Raises:
        ThreadStartError: the system gives it no thread.
    """
    asked: SimpleQueue[None] = SimpleQueue()

    def write() -> None:
        while True:
            asked.get()
            write_dump()

    start_thread(write, "dump")
    signal.signal(signal.SIGUSR1, lambda _number, _frame: asked.put(None))
