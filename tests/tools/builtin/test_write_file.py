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
    with pytest.raises(ToolError, match="changed by another process"):
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


def test_a_file_of_which_only_a_part_was_read_is_not_overwritten(root: Path, call: Call) -> None:
    (root / "a").write_text("".join(f"{number}\n" for number in range(1, 11)))
    call("read_file", path="a", first_line=1, line_count=4)
    with pytest.raises(ToolError, match=r"a was read only in part \(lines 1–4 of 10\).*first_line=5; or .* edit_file"):
        call("write_file", path="a", content="new\n")
    call("read_file", path="a", first_line=7)
    with pytest.raises(ToolError, match="first_line=5"):
        call("write_file", path="a", content="new\n")
    call("read_file", path="a", first_line=5, line_count=2)
    assert "overwritten" in call("write_file", path="a", content="new\n").text


def test_what_was_read_in_parts_and_edited_between_must_be_read_again_behind_the_edit(root: Path, call: Call) -> None:
    (root / "a").write_text("1\n2\n3\n4\n")
    call("read_file", path="a", line_count=3)
    call("edit_file", path="a", old="2\n", new="2\nnew\n")
    with pytest.raises(ToolError, match="first_line=2"):
        call("write_file", path="a", content="x\n")
    call("read_file", path="a")
    call("edit_file", path="a", old="3", new="three")
    assert "overwritten" in call("write_file", path="a", content="x\n").text


def test_a_line_that_read_file_cut_is_not_overwritten(root: Path, call: Call) -> None:
    (root / "a").write_text("x" * 3_000 + "\n")
    call("read_file", path="a")
    with pytest.raises(ToolError, match="was not seen whole: 1 line longer than read_file shows"):
        call("write_file", path="a", content="x\n")


def test_parts_of_an_earlier_content_do_not_count(root: Path, call: Call) -> None:
    (root / "a").write_text("1\n2\n")
    call("read_file", path="a", line_count=1)
    (root / "a").write_text("1\nother\n")
    call("read_file", path="a", first_line=2)
    with pytest.raises(ToolError, match="first_line=1"):
        call("write_file", path="a", content="x\n")


def test_mixed_line_ends_and_broken_bytes_are_kept_in_lines_that_stay(root: Path, call: Call) -> None:
    (root / "a").write_bytes(b"one\r\ntwo\nthr\xffee \xc3\xa9\r\nfour\n")
    shown = [line[7:] for line in call("read_file", path="a").text.split("\n")[:4]]
    result = call("write_file", path="a", content="\n".join([shown[0], "2", *shown[2:], "five"]) + "\n")
    assert (root / "a").read_bytes() == b"one\r\n2\nthr\xffee \xc3\xa9\r\nfour\nfive\n"
    assert "mixed line ends kept" in result.text


def test_windows_1252_is_kept_and_a_byte_order_mark_is_not_doubled(root: Path, call: Call) -> None:
    (root / "w").write_bytes("“a”\n".encode("cp1252"))
    call("read_file", path="w")
    call("write_file", path="w", content="“b” – €\n")
    assert (root / "w").read_bytes() == "“b” – €\n".encode("cp1252")
    (root / "m").write_bytes("a\n".encode("utf-8-sig"))
    call("read_file", path="m")
    assert "still UTF-8 with a byte order mark" in call("write_file", path="m", content="\ufeffb\n").text
    assert (root / "m").read_bytes() == "b\n".encode("utf-8-sig")


def test_latin_1_becomes_windows_1252_where_that_has_the_characters(root: Path, call: Call) -> None:
    (root / "a").write_bytes("grün\n".encode("latin-1"))
    call("read_file", path="a")
    assert "now Windows-1252, as Latin-1 lacks some" in call("write_file", path="a", content="“grün”\n").text
    assert (root / "a").read_bytes() == "“grün”\n".encode("cp1252")


def test_a_lone_surrogate_is_called_that_and_changes_nothing(root: Path, workspace: Workspace) -> None:
    with pytest.raises(ToolError, match=r"Line 2 of the text holds a lone surrogate, U\+D83D"):
        TOOL.execute(WriteFileArguments("a", "one\n\ud83d\n"), workspace)
    assert not (root / "a").exists()


def test_a_name_with_the_same_letters_is_the_same_file(root: Path, call: Call) -> None:
    (root / "cafe\u0301").write_text("old\n")
    with pytest.raises(ToolError, match="was not read yet"):
        call("write_file", path="caf\u00e9", content="new\n")
    call("read_file", path="caf\u00e9")
    call("write_file", path="caf\u00e9", content="new\n")
    assert [path.name for path in root.iterdir()] == ["cafe\u0301"]


def test_a_new_file_beside_one_that_looks_the_same_is_written_and_said(root: Path, call: Call) -> None:
    (root / "don\u2019t").write_text("old\n")
    assert "beside 'don\u2019t', another file: it has U+2019" in call("write_file", path="don't", content="new\n").text
    assert (root / "don't").read_text() == "new\n"


def test_a_look_alike_that_was_read_by_this_name_is_what_is_written(root: Path, call: Call) -> None:
    (root / "don\u2019t").write_text("old\n")
    assert "the file's name is don\u2019t: it has U+2019" in call("read_file", path="don't").text
    call("write_file", path="don't", content="new\n")
    call("edit_file", path="don't", old="new", new="newer")
    assert [(path.name, path.read_text()) for path in root.iterdir()] == [("don\u2019t", "newer\n")]
