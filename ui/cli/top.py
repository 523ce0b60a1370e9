"""`callboard top`: the actors of a running session, watched from a second terminal.

Asks the session's status socket once a second and draws the table in place; not on a terminal, or with `--once`, it is
printed once. It takes no part in the session: looking at it changes nothing, also while an actor hangs.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from actors.edges.status_socket import NoSessionError, Snapshot, look
from config.errors import ConfigError
from ui.startup.sessions import session_folders
from ui.text.actors_table import rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config.places import Places
    from ui.arguments import Arguments

PERIOD = 1.0
"""Seconds between two looks."""
HOME_AND_CLEAR = "\x1b[H\x1b[J"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


def main(arguments: Arguments, places: Places) -> int:
    """Show one session, or the one that was started last; the exit code.

    Raises:
        ConfigError: no session is running, or not this one.
    """
    folder = places.session(arguments.session) if arguments.session else _latest(places)
    if arguments.once or not sys.stdout.isatty():
        print("\n".join(rows(_seen(folder))))  # noqa: T201 - what the command is for
        return 0
    sys.stdout.write(HIDE_CURSOR)
    try:
        _watch(folder, threading.Event().wait)
    except KeyboardInterrupt:
        return 0
    finally:
        sys.stdout.write(SHOW_CURSOR)
        sys.stdout.flush()


def _watch(folder: Path, pause: Callable[[float], object]) -> NoReturn:
    """Until the session ends, which raises, or Ctrl-C."""
    while True:
        sys.stdout.write(HOME_AND_CLEAR + "\r\n".join(rows(_seen(folder))) + "\r\n")
        sys.stdout.flush()
        pause(PERIOD)


def _seen(folder: Path) -> Snapshot:
    try:
        return look(folder)
    except NoSessionError as problem:
        raise ConfigError(f"{problem}; `callboard sessions` lists what there is") from problem


def _latest(places: Places) -> Path:
    """The folder of the session that answers and was begun last."""
    for folder in sorted(session_folders(places), reverse=True):
        try:
            look(folder)
        except (NoSessionError, OSError):
            continue
        return folder
    raise ConfigError("no session is running; start one with `callboard`")
