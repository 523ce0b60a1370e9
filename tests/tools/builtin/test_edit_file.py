"""An edit changes what it says and not one byte more."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.builtin.conftest import Call
from tools.builtin import edit_file, read_file
from tools.builtin.edit_file import EditFileArguments
from tools.builtin.read_file import ReadFileArguments
from tools.tool import ToolError, ToolResult
from tools.workspace import Workspace

EXAMPLE_CALL = '{"path": "known", "old": "NUMBER", "new": "done"}'
"""For tests/tools/test_tool_audit.py."""

MARKER = b"<<the place>>"
REFUSED = re.compile("not text|binary|byte order mark|not in file")
ANYTHING = st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))


def edited(path: str, workspace: Workspace, old: str, new: str) -> ToolResult:
    read_file.TOOL.execute(ReadFileArguments(path), workspace)
    return edit_file.TOOL.execute(EditFileArguments(path, old, new), workspace)


def test_one_place_is_replaced(root: Path, call: Call) -> None:
    """S1-5."""
    (root / "a.py").write_text("one\ntwo\nthree\n")
    call("read_file", path="a.py")
    result = call("edit_file", path="a.py", old="two", new="2")
    assert (root / "a.py").read_text() == "one\n2\nthree\n"
    assert (result.outcome, result.modified) == ("ok", ("a.py",))
    assert result.text == "a.py edited: 1 place, at line 2"
    assert result.diff == "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING, ANYTHING, st.text("ab é", min_size=1, max_size=5))
def test_every_other_byte_is_kept(tmp_path: Path, before: bytes, after: bytes, new: str) -> None:
    """Broken UTF-8, control characters and mixed line ends included."""
    data = (before + MARKER + after).replace(b"\0", b"0")
    (tmp_path / "file").write_bytes(data)
    try:
        edited("file", Workspace(tmp_path), MARKER.decode(), new)
    except ToolError as error:
        assert REFUSED.search(str(error))  # noqa: PT017 - most examples raise nothing
        assert (tmp_path / "file").read_bytes() == data
        return
    result = (tmp_path / "file").read_bytes()
    expected = {data.replace(MARKER, new.encode(codec)) for codec in ("utf-8", "latin-1")}
    assert result in expected


def test_windows_line_ends_are_matched_and_kept(root: Path, call: Call) -> None:
    (root / "a").write_bytes(b"one\r\ntwo\r\nthree\r\n")
    call("read_file", path="a")
    call("edit_file", path="a", old="one\ntwo\n", new="1\n1.5\n2\n")
    assert (root / "a").read_bytes() == b"1\r\n1.5\r\n2\r\nthree\r\n"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_encoding_and_byte_order_mark_are_kept(root: Path, call: Call, codec: str) -> None:
    (root / "a").write_bytes("grün\nblau\n".encode(codec))
    call("read_file", path="a")
    call("edit_file", path="a", old="grün", new="rötlich")
    assert (root / "a").read_bytes() == "rötlich\nblau\n".encode(codec)


def test_a_character_that_the_encoding_lacks_changes_nothing(root: Path, call: Call) -> None:
    (root / "a").write_bytes("grün\n".encode("latin-1"))
    call("read_file", path="a")
    with pytest.raises(ToolError, match="Latin-1, where '☎' does not exist"):
        call("edit_file", path="a", old="grün", new="☎")
    assert (root / "a").read_bytes() == "grün\n".encode("latin-1")


def test_several_places_are_an_error_that_names_them(root: Path, call: Call) -> None:
    (root / "a").write_text("x\ny\nx\nx x\n")
    call("read_file", path="a")
    with pytest.raises(ToolError, match=r"4 times, at lines 1, 3, 4: add lines around it.*or set replace_all"):
        call("edit_file", path="a", old="x", new="z")
    result = call("edit_file", path="a", old="x", new="z", replace_all=True)
    assert (root / "a").read_text() == "z\ny\nz\nz z\n"
    assert result.text == "a edited: 4 places, at lines 1, 3, 4"


def test_places_that_overlap_are_several(root: Path, call: Call) -> None:
    (root / "a").write_text("aaa\n")
    call("read_file", path="a")
    with pytest.raises(ToolError, match="2 times"):
        call("edit_file", path="a", old="aa", new="b")


def test_what_is_not_there_is_an_error_with_advice(root: Path, call: Call) -> None:
    (root / "a").write_text("if x:\n\treturn 1\n")
    call("read_file", path="a")
    for old, words in (("return  1", "read the file again"), ("    return 1", "line 2 has the same words")):
        with pytest.raises(ToolError, match=words):
            call("edit_file", path="a", old=old, new="y")


def test_an_edit_that_changes_nothing_is_an_error(root: Path, call: Call) -> None:
    (root / "a").write_text("x\n")
    call("read_file", path="a")
    with pytest.raises(ToolError, match="nothing to do"):
        call("edit_file", path="a", old="x", new="x")
    with pytest.raises(ToolError, match="old must be a string, of 1 or more"):
        call("edit_file", path="a", old="", new="x")


def test_a_file_must_be_read_first_and_again_when_it_was_changed(root: Path, call: Call) -> None:
    (root / "a").write_text("x\n")
    with pytest.raises(ToolError, match="was not read yet"):
        call("edit_file", path="a", old="x", new="y")
    call("read_file", path="a")
    (root / "a").write_text("x!\n")
    with pytest.raises(ToolError, match="was changed by another process"):
        call("edit_file", path="a", old="x", new="y")
    call("read_file", path="a")
    call("edit_file", path="a", old="x", new="y")
    call("edit_file", path="a", old="y", new="z")
    assert (root / "a").read_text() == "z!\n"


def test_a_change_of_the_same_length_and_time_is_noticed(root: Path, call: Call) -> None:
    (root / "a").write_text("x1\n")
    call("read_file", path="a")
    before = (root / "a").stat()
    (root / "a").write_text("x2\n")
    os.utime(root / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ToolError, match="was changed"):
        call("edit_file", path="a", old="x", new="y")


def test_links_and_modes_are_kept(root: Path, call: Call) -> None:
    (root / "target").write_text("x\n")
    (root / "target").chmod(0o751)
    (root / "twin").hardlink_to(root / "target")
    (root / "link").symlink_to("target")
    call("read_file", path="link")
    call("edit_file", path="link", old="x", new="y")
    assert (root / "link").is_symlink()
    assert (root / "twin").read_text() == (root / "target").read_text() == "y\n"
    assert (root / "target").stat().st_mode & 0o777 == 0o751


def test_missing_binary_and_special_files_are_refused(root: Path, call: Call) -> None:
    (root / "binary").write_bytes(b"\0x")
    os.mkfifo(root / "pipe")
    for path, words in (("missing", "does not exist"), ("binary", "not read yet"), ("pipe", "named pipe")):
        with pytest.raises(ToolError, match=words):
            call("edit_file", path=path, old="x", new="y")


def test_parallel_edits_of_one_file_are_all_kept(root: Path, workspace: Workspace) -> None:
    """S2-12, S1-7."""
    count = 16
    (root / "a").write_text("".join(f"<{number}>\n" for number in range(count)))
    read_file.TOOL.execute(ReadFileArguments("a"), workspace)
    together = threading.Barrier(count, timeout=30)
    failed: list[str] = []

    def edit(number: int) -> None:
        together.wait()
        try:
            edit_file.TOOL.execute(EditFileArguments("a", f"<{number}>", f"done {number}"), workspace)
        except ToolError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert (root / "a").read_text() == "".join(f"done {number}\n" for number in range(count))


def test_a_preview_is_the_diff_and_changes_nothing(root: Path, workspace: Workspace) -> None:
    (root / "a").write_text("x\n")
    read_file.TOOL.execute(ReadFileArguments("a"), workspace)
    arguments = EditFileArguments("a", "x", "y")
    preview = edit_file.TOOL.preview(arguments, workspace)
    assert (root / "a").read_text() == "x\n"
    assert preview == edit_file.TOOL.execute(arguments, workspace).diff


def test_an_edit_in_a_file_with_mixed_line_ends_keeps_those_of_its_place(root: Path, call: Call) -> None:
    (root / "a").write_bytes(b"one\r\ntwo\nthree\r\nfour\r\n")
    call("read_file", path="a")
    call("edit_file", path="a", old="two\nthree\nfour", new="two\n3\nfour")
    assert (root / "a").read_bytes() == b"one\r\ntwo\n3\r\nfour\r\n"


def test_bytes_that_are_no_utf_8_cannot_be_named_and_it_is_said(root: Path, call: Call) -> None:
    (root / "a").write_bytes("é☎ ".encode() + b"\xff end\n")
    call("read_file", path="a")
    with pytest.raises(ToolError, match=r"U\+FFFD stands for bytes that are no UTF-8"):
        call("edit_file", path="a", old="\ufffd end", new="end")
    call("edit_file", path="a", old=" end", new=" done")
    assert (root / "a").read_bytes() == "é☎ ".encode() + b"\xff done\n"


def test_a_file_is_edited_by_the_name_that_list_files_shows(root: Path, call: Call) -> None:
    name = os.fsdecode(b"caf\xe9")
    (root / name).write_text("old\n")
    call("read_file", path="caf\\xe9")
    assert call("edit_file", path="caf\\xe9", old="old", new="new").modified == ("caf\\xe9",)
    assert (root / name).read_text() == "new\n"
