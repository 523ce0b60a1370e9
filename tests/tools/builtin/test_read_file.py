"""What read_file shows, and what it says of files that are not as usual."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.tools.builtin.conftest import Call
from tools.files.file_content import EDITABLE_BYTES
from tools.text.bounded_text import TEXT_LIMIT, size
from tools.tool import ToolError

EXAMPLE_CALL = '{"path": "known"}'
"""For tests/tools/test_tool_audit.py."""

GIGABYTE = 1_000_000_000


def test_lines_come_with_their_numbers(root: Path, call: Call) -> None:
    (root / "a.py").write_text("one\n\n\tthree\n")
    result = call("read_file", path="a.py")
    assert result.text == "     1\tone\n     2\t\n     3\t\tthree"
    assert (result.outcome, result.more, result.modified) == ("ok", False, ())


def test_a_range_says_how_to_go_on(root: Path, call: Call) -> None:
    """S1-5."""
    (root / "a").write_text("".join(f"{number}\n" for number in range(1, 11)))
    first = call("read_file", path="a", line_count=4)
    assert first.more
    assert first.text.endswith("     4\t4\n[lines 1–4 of 10; go on with first_line=5]")
    last = call("read_file", path="a", first_line=9)
    assert (last.text, last.more) == ("     9\t9\n    10\t10", False)


def test_behind_the_end_is_an_error_that_names_the_end(root: Path, call: Call) -> None:
    (root / "a").write_text("1\n2\n")
    with pytest.raises(ToolError, match="has only 2 lines"):
        call("read_file", path="a", first_line=3)


def test_an_empty_file_is_empty_and_no_error(root: Path, call: Call) -> None:
    (root / "a").touch()
    assert call("read_file", path="a").text == "[the file is empty]"


def test_a_missing_last_line_end_is_mentioned(root: Path, call: Call) -> None:
    (root / "a").write_text("end")
    assert call("read_file", path="a").text == "     1\tend\n[no line end at the end of the file]"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("grün\n".encode("utf-8-sig"), "UTF-8 with a byte order mark"),
        ("grün\n".encode("utf-16"), "UTF-16 with a byte order mark"),
        ("grün\n".encode("latin-1"), "not UTF-8: read as Latin-1"),
    ],
)
def test_other_encodings_are_read_and_named(root: Path, call: Call, data: bytes, note: str) -> None:
    (root / "a").write_bytes(data)
    assert call("read_file", path="a").text == f"     1\tgrün\n[{note}]"


def test_broken_utf_8_is_shown_with_a_mark(root: Path, call: Call) -> None:
    (root / "a").write_bytes("grün grün ".encode() + b"\xff\n")
    text = call("read_file", path="a").text
    assert text.startswith("     1\tgrün grün \ufffd\n")
    assert "broken bytes" in text


@pytest.mark.parametrize(
    ("data", "kind"), [(b"\x89PNG\r\n\x1a\n\0", "a PNG image"), (b"\0\1\2", "a binary file"), (b"PK\3\4\0", "a ZIP")]
)
def test_binary_files_are_refused_by_kind(root: Path, call: Call, data: bytes, kind: str) -> None:
    (root / "a").write_bytes(data)
    with pytest.raises(ToolError, match=f"a is {kind}.*run_command"):
        call("read_file", path="a")


def test_what_is_no_file_is_refused(root: Path, call: Call) -> None:
    (root / "folder").mkdir()
    (root / "existing.py").touch()
    os.mkfifo(root / "pipe")
    for path, words in (
        ("folder", "use list_files"),
        ("pipe", "named pipe"),
        ("exsting.py", "did you mean existing.py"),
    ):
        with pytest.raises(ToolError, match=words):
            call("read_file", path=path)


def test_a_part_of_the_path_that_is_a_file_is_said(root: Path, call: Call) -> None:
    (root / "a").touch()
    with pytest.raises(ToolError, match="a part of its path is a file"):
        call("read_file", path="a/b")
    (root / "circle").symlink_to("circle")
    with pytest.raises(ToolError, match="circle"):
        call("read_file", path="circle")
    with pytest.raises(ToolError, match="too long a name"):
        call("read_file", path="x" * 300)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_no_permission_is_said(root: Path, call: Call) -> None:
    (root / "a").touch(0o000)
    with pytest.raises(ToolError, match="permission denied"):
        call("read_file", path="a")


def test_every_result_is_bounded(root: Path, call: Call) -> None:
    (root / "long").write_text("☎" * 300_000 + "\n")
    (root / "many").write_text("ä line of some length\n" * 100_000)
    for path in ("long", "many"):
        result = call("read_file", path=path, line_count=10_000)
        assert size(result.text) <= TEXT_LIMIT
        assert result.more


def test_a_shortened_line_says_how_to_see_the_rest(root: Path, call: Call) -> None:
    (root / "long").write_text("x" * 5_000 + "\n")
    result = call("read_file", path="long")
    assert "[cut after 2000 characters: line 1; use run_command with cut -c for the rest]" in result.text


@pytest.mark.timeout(60)
def test_a_gigabyte_takes_little_memory(root: Path, call: Call) -> None:
    with (root / "huge").open("wb") as file:
        file.write(b"first\nsecond\n" * 10_000)
        file.truncate(GIGABYTE)
    tracemalloc.start()
    try:
        result = call("read_file", path="huge", line_count=2)
        behind = call("read_file", path="huge", first_line=20_001)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.text.startswith("     1\tfirst\n     2\tsecond\n")
    assert f"({GIGABYTE:,} bytes in all)" in result.text
    assert behind.more
    assert peak < 64_000_000


def test_a_gigabyte_of_nothing_is_binary_at_once(root: Path, call: Call) -> None:
    with (root / "huge").open("wb") as file:
        file.truncate(GIGABYTE)
    with pytest.raises(ToolError, match="binary"):
        call("read_file", path="huge")


def test_a_long_file_that_ends_before_the_range_is_an_error(root: Path, call: Call) -> None:
    (root / "long").write_bytes(b"x" * 99 + b"\n" + b"y\n" * (EDITABLE_BYTES // 2))
    with pytest.raises(ToolError, match="fewer than"):
        call("read_file", path="long", first_line=EDITABLE_BYTES)


def test_links_inside_are_followed_and_links_outside_are_not(root: Path, call: Call) -> None:
    (root / "a").write_text("inside\n")
    (root / "link").symlink_to("a")
    (root.parent / "secret").write_text("secret\n")
    (root / "escape").symlink_to(root.parent / "secret")
    assert "inside" in call("read_file", path="link").text
    with pytest.raises(ToolError, match="outside"):
        call("read_file", path="escape")
