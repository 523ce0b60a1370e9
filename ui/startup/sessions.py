"""Which conversation this is: a new one, the last one of this folder, or one by its id. Also the list of all.

A session is a folder under the state directory; its journal's first line says where and when it was opened. Reads
journals, never writes them. Used by `ui.startup.bootstrap` and by `callboard sessions`.
"""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from config.errors import ConfigError
from config.places import JOURNAL, readable
from tools.text.plural import plural
from tools.text.screen_text import visible
from ui.startup.load_settings import load_settings
from ui.startup.session_picker import clipped, columns_of, pick

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.places import Places
    from ui.arguments import Arguments

LOOKED_AT = 65_536
"""Bytes of a journal that are read to list it."""
SHOWN = 20
TITLE = 60
TITLE_READ = 1_000
DIRECTORY = re.compile(rb'"type":\s*"SessionOpened"[^\n]{0,200}?"directory":\s*("(?:[^"\\\n]|\\.)*")')
"""Where a session was opened, also in a line that is damaged behind it."""
UNKNOWN = "  (its folder cannot be read)"
WHERE = "`callboard sessions` lists them"


class Known(Struct, frozen=True):
    """A session on the disk. `at`: when it was last written, in UTC seconds since 1970; `title`: its first prompt."""

    id: str
    directory: str
    title: str
    at: float


class _Data(msgspec.Struct):
    text: str = ""


class _Line(msgspec.Struct):
    type: str
    data: _Data


def choose_session(arguments: Arguments, places: Places, directory: str) -> tuple[str, bool]:
    """The id of the session, and whether it is an earlier one.

    Raises:
        ConfigError: there is no such session, or the id cannot be one.
    """
    if arguments.go_on:
        return _last(list_sessions(places, directory), directory), True
    if arguments.resume is not None:
        return _resumed(arguments, places, directory), True
    if arguments.session:
        return _own(arguments.session, places), False
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.urandom(3).hex()}", False


def _last(sessions: list[Known], directory: str) -> str:
    """The last session that is certainly of this directory: another's text must not go to a model."""
    certain = [known.id for known in sessions if known.directory]
    if certain:
        return certain[0]
    if sessions:
        hint = f"of {sessions[0].id} the directory cannot be read any more; if it is the one: --resume {sessions[0].id}"
        raise ConfigError(f"no earlier session that is certainly of {directory}; {hint}")
    raise ConfigError(f"no earlier session in {directory}; start one without --continue")


def list_sessions(places: Places, directory: str = "") -> list[Known]:
    """The sessions of a directory, or all of them, last used first; folders without a readable journal are left out.

    A session whose directory cannot be read any more may be one of this directory.

    Raises:
        ConfigError: their folder cannot be read.
    """
    folders = sorted(session_folders(places), key=_last_written, reverse=True)
    every = filter(None, (_known(folder) for folder in folders))
    return [known for known in every if not directory or known.directory in (directory, "")]


def session_folders(places: Places) -> list[Path]:
    """Every session's folder; none where nothing was ever kept.

    Raises:
        ConfigError: the folder cannot be read.
    """
    try:
        return list(places.sessions.iterdir())
    except FileNotFoundError:
        return []
    except OSError as problem:
        hint = "correct its owner, or set XDG_STATE_HOME to another folder"
        raise ConfigError(f"{places.sessions}: cannot be read: {problem.strerror}; {hint}") from problem


def main(arguments: Arguments, places: Places) -> int:
    """`callboard sessions`: list those of this folder; `prune` removes old ones of all folders.

    Raises:
        ConfigError: the settings are wrong, or it cannot be seen what is there.
    """
    if arguments.action == "prune":
        return _prune(arguments, places)
    if arguments.dry_run or arguments.flags:
        raise ConfigError("--dry-run, --keep-days and --keep-bytes need: callboard sessions prune")
    found = list_sessions(places, readable(str(arguments.folder)))
    columns = columns_of(sys.stdout)
    sys.stdout.write(
        "".join(f"{clipped(row, columns)}\n" for row in rows(found)) or "No sessions in this folder yet.\n"
    )
    return 0


