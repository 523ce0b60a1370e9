"""Finding and ending whole process trees, however their processes try to get away.

A job's tree is everything that descends from its keeper (`tools.terminal.keeper`), everything in its group or session,
whatever was seen to be one of these before, and all that descends from them. Where there is no keeper, everything that
carries its tags in its environment is taken in its place. `tools.terminal.running_job` asks for the members and signals
them; `sweep` is the last word when the program ends. Nothing here waits for a job or reads its output.

Where there is no /proc (macOS, BSD) the table comes from `ps`, which shows no environment: group, descent and what was
seen before must do. Where there is no `ps` either, the group alone is left, and is always signalled.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from select import POLLIN, poll

from tools.terminal.search_path import program_on_path

TYPE_CHECKING = False  # typing itself is slow to import, and a bare process starts with every session
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from typing import Final

RUN_TAG: Final = "CALLBOARD_RUN_ID"
JOB_TAG: Final = "CALLBOARD_JOB"

_STAT_MOST: Final = 4_096
_ENVIRONMENT_MOST: Final = 1 << 22
_CHILDREN_MOST: Final = 1 << 20
_SWEEP_PAUSE: Final = 0.02
_SWEEP_MOST: Final = 200
_YOUNG: Final = 1.0
_KERNEL: Final = 2
"""The parent of the kernel's own threads, which have no environment."""
_STAT_FIELDS: Final = 20


class ProcessFacts:
    """One line of the process table. `started` is only ever compared: with the pid it names a process for good.

    `ended`: dead, and only waiting for its parent to take note.
    """

    __slots__ = ("ended", "group", "parent", "pid", "session", "started")

    def __init__(  # noqa: PLR0913 -- a dataclass, and typing, would double the start of a keeper
        self, pid: int, parent: int, group: int, session: int, started: str, *, ended: bool
    ) -> None:
        self.pid = pid
        self.parent = parent
        self.group = group
        self.session = session
        self.started = started
        self.ended = ended


def process_table(known: Container[int] = ()) -> dict[int, ProcessFacts]:
    """Every process that can be seen, by pid; those that are known need not be among them."""
    return table_from_proc(known) if os.path.isdir("/proc/self") else table_from_ps()  # noqa: PTH112 -- asked often


def table_from_proc(known: Container[int] = ()) -> dict[int, ProcessFacts]:
    """The process table of Linux, without those that are known."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 -- asked often
    return {pid: facts for pid in pids if pid not in known and (facts := _facts(pid))}


def table_from_ps() -> dict[int, ProcessFacts]:
    """The process table as every POSIX system prints it; empty if there is no `ps`."""
    table: dict[int, ProcessFacts] = {}
    for line in _printed(("ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,lstart=")).splitlines():
        pid, parent, group, state, started = line.split(maxsplit=4)
        table[int(pid)] = ProcessFacts(int(pid), int(parent), int(group), 0, started, ended=state.startswith("Z"))
    return table


class ProcessTree:
    """The tree of one job. Its root is not to be waited for before that is done with: so its pid stays its own."""

    def __init__(
        self,
        root: int,
        run_id: str,
        job: str,
        keeper: int = 0,
        look: Callable[[], dict[int, ProcessFacts]] | None = None,
    ) -> None:
        """`keeper` is the process that adopts what the job leaves behind; 0: there is none. `look` gives the table."""
        self._table = look or process_table
        self.root = root
        self.blind = False
        """Whether the last look saw no process at all: then only the group can be signalled."""
        self.unsure = False
        """Whether the last look met a process without an environment: it is about to run a program."""
        self._keeper = keeper
        self._trusts_keeper = False
        self._tags = _marks({RUN_TAG: run_id, JOB_TAG: job})
        self._born = ""
        self._seen: dict[int, str] = {}

    def members(self) -> tuple[int, ...]:
        """The processes of the tree that live, the root among them, as of now.

        Before the answer is "none", new processes are looked at: the first look may fall between a fork and its
        parent's exit.
        """
        self.unsure = False
        table = self._table()
        self.blind = not table
        if self.blind:
            return () if _has_ended(self.root) else (self.root,)
        return self._look(table) or self._look(table | process_table(table))

    def signal(self, number: signal.Signals, members: tuple[int, ...]) -> None:
        """Send it to the group at once, then to each member; a stopped one is woken to hear it.

        The root is not waited for yet, so its number is its group's, also where no member of it can be seen.
        """
        with suppress(OSError):
            os.killpg(self.root, number)
        for pid in members:
            with suppress(OSError):
                os.kill(pid, number)
                if number is not signal.SIGKILL:
                    os.kill(pid, signal.SIGCONT)

    def _look(self, table: dict[int, ProcessFacts]) -> tuple[int, ...]:
        table.pop(os.getpid(), None)
        if self.root in table and not self._born:
            self._born = table[self.root].started
            self._seen[self.root] = self._born
        found = {pid for pid, started in self._seen.items() if pid in table and table[pid].started == started}
        kept = self._keeper in table and not table[self._keeper].ended
        if kept:
            found |= _with_descendants({self._keeper}, table) - {self._keeper}
        self._trusts_keeper = kept
        found |= {facts.pid for facts in table.values() if self._belongs(facts)}
        found = _with_descendants(found, table)
        self._seen.update({pid: table[pid].started for pid in found})
        return tuple(sorted(pid for pid in found if not table[pid].ended))

    def _belongs(self, facts: ProcessFacts) -> bool:
        if self.root in {facts.group, facts.session}:
            return True
        if self._trusts_keeper or facts.ended or _older(facts.started, self._born):
            return False
        carries = _carries(facts, self._tags)
        self.unsure |= carries is None
        return bool(carries)


def sweep(run_id: str, limit_seconds: float = 1.0) -> tuple[int, ...]:
    """Kill everything that carries this run's tag, again and again until none is left or the time is over.

    Returns the process ids that would not die. Blocks at most `limit_seconds`; to be called when the program ends.
    """
    deadline = time.monotonic() + limit_seconds
    left, unsure = _tagged(run_id)
    for _ in range(_SWEEP_MOST):
        if not (left or unsure) or time.monotonic() >= deadline:
            break
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        _await_exit(left, min(_SWEEP_PAUSE, deadline - time.monotonic()))
        left, unsure = _tagged(run_id)
    return left


def children_of(pid: int) -> tuple[int, ...]:
    """The children of a process with one thread, ended ones among them; empty where the kernel does not tell."""
    text = _content(f"/proc/{pid}/task/{pid}/children", _CHILDREN_MOST) or b""
    return tuple(map(int, text.split()))


def descendants(pid: int) -> tuple[int, ...]:
    """Everything that descends from this process, as of now."""
    return tuple(_with_descendants({pid}, process_table()) - {pid})


def living(pids: Iterable[int]) -> tuple[int, ...]:
    """Those of them that have not ended."""
    asked = tuple(pids)
    table = process_table() if asked else {}
    return tuple(pid for pid in asked if pid in table and not table[pid].ended)


def tagged(run_id: str) -> tuple[int, ...]:
    """The living processes that carry this run's tag; never our own. Empty where there is no /proc."""
    return _tagged(run_id)[0]


