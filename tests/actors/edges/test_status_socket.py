"""A second terminal sees the actors of a running session, and nothing else of it."""

from __future__ import annotations

import os
import socket
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from actors.edges.status_socket import SOCKET, NoSessionError, Snapshot, StatusServer, look
from actors.runtime.cell import ActorStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTOR = ActorStatus("journal", "running", 2, 7, 0, "Commit", 10, 1, 1, 0, "Commit", 0.5, 0.001)
SEEN = Snapshot("s1", "/somewhere", 42, 3, (ACTOR,))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    server = StatusServer(tmp_path, lambda: SEEN)
    yield tmp_path
    server.close()


def test_the_snapshot_arrives_as_it_was_taken(folder: Path) -> None:
    """S0-24: what each actor holds is published."""
    assert look(folder) == SEEN


def test_the_socket_is_for_its_owner_only(folder: Path) -> None:
    assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_folder_with_a_very_long_name_will_do(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name-for-a-folder"] * 6)
    deep.mkdir(parents=True)
    server = StatusServer(deep, lambda: SEEN)
    assert look(deep) == SEEN
    server.close()


def test_a_client_that_never_reads_does_not_keep_others_waiting_for_ever(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        silent.connect(f"/proc/self/fd/{handle}/{SOCKET}")
        os.close(handle)
        assert look(folder) == SEEN


def test_after_the_end_nobody_answers_and_nothing_is_left(tmp_path: Path) -> None:
    before = threading.active_count()
    server = StatusServer(tmp_path, lambda: SEEN)
    server.close()
    with pytest.raises(NoSessionError, match="does not answer"):
        look(tmp_path)
    assert not (tmp_path / SOCKET).exists()
    for thread in threading.enumerate():
        if thread.name == "status":
            thread.join(10)
    assert threading.active_count() <= before


def test_the_socket_of_a_killed_session_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / SOCKET).touch()
    server = StatusServer(tmp_path, lambda: SEEN)
    assert look(tmp_path) == SEEN
    server.close()
