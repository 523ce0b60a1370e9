"""The process that searches: what it prints, and when it stops."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tools.search.ripgrep import pipeline
from tools.search.search_child import OUTPUT_BYTES


def printed(folder: Path, *orders: str, options: tuple[str, ...] = ()) -> tuple[list[str], dict[str, object]]:
    """The lines, and what the last one says."""
    first = ("--files",) if orders[0] == "list" else ()
    command = pipeline((*first, "--no-config", "--sort=path", *options, "--", "./"), *orders)
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    *lines, last = done.stdout.decode().removesuffix("\n").split("\n")
    assert last.startswith("\0"), done.stderr
    return lines, json.loads(last[1:])


def test_names_are_printed_one_a_line_and_folded_with_counts(tmp_path: Path) -> None:
    for name in ("a/b/c", "a/b/d", "a/e\nf", "g"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert printed(tmp_path, "list", "0", "./")[0] == ["a/b/c", "a/b/d", "a/e\\nf", "g"]
    assert printed(tmp_path, "list", "1", "./")[0] == ["3 a/", "1 g"]
    assert printed(tmp_path, "list", "2", "./")[0] == ["2 a/b/", "1 a/e\\nf", "1 g"]


def test_it_stops_where_a_result_could_hold_no_more(tmp_path: Path) -> None:
    (tmp_path / "many").write_text("a line that is found\n" * 20_000)
    lines, last = printed(tmp_path, "search", "0", "100000", options=("--regexp=found",))
    assert sum(len(line.encode()) + 1 for line in lines) <= OUTPUT_BYTES
    assert last["cut"] is True
    lines, last = printed(tmp_path, "search", "0", "3", options=("--regexp=found", "--max-count=4"))
    assert (len(lines), last["cut"]) == (4, True)


def test_found_lines_of_8_bit_encodings_stand_where_their_files_do(tmp_path: Path) -> None:
    for name, encoding in (("a", "utf-8"), ("b", "latin-1"), ("c", "utf-8"), ("d", "cp1252")):
        (tmp_path / name).write_bytes("grün – é\n".encode(encoding, "replace"))
    lines, last = printed(tmp_path, "search", "0", "10", options=("--regexp=gr.n",))
    assert lines == ["./a\0001:grün – é", "./b\0001:grün ? é", "./c\0001:grün – é", "./d\0001:grün – é"]
    assert last["cut"] is False


def test_text_with_a_nul_far_behind_is_shown_as_far_as_it_was_searched(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"needle\n" + b"x\n" * 100_000 + b"\0needle\n")
    (tmp_path / "b").write_bytes(b"needle\n\0")
    lines, last = printed(tmp_path, "search", "0", "10", options=("--regexp=needle",))
    assert (lines, last["unread"]) == (["./a\0001:needle"], ["./a"])


@pytest.mark.parametrize("orders", [("search", "0", "10"), ("list", "0", "./")])
def test_what_ripgrep_refuses_prints_nothing_but_its_reason(tmp_path: Path, orders: tuple[str, ...]) -> None:
    wrong = ("--regexp=(",) if orders[0] == "search" else ("--files", "--glob={a")
    command = pipeline((*wrong, "--no-config", "--", "./"), *orders)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr


def test_a_name_that_is_not_utf_8_is_printed_as_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\n")).write_text("needle\n")
    lines, _ = printed(tmp_path, "search", "0", "10", options=("--regexp=needle",))
    assert lines == ["./\\xff\\n\0001:needle"]
