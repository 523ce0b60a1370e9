"""Head, tail, live text and spill file, without a process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.terminal.job_output import FLOOD_TAIL, SHOWN_MOST, LiveText, Spill, StreamKeeper, spill_path

ROOT = Path(__file__).parents[3]
PIECES = st.lists(st.text(max_size=40).map(str.encode) | st.binary(max_size=40), max_size=30)


@given(PIECES, st.integers(1, 50), st.integers(1, 50))
def test_head_and_tail_are_the_ends_and_the_rest_is_counted(pieces: list[bytes], head: int, tail: int) -> None:
    keeper = StreamKeeper(head, tail)
    for piece in pieces:
        keeper.feed(piece)
    data = b"".join(pieces)
    kept = keeper.kept()
    assert kept.total == len(data)
    assert kept.omitted == max(0, len(data) - head - tail)
    assert kept.lines == len(data.split(b"\n")) - (not data or data.endswith(b"\n"))
    if not kept.omitted:
        assert kept.head + kept.tail == data.decode(errors="replace")
    elif data.isascii():
        assert (kept.head, kept.tail) == (data[:head].decode(), data[-tail:].decode())


@given(st.text(min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_a_cut_never_shows_half_a_character(text: str, head: int, tail: int) -> None:
    keeper = StreamKeeper(head, tail)
    keeper.feed(text.encode())
    kept = keeper.kept()
    assert text.startswith(kept.head)
    assert text.endswith(kept.tail)


@given(st.text(max_size=200), st.lists(st.integers(0, 400), max_size=20))
def test_live_text_is_the_text_whatever_the_pieces(text: str, cuts: list[int]) -> None:
    live, shown, data = LiveText(), "", text.encode()
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for start, end in pairwise(edges):
        live.feed(data[start:end])
        shown += live.take()
    assert shown + live.take(final=True) == text


def test_live_text_of_a_flood_is_its_last_lines_and_a_count() -> None:
    live = LiveText()
    lines = b"".join(b"line %06d\n" % number for number in range(100_000))
    for start in range(0, len(lines), 10_000):
        live.feed(lines[start : start + 10_000])
    text = live.take()
    notice, *shown = text.splitlines()
    assert notice == f"[… {len(lines) - len(shown) * 12:,} bytes not shown here …]"
    assert shown[-1] == "line 099999"
    assert shown[0].startswith("line ")
    assert len(text) <= SHOWN_MOST


def test_live_text_of_one_endless_line_begins_with_a_whole_character() -> None:
    live = LiveText()
    live.feed("€".encode() * 100_000)
    notice, shown = live.take().splitlines()
    assert "not shown" in notice
    assert set(shown) == {"€"}
    assert len(shown.encode()) > FLOOD_TAIL - 3


def test_an_escape_that_never_ends_is_not_held_for_ever() -> None:
    live = LiveText()
    live.feed(b"\x1b]0;" + b"x" * 1_000)
    assert len(live.take()) == 1_004


def test_a_spill_opens_its_file_only_when_memory_is_not_enough(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "deep" / "job.log", 10)
    spill.write(b"0123456789")
    before = spill.path
    assert before is None
    assert not (tmp_path / "deep").exists()
    spill.write(b"ab")
    spill.write(b"cd")
    spill.close()
    spill.close()
    assert spill.path
    assert Path(spill.path).read_bytes() == b"0123456789abcd"


@given(st.text(max_size=300))
def test_the_spill_of_any_job_name_is_a_file_in_its_folder(name: str) -> None:
    path = spill_path(Path("/folder"), name)
    assert path.parent == Path("/folder")
    assert not path.name.startswith(".")
    assert len(path.name) < 200


LIMITED = """
import resource, sys
from pathlib import Path
from tools.terminal.job_output import Spill
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
spill = Spill(Path(sys.argv[1]), 10)
for _ in range(100):
    spill.write(b"x" * 1_000)
print(spill.size, spill.problem)
"""


def test_a_limit_of_file_sizes_is_not_called_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "job.log")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("10000 ")
    assert "ulimit -f" in done.stdout
    assert "make room" not in done.stdout


def test_a_spill_leaves_the_journal_a_reserve(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    spill = Spill(tmp_path / "job.log", 10, reserve=disk.f_blocks * disk.f_frsize)
    tenth = disk.f_blocks * disk.f_frsize // 10
    spill.write(b"x" * 100)
    if disk.f_bavail * disk.f_frsize > 2 * tenth:
        assert (spill.size, spill.problem) == (100, ""), "a tenth of the disk at the most"
    else:
        assert f"only {tenth:,} bytes are left" in spill.problem
    spill.close()


def test_a_disk_with_nothing_to_spare_takes_no_spill() -> None:
    """Of a disk of a megabyte nine tenths may be used."""
    if os.getuid():
        pytest.skip("only root mounts a disk")
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "spill", folder], check=False).returncode:
            pytest.skip("no disk may be mounted here")
        try:
            spill = Spill(Path(folder) / "job.log", 10, reserve=67_108_864)
            for _ in range(64):
                spill.write(b"x" * 65_536)
            left = os.statvfs(folder)
            assert "which the session itself needs" in spill.problem
            assert left.f_bavail * left.f_frsize >= left.f_blocks * left.f_frsize // 10
            (Path(folder) / "journal.jsonl").write_bytes(b"y" * 50_000)
        finally:
            subprocess.run(["umount", folder], check=True)
