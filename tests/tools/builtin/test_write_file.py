"""New files, known files, and files that write_file leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.builtin.conftest import Call
from tools.builtin.write_file import TOOL, WriteFileArguments
from tools.tool import ToolError
from tools.workspace import Workspace

EXAMPLE_CALL = '{"path": "new NUMBER", "content": "new"}'
"""For tests/tools/test_tool_audit.py."""


def test_a_new_file_is_created_with_its_folders(root: Path, call: Call) -> None:
    """S1-5."""
    result = call("write_file", path="new/deep/a.py", content="one\ntwo\n")
    assert (root / "new/deep/a.py").read_bytes() == b"one\ntwo\n"
    assert result.modified == ("new/deep/a.py",)
    assert result.text == "new/deep/a.py created: 2 lines, 8 bytes"
    assert result.diff.startswith("--- /dev/null\n+++ b/new/deep/a.py\n")


def test_an_existing_file_must_be_read_before(root: Path, call: Call) -> None:
    (root / "a").write_text("precious\n")
    with pytest.raises(ToolError, match="exists and was not read yet"):
        call("write_file", path="a", content="gone\n")
    assert (root / "a").read_text() == "precious\n"
    call("read_file", path="a")
    assert "overwritten" in call("write_file", path="a", content="known\n").text
    assert (root / "a").read_text() == "known\n"


def test_what_was_written_may_be_written_again(root: Path, call: Call) -> None:
    call("write_file", path="a", content="1\n")
    call("write_file", path="a", content="2\n")
    assert (root / "a").read_text() == "2\n"


def test_a_file_that_somebody_changed_is_left_alone(root: Path, call: Call) -> None:
    call("write_file", path="a", content="1\n")
    (root / "a").write_text("theirs\n")
    with pytest.raises(ToolError, match="changed by somebody else"):
        call("write_file", path="a", content="2\n")
    assert (root / "a").read_text() == "theirs\n"


def test_the_same_content_writes_nothing(root: Path, call: Call) -> None:
    call("write_file", path="a", content="1\n")
    before = (root / "a").stat().st_mtime_ns
    result = call("write_file", path="a", content="1\n")
    assert (result.outcome, result.modified) == ("ok", ())
    assert "nothing was written" in result.text
    assert (root / "a").stat().st_mtime_ns == before


def test_line_ends_and_byte_order_mark_of_a_known_file_are_kept(root: Path, call: Call) -> None:
    (root / "a").write_bytes("eins\r\nzwei\r\n".encode("utf-16"))
    call("read_file", path="a")
    result = call("write_file", path="a", content="drei\nvier\n")
    assert (root / "a").read_bytes() == "drei\r\nvier\r\n".encode("utf-16")
    assert "line ends kept as CRLF" in result.text


def test_characters_that_the_old_encoding_lacks_make_it_utf_8(root: Path, call: Call) -> None:
    (root / "a").write_bytes("grün".encode("latin-1"))
    call("read_file", path="a")
    assert "now UTF-8" in call("write_file", path="a", content="☎").text
    assert (root / "a").read_bytes() == "☎".encode()


def test_the_mode_is_kept(root: Path, call: Call) -> None:
    call("write_file", path="run.sh", content="#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    call("write_file", path="run.sh", content="#!/bin/sh\nls\n")
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_link_stays_a_link(root: Path, call: Call) -> None:
    (root / "target").write_text("old\n")
    (root / "link").symlink_to("target")
    call("read_file", path="link")
    result = call("write_file", path="link", content="new\n")
    assert (root / "link").is_symlink()
    assert (root / "target").read_text() == "new\n"
    assert result.modified == ("target",)


def test_folders_and_paths_outside_are_refused(root: Path, call: Call) -> None:
    (root / "folder").mkdir()
    (root / "file").touch()
    for path, words in (
        ("folder", "is a folder"),
        ("new/", "names a folder"),
        ("../x", "outside"),
        ("file/x", "a part of its path is a file"),
    ):
        with pytest.raises(ToolError, match=words):
            call("write_file", path=path, content="x")


def test_a_preview_shows_the_diff_and_changes_nothing(root: Path, workspace: Workspace) -> None:
    preview = TOOL.preview(WriteFileArguments("new/a", "one\n"), workspace)
    assert preview == "--- /dev/null\n+++ b/new/a\n@@ -0,0 +1 @@\n+one\n"
    assert list(root.iterdir()) == []


def test_a_preview_of_what_cannot_be_says_so(root: Path, workspace: Workspace) -> None:
    (root / "a").write_text("precious\n")
    with pytest.raises(ToolError, match="not read yet"):
        TOOL.preview(WriteFileArguments("a", "one\n"), workspace)