def _prune(arguments: Arguments, places: Places) -> int:
    from ui.startup.pruning import plan, prune, survey  # noqa: PLC0415 - only where it is asked for

    limits = load_settings(arguments, places).settings.sessions
    session_folders(places)  # says what is wrong with the folder, if anything is
    every = survey(places)
    problems: tuple[str, ...] = ()
    chosen = plan(every, limits, time.time())
    if not arguments.dry_run:
        chosen, problems = prune(chosen)
    verb = "would be removed" if arguments.dry_run else "removed"
    lines = [f"{kept.folder.name}  {verb}, {kept.size:,} bytes" for kept in chosen.sessions]
    lines += [f"{kept.folder.name}  outputs {verb}, {kept.outputs:,} bytes" for kept in chosen.outputs]
    left = len(every) - len(chosen.sessions)
    size = sum(kept.size for kept in every) - chosen.freed
    lines.append(f"{plural(left, 'session')} and {size:,} bytes {'would be left' if arguments.dry_run else 'are left'}")
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    sys.stderr.write("".join(f"callboard: {visible(problem)}\n" for problem in problems))
    return int(bool(problems))


def rows(sessions: Iterable[Known]) -> list[str]:
    """One line for each: id, day and time, first prompt."""
    return [
        f"{one.id}  {time.strftime('%Y-%m-%d %H:%M', time.localtime(one.at))}  "
        f"{one.title}{'' if one.directory else UNKNOWN}"
        for one in sessions
    ]


def _resumed(arguments: Arguments, places: Places, directory: str) -> str:
    wanted = arguments.resume or ""
    if not wanted:
        if arguments.headless or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise ConfigError(f"--resume needs an id here, because there is no terminal to choose at; {WHERE}")
        return _picked(list_sessions(places, directory)[:SHOWN])
    ids = [known.id for known in list_sessions(places)]
    fitting = [known for known in ids if known == wanted] or [known for known in ids if known.startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ConfigError(f"--resume {wanted}: several sessions begin so: {', '.join(fitting[:SHOWN])}")
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

    near = get_close_matches(wanted, ids, n=1)
    raise ConfigError(f"--resume {wanted}: no such session; " + (f"did you mean {near[0]}?" if near else WHERE))


def _picked(sessions: list[Known]) -> str:
    if not sessions:
        raise ConfigError("no earlier session in this folder; start one without --resume")
    return sessions[pick(rows(sessions), sys.stdin, sys.stderr)].id


def _own(session: str, places: Places) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", session, re.ASCII):
        raise ConfigError("--session-id: must be 1 to 64 letters, digits, dots, dashes or underscores")
    if (places.session(session) / JOURNAL).exists():
        raise ConfigError(f"--session-id {session}: exists already; --resume {session} goes on with it")
    return session


def _last_written(folder: Path) -> float:
    try:
        return (folder / JOURNAL).stat().st_mtime
    except OSError:
        return 0.0


def _known(folder: Path) -> Known | None:
    """The session; None where there is nothing to go on with."""
    try:
        with (folder / JOURNAL).open("rb") as file:
            start = file.read(LOOKED_AT)
            opened = DIRECTORY.search(start) or DIRECTORY.search(start + file.read())
    except OSError:
        return None
    directory = _decoded(opened[1]) if opened else ""
    title = _title(start)
    return Known(folder.name, directory, title, _last_written(folder)) if directory or title else None


def _decoded(text: bytes) -> str:
    try:
        return msgspec.json.decode(text, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _title(start: bytes) -> str:
    for raw in start.splitlines():
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if line.type == "PromptAccepted" and line.data.text:
            return clipped(visible(" ".join(line.data.text[:TITLE_READ].split())), TITLE)
    return ""