def _tagged(run_id: str) -> tuple[tuple[int, ...], bool]:
    """Them, and whether a process without an environment was met."""
    tags = _marks({RUN_TAG: run_id})
    table = table_from_proc() if os.path.isdir("/proc/self") else {}  # noqa: PTH112 -- as above
    table.pop(os.getpid(), None)
    carried = {facts.pid: _carries(facts, tags) for facts in table.values() if not facts.ended}
    found = _with_descendants({pid for pid, carries in carried.items() if carries}, table)
    return tuple(pid for pid in found if not table[pid].ended), None in carried.values()


def _has_ended(child: int) -> bool:
    """Whether this child of ours has ended; True also where it is none."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _facts(pid: int) -> ProcessFacts | None:
    text = _content(f"/proc/{pid}/stat", _STAT_MOST) or b""
    fields = text[text.rfind(b")") + 2 :].split(maxsplit=_STAT_FIELDS)
    if len(fields) < _STAT_FIELDS:
        return None
    ended = fields[0] in {b"Z", b"X"}
    parent, group, session = int(fields[1]), int(fields[2]), int(fields[3])
    return ProcessFacts(pid, parent, group, session, fields[19].decode(), ended=ended)


def _carries(facts: ProcessFacts, marks: tuple[bytes, ...]) -> bool | None:
    """Whether its environment has them all; None if there is none yet, as for an instant while a program is loaded."""
    content = _content(f"/proc/{facts.pid}/environ", _ENVIRONMENT_MOST)
    if not content:
        return None if content is not None and facts.parent != _KERNEL and _young(facts.started) else False
    environment = b"\0" + content + b"\0"
    return all(mark in environment for mark in marks)


def _young(started: str) -> bool:
    """Whether it began a moment ago, in the ticks of /proc."""
    ticks = time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")
    return started.isdigit() and ticks - int(started) < _YOUNG * os.sysconf("SC_CLK_TCK")


def _marks(tags: dict[str, str]) -> tuple[bytes, ...]:
    return tuple(b"\0" + os.fsencode(f"{name}={value}") + b"\0" for name, value in tags.items())


def _older(started: str, born: str) -> bool:
    """Whether it began before the job did, in the ticks of /proc: then it cannot carry the job's tag."""
    return started.isdigit() and born.isdigit() and int(started) < int(born)


def _with_descendants(found: set[int], table: dict[int, ProcessFacts]) -> set[int]:
    children: dict[int, list[int]] = {}
    for facts in table.values():
        children.setdefault(facts.parent, []).append(facts.pid)
    grown, fresh = set(found), list(found)
    while fresh:
        offspring = set(children.get(fresh.pop(), ())) - grown
        grown |= offspring
        fresh.extend(offspring)
    return grown


def _content(path: str, most: int) -> bytes | None:
    """The file; None if the process is gone or not ours to look into."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.read(descriptor, most)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _await_exit(pids: tuple[int, ...], seconds: float) -> None:
    """Return when one of them ended, at the latest after so many seconds."""
    watch, opened = poll(), list[int]()
    try:
        for pid in pids if hasattr(os, "pidfd_open") else ():
            with suppress(OSError):
                opened.append(os.pidfd_open(pid))
                watch.register(opened[-1], POLLIN)
        watch.poll(max(0.0, seconds) * 1_000)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _printed(argv: tuple[str, ...]) -> str:
    """What the program prints; nothing if it cannot be started."""
    read_end, write_end = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, write_end, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    try:
        pid = os.posix_spawn(program_on_path(argv[0]) or argv[0], argv, os.environ, file_actions=actions)
    except OSError:
        os.close(read_end)
        return ""
    finally:
        os.close(write_end)
    with os.fdopen(read_end, "rb") as stream:
        text = stream.read()
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    return text.decode(errors="replace")
