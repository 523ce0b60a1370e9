"""What a second terminal may see of a running session: the actors' table over a local socket.

The socket lies in the session's own folder, for its owner only; there is no port. A thread of its own waits for
connections, reads what cells publish of themselves and sends the actors nothing, so that it answers while one
of them hangs. Each connection gets one JSON document and is closed; nothing that a client sends is read.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from actors.runtime.cell import ActorStatus
from actors.runtime.thread_start import ThreadStartError, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

SOCKET = "top.sock"
CONNECT_LIMIT = 2.0
"""Seconds a client waits, and the server for a client that does not read."""


class Snapshot(msgspec.Struct, frozen=True):
    """The company at one moment. `dead_letters` counts all, also those without a receiver."""

    session: str
    directory: str
    pid: int
    dead_letters: int
    actors: tuple[ActorStatus, ...]


class NoSessionError(Exception):
    """No running session answers there."""


class StatusServer:
    """Answers as long as the session runs."""

    def __init__(self, folder: Path, snapshot: Callable[[], Snapshot]) -> None:
        """Listen in the session's folder.

        Raises:
            OSError: the folder takes no socket; the session works without.
            ThreadStartError: there is no thread for it; the session works without.
        """
        self._path = folder / SOCKET
        self._snapshot = snapshot
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._path.unlink(missing_ok=True)
        with _short(folder) as short:
            self._socket.bind(short)
        self._path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        self._socket.listen(4)
        try:
            start_thread(self._run, "status")
        except ThreadStartError:
            self.close()
            raise

    def close(self) -> None:
        """Stop answering and remove the socket."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(CONNECT_LIMIT)
                connection.sendall(msgspec.json.encode(self._snapshot()))


def look(folder: Path) -> Snapshot:
    """Ask the session in this folder.

    Raises:
        NobodyThereError: it is not running, or not ours to look at.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(CONNECT_LIMIT)
        try:
            with _short(folder) as short:
                client.connect(short)
            document = b"".join(iter(lambda: client.recv(65_536), b""))
            return msgspec.json.decode(document, type=Snapshot)
        except (OSError, msgspec.MsgspecError) as error:
            raise NoSessionError(f"the session {folder.name} does not answer: {error}") from error


@contextmanager
def _short(folder: Path) -> Generator[str, None, None]:
    """The socket's name through an open folder: the names of sockets may have about a hundred bytes only."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}" if sys.platform == "linux" else str(folder / SOCKET)
    finally:
        os.close(handle)
