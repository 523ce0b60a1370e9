"""The history's file: appended by many, read from its end, never a reason to fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from ui.chat.history import READ_BYTES, FileHistory

APPEND = """
import sys
from pathlib import Path
from ui.chat.history import FileHistory
history = FileHistory(Path(sys.argv[1]))
for number in range(200):
    history.append_string(f"{sys.argv[2]} {number} " + "x" * 500)
"""


def entries(path: Path) -> list[str]:
    return list(FileHistory(path).load_history_strings())


def test_what_was_appended_comes_back_latest_first(tmp_path: Path) -> None:
    history = FileHistory(tmp_path / "deep" / "history.jsonl")
    for text in ("one", "two\nlines", "two\nlines", "日本"):
        history.append_string(text)
    assert entries(tmp_path / "deep" / "history.jsonl") == ["日本", "two\nlines", "one"]


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    FileHistory(tmp_path / "history").append_string("secret")
    assert (tmp_path / "history").stat().st_mode & 0o077 == 0


def test_parallel_processes_lose_nothing(tmp_path: Path) -> None:
    """Pain 21."""
    path = tmp_path / "history"
    writers = [subprocess.Popen([sys.executable, "-c", APPEND, str(path), name]) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 600
    assert all(line.startswith('{"text"') and line.endswith('"}') for line in lines)


def test_torn_and_foreign_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(b'{"text":"good"}\nnot json\n{"other":1}\n\xff\xfe\n{"text":"la')
    assert entries(path) == ["good"]


def test_only_the_end_of_a_huge_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f'{{"text":"entry {number}"}}\n' for number in range(50_000)), encoding="utf-8")
    found = entries(path)
    assert found[0] == "entry 49999"
    assert len(found) < READ_BYTES // 10


def test_a_history_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = FileHistory(tmp_path / "file" / "history")
    history.append_string("kept in memory")
    assert history.get_strings() == ["kept in memory"]
    assert entries(tmp_path / "missing") == []


def test_the_buffer_gets_it_on_a_loop(tmp_path: Path) -> None:
    """S0-11: the file is read on a worker thread."""
    path = tmp_path / "history"
    FileHistory(path).append_string("earlier")

    async def loaded() -> list[str]:
        history = FileHistory(path)
        return [entry async for entry in history.load()]

    assert asyncio.run(loaded()) == ["earlier"]
