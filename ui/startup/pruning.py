"""Which kept sessions go, by their age and by what all of them take on the disk, and letting them go.

`plan` decides and is pure; `survey` and `prune` look at the disk and change it. Used by `callboard sessions prune` and
once a day at the end of a talk. A session that another process has open is never touched: its journal is locked.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from config.places import JOURNAL, OUTPUTS, make_folder

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from config.places import Places
    from config.settings import Sessions

DAY = 86_400.0
MARK = "pruned"
"""A file of the state directory, touched whenever sessions were looked through."""


class Retention(Struct, frozen=True):
    """A session's folder. `at`: last written, in UTC seconds since 1970; sizes in bytes on the disk.

    `outputs` is the part of `size` that whole outputs of commands take.
    """

    folder: Path
    at: float
    size: int
    outputs: int


class Plan(Struct, frozen=True):
    """What goes: whole sessions, and of others the outputs of commands."""

    sessions: tuple[Retention, ...] = ()
    outputs: tuple[Retention, ...] = ()

    @property
    def freed(self) -> int:
        """Bytes."""
        return sum(kept.size for kept in self.sessions) + sum(kept.outputs for kept in self.outputs)


def plan(every: Iterable[Retention], limits: Sessions, now: float) -> Plan:
    """What has to go. First what is too old; then, while all is too large, outputs and sessions, the oldest first."""
    left = sorted(every, key=lambda kept: kept.at)
    old = [kept for kept in left if now - kept.at > limits.keep_days * DAY]
    left = left[len(old) :]
    bare = [kept for kept in left if kept.outputs and now - kept.at > limits.keep_outputs_days * DAY]
    total = sum(kept.size for kept in left) - sum(kept.outputs for kept in bare)
    for kept in left:
        if total > limits.keep_bytes and kept.outputs and kept not in bare:
            bare.append(kept)
            total -= kept.outputs
    for kept in left[:-1]:  # the last one is what --continue goes on with
        if total > limits.keep_bytes:
            old.append(kept)
            total -= kept.size - (kept.outputs if kept in bare else 0)
    return Plan(tuple(old), tuple(kept for kept in bare if kept not in old))


def survey(places: Places) -> list[Retention]:
    """All sessions of the disk. What is no folder of its own, such as a link, is none.

    Raises:
        OSError: the folder of the sessions cannot be read.
    """
    try:
        with os.scandir(places.sessions) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    return [_kept(places.sessions / name) for name in names]


def prune(chosen: Plan) -> tuple[Plan, tuple[str, ...]]:
    """Let it go. What really went, and what could not be removed and why."""
    problems: list[str] = []
    sessions = tuple(kept for kept in chosen.sessions if _remove(kept.folder, kept, problems))
    outputs = tuple(kept for kept in chosen.outputs if _remove(kept.folder / OUTPUTS, kept, problems))
    return Plan(sessions, outputs), tuple(problems)


def prune_daily(places: Places, limits: Sessions, now: float) -> None:
    """As `prune`, at most once a day, and in silence: what goes wrong here is tried again tomorrow."""
    mark = places.state / MARK
    with suppress(OSError):
        if mark.exists() and abs(now - mark.stat().st_mtime) < DAY:
            return
        make_folder(places.state)
        mark.touch()
        prune(plan(survey(places), limits, now))


def _kept(folder: Path) -> Retention:
    size = outputs = 0
    at = _taken(folder / JOURNAL)[1] or _taken(folder)[1]
    for place, _, files in os.walk(folder):
        taken = sum(_taken(Path(place, name))[0] for name in files)
        size += taken
        outputs += taken if OUTPUTS in Path(place).relative_to(folder).parts else 0
    return Retention(folder, at, size, outputs)


def _taken(path: Path) -> tuple[int, float]:
    """Bytes on the disk, and when it was last written; a link is itself, and what is gone by now is nothing."""
    try:
        status = path.lstat()
    except OSError:
        return 0, 0.0
    return status.st_blocks * 512, status.st_mtime


def _remove(path: Path, kept: Retention, problems: list[str]) -> bool:
    try:
        with _locked(kept.folder / JOURNAL) as free:
            if free:
                shutil.rmtree(path)
            return free
    except OSError as problem:
        problems.append(f"{path}: cannot be removed: {problem.strerror or problem}")
        return False


@contextmanager
def _locked(journal: Path) -> Generator[bool, None, None]:
    """Whether the session is ours meanwhile; one without a journal cannot be open."""
    try:
        descriptor = os.open(journal, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
