"""What the kernel says of a process: its threads, its memory, how often it was woken. Read from /proc."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.table import CannotMeasureError


def _field(path: Path, name: str) -> int:
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    raise CannotMeasureError(f"{path} has no {name}: this needs Linux")


def wake_ups(pid: int) -> int:
    """How often any thread of it has given the processor up to wait, so far."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(_field(task / "status", "voluntary_ctxt_switches") for task in tasks)


def thread_count(pid: int) -> int:
    """How many threads it has now."""
    return _field(Path(f"/proc/{pid}/status"), "Threads")


def memory(pid: int) -> int:
    """Kilobytes that are its own now."""
    status = Path(f"/proc/{pid}/status")
    return _field(status, "RssAnon")
