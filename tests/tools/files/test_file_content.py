"""Files opened without surprises, and their fingerprints."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from tools.files.file_content import EDITABLE_BYTES, explained, fingerprint_of, open_regular, read_whole
from tools.tool import ToolError


def test_a_file_is_read_whole_with_its_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one\ntwo\n")
    with open_regular(file, "a") as opened:
        content = read_whole(opened)
    assert content is not None
    assert content.data == b"one\ntwo\n"
    assert content.fingerprint == fingerprint_of(file.stat(), b"one\ntwo\n")


def test_a_long_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "long"
    with file.open("wb") as opened:
        opened.truncate(EDITABLE_BYTES + 1)
    with open_regular(file, "long") as opened_again:
        assert read_whole(opened_again) is None


@pytest.mark.timeout(20)
def test_a_named_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ToolError, match="pipe is a named pipe"):
        open_regular(tmp_path / "pipe", "pipe")


@pytest.mark.timeout(20)
def test_devices_sockets_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="is a device"):
        open_regular(Path("/dev/zero"), "zero")
    with pytest.raises(ToolError, match="is a folder"):
        open_regular(tmp_path, "folder")
    with socket.socket(socket.AF_UNIX) as server:
        short = Path(os.path.relpath(tmp_path / "s"))
        server.bind(str(min(short, tmp_path / "s", key=lambda path: len(str(path)))))
        with pytest.raises(ToolError, match="is a socket"):
            open_regular(tmp_path / "s", "s")


def test_only_the_content_counts_where_both_sides_know_it(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"same")
    before = fingerprint_of(file.stat(), b"same")
    os.utime(file, (0, 0))
    assert before.same_content(fingerprint_of(file.stat(), b"same"))
    assert not before.same_content(fingerprint_of(file.stat(), b"else"))


def test_without_the_content_times_and_size_count(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"same")
    before = fingerprint_of(file.stat())
    assert before.same_content(fingerprint_of(file.stat()))
    os.utime(file, (0, 0))
    assert not before.same_content(fingerprint_of(file.stat()))
    assert not before.same_file(fingerprint_of(file.stat()))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full. Nothing was changed"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_failed_system_call_is_explained(number: int, words: str) -> None:
    message = str(explained(OSError(number, os.strerror(number)), "src/a.py"))
    assert message.startswith("src/a.py ")
    assert words in message
