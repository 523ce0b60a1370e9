"""A path that was checked leads to the place that was checked, or to an error."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tools.builtin.conftest import Call, call, root, workspace
from tools.files.link_free import Opener, by_openat2, folder_by_folder, folder_of, open_resolved, opener, status_of
from tools.tool import ToolError

__all__ = ["call", "root", "workspace"]

OPENERS = [folder_by_folder, *filter(None, (by_openat2(),))]
LINK = r"symbolic link|Not a directory"
SWAP = """
import os, sys
folder, aside, outside, rounds = *sys.argv[1:4], int(sys.argv[4])
print("ready", flush=True)
for number in range(rounds):
    os.rename(folder, aside)
    try:
        os.symlink(outside, folder)
        os.unlink(folder)
        os.rename(aside, folder)
    except OSError:  # a folder of this name was made meanwhile
        os.rename(folder, aside + str(number))
        os.rename(aside, folder)
"""


@contextmanager
def swapping(folder: Path, outside: Path, rounds: int) -> Generator[subprocess.Popen[bytes], None, None]:
    """Another process, which exchanges the folder for a link that leads outside, and back, so many times."""
    aside = folder.with_name("aside")
    command = [sys.executable, "-I", "-S", "-c", SWAP, str(folder), str(aside), str(outside), str(rounds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        assert process.wait(60) == 0


@pytest.fixture
def outside(root: Path) -> Path:
    folder = root.parent / "outside"
    folder.mkdir()
    (folder / "file").write_text("secret\n")
    (root / "sub").mkdir()
    return folder


def attempt(call: Call, name: str, **arguments: object) -> str:
    """The text of the result, or of the error: while folders come and go most calls fail."""
    try:
        return call(name, **arguments).text
    except ToolError as error:
        return str(error)


@pytest.mark.timeout(120)
def test_a_folder_that_is_exchanged_for_a_link_all_the_time_lets_nothing_out(
    root: Path, outside: Path, call: Call
) -> None:
    """Issue: 43 writes outside in three runs, when the folder was swapped between check and use."""
    (root / "sub" / "file").write_text("ours\n")
    done = 0
    with swapping(root / "sub", outside, 30_000) as process:
        while process.poll() is None:
            assert "secret" not in attempt(call, "read_file", path="sub/file")
            attempt(call, "write_file", path="sub/file", content=f"ours {done}\n")
            attempt(call, "edit_file", path="sub/file", old="ours", new="still ours")
            attempt(call, "write_file", path=f"sub/new/{done}", content="new\n")
            done += 1
    assert done
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"file": "secret\n"}
    assert not [path.name for path in (root / "sub").rglob("*.callboard")]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("way", OPENERS)
def test_no_way_of_opening_ever_follows_a_link_that_comes_and_goes(root: Path, outside: Path, way: Opener) -> None:
    (root / "sub" / "file").write_text("ours\n")
    seen: set[bytes] = set()
    with swapping(root / "sub", outside, 10_000) as process:
        while process.poll() is None:
            try:
                descriptor = way(root / "sub" / "file", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0)
            except OSError as error:
                assert error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENOENT}  # noqa: PT017 - any of three
                continue
            seen.add(os.read(descriptor, 100))
            os.close(descriptor)
    assert seen <= {b"ours\n"}


@pytest.mark.parametrize("way", OPENERS)
def test_a_link_anywhere_in_the_path_is_an_error(tmp_path: Path, way: Opener) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "alias").symlink_to("file")
    for name in ("link/file", "real/alias", "link"):
        with pytest.raises(OSError, match=LINK):
            way(tmp_path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0)
    os.close(way(tmp_path / "real" / "file", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0))
    os.close(way(Path("/"), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, 0))


@pytest.mark.parametrize("way", OPENERS)
def test_no_descriptor_is_left_open(tmp_path: Path, way: Opener) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for name in ("missing", "missing/deeper"):
        with pytest.raises(FileNotFoundError):
            way(tmp_path / name, os.O_RDONLY | os.O_CLOEXEC, 0)
    os.close(way(tmp_path, os.O_RDONLY | os.O_CLOEXEC, 0))
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_the_same_way_is_used_every_time_and_nothing_is_inherited(tmp_path: Path) -> None:
    assert opener() is opener()
    descriptor = open_resolved(tmp_path, os.O_RDONLY)
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


def test_folders_on_the_way_are_made_beneath_each_other(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "target").mkdir()
    with folder_of(tmp_path / "a" / "b" / "file", make=True) as folder:
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    assert (tmp_path / "a" / "b" / "file").exists()
    with pytest.raises(OSError, match=LINK), folder_of(tmp_path / "link/x/f", make=True):
        pass
    assert list((tmp_path / "target").iterdir()) == []


def test_the_status_is_that_of_the_thing_itself(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert status_of(tmp_path / "pipe") == (tmp_path / "pipe").stat()
    assert status_of(Path("/")).st_ino == Path("/").stat().st_ino
    with pytest.raises(FileNotFoundError):
        status_of(tmp_path / "missing")
