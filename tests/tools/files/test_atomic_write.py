"""No reader ever sees half a file, and no failure hurts the old one."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.files.atomic_write import ChangedMeanwhileError, create_file, replace_file
from tools.files.file_content import Fingerprint, fingerprint_of

ROOT = Path(__file__).resolve().parents[3]
WRITE_WITH_LIMIT = """
import resource, sys
from pathlib import Path
from tools.files.atomic_write import create_file, replace_file
from tools.files.file_content import fingerprint_of
path = Path(sys.argv[1])
expected = fingerprint_of(path.stat()) if path.exists() else None
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    replace_file(path, b"n" * 100_000, expected) if expected else create_file(path, b"n" * 100_000)
except OSError as error:
    print(error.errno)
"""


def written(path: Path, data: bytes) -> Fingerprint:
    path.write_bytes(data)
    return fingerprint_of(path.stat(), data)


def write_with_limit(path: Path) -> int:
    """Write 100,000 bytes in a process whose files may have 4,096; the error number it met."""
    command = [sys.executable, "-c", WRITE_WITH_LIMIT, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=10_000), st.binary(max_size=10_000))
def test_the_file_holds_exactly_the_new_bytes(tmp_path: Path, old: bytes, new: bytes) -> None:
    file = tmp_path / "file"
    result = replace_file(file, new, written(file, old))
    assert file.read_bytes() == new
    assert result.same_content(fingerprint_of(file.stat(), new))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_new_file_gets_the_permissions_that_the_umask_gives(tmp_path: Path) -> None:
    create_file(tmp_path / "new", b"new")
    (tmp_path / "usual").write_bytes(b"usual")
    assert (tmp_path / "new").read_bytes() == b"new"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_file_that_somebody_created_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file", b"ours")
    assert (tmp_path / "file").read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o600, 0o755, 0o640, 0o4755])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    expected = written(file, b"old")
    file.chmod(mode)
    replace_file(file, b"new", expected)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept_where_we_may(tmp_path: Path) -> None:
    file = tmp_path / "file"
    expected = written(file, b"old")
    os.chown(file, 12_345, 54_321)
    replace_file(file, b"new", expected)
    assert (file.stat().st_uid, file.stat().st_gid) == (12_345, 54_321)


def test_extended_attributes_are_kept_where_the_file_system_has_them(tmp_path: Path) -> None:
    file = tmp_path / "file"
    expected = written(file, b"old")
    try:
        os.setxattr(file, "user.origin", b"here")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace_file(file, b"new", expected)
    assert os.getxattr(file, "user.origin") == b"here"


def test_a_write_by_somebody_else_in_between_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    expected = written(file, b"old")
    file.write_bytes(b"theirs")
    with pytest.raises(ChangedMeanwhileError):
        replace_file(file, b"ours", expected)
    assert file.read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_all_names_of_a_file_with_hard_links_see_the_new_content(tmp_path: Path) -> None:
    for new in (b"longer than before", b"short", b""):
        file = tmp_path / "file"
        expected = written(file, b"old content")
        other = tmp_path / "other"
        other.unlink(missing_ok=True)
        other.hardlink_to(file)
        replace_file(file, new, expected)
        assert other.read_bytes() == file.read_bytes() == new
        assert file.stat().st_nlink == 2


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """Acceptance 22: user files are never emptied or half written."""
    file = tmp_path / "file"
    file.write_bytes(b"old")
    assert write_with_limit(file) == errno.EFBIG
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_no_new_file(tmp_path: Path) -> None:
    assert write_with_limit(tmp_path / "new") == errno.EFBIG
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_a_file_with_hard_links_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "other").hardlink_to(tmp_path / "file")
    assert write_with_limit(tmp_path / "file") == errno.EFBIG
    assert (tmp_path / "other").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_reader_never_sees_a_mixture(tmp_path: Path) -> None:
    file = tmp_path / "file"
    versions = [bytes([letter]) * 200_000 for letter in b"ab"]
    fingerprint = written(file, versions[0])
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(file.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for round_ in range(50):
        fingerprint = replace_file(file, versions[round_ % 2], fingerprint)
    done.set()
    reader.join(10)
    assert seen
    assert seen <= set(versions)


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    name = "ä" * 127
    create_file(tmp_path / name, b"x")
    assert (tmp_path / name).read_bytes() == b"x"


def test_killed_while_writing_the_old_file_is_whole(tmp_path: Path) -> None:
    """Acceptance 22, with SIGXFSZ where a disk would be full: the process dies inside its write."""
    file = tmp_path / "file"
    file.write_bytes(b"old")
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n" + WRITE_WITH_LIMIT
    command = [sys.executable, "-c", script, str(file)]
    no_dump = (resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    script = f"import resource; resource.setrlimit(*{no_dump})\n{script}"
    command[2] = script
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode < 0
    assert file.read_bytes() == b"old"
