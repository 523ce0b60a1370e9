"""Listings: sorted, bounded, folded, honouring ignore rules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tools.builtin.conftest import Call
from tests.tools.finished_job import finished
from tools.builtin.list_files import TOOL, ListFilesArguments
from tools.job import JobReport, OutputSlice
from tools.text.bounded_text import TEXT_LIMIT, size
from tools.tool import ToolError
from tools.workspace import Workspace

EXAMPLE_CALL = "{}"
"""For tests/tools/test_tool_audit.py."""


def filled(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_all_files_are_listed_sorted(root: Path, call: Call) -> None:
    filled(root, "b.py", "a/z.py", "a/b/c.py", ".github/ci.yml")
    result = call("list_files")
    assert result.text == ".github/ci.yml\na/b/c.py\na/z.py\nb.py"
    assert (result.outcome, result.more) == ("ok", False)


def test_depth_folds_folders_and_counts_what_is_in_them(root: Path, call: Call) -> None:
    filled(root, "b.py", "a/z.py", "a/b/c.py", "a/b/d.py", "one/x")
    assert call("list_files", depth=1).text == "a/ (3 files)\nb.py\none/ (1 file)"
    assert call("list_files", depth=2).text == "a/b/ (2 files)\na/z.py\nb.py\none/x"
    assert call("list_files", path="a", depth=1).text == "a/b/ (2 files)\na/z.py"


def test_what_git_ignores_is_left_out_unless_asked_for(root: Path, call: Call) -> None:
    filled(root, "keep", "drop.log", ".git/config")
    (root / ".gitignore").write_text("*.log\n")
    hidden = "[1 file hidden by ignore rules, not listed: include_ignored=true shows them]"
    assert call("list_files").text == f".gitignore\nkeep\n{hidden}"
    assert call("list_files", include_ignored=True).text == ".gitignore\ndrop.log\nkeep"


def test_a_glob_chooses(root: Path, call: Call) -> None:
    filled(root, "a.py", "b.txt", "sub/c.py")
    assert call("list_files", glob="*.py").text == "a.py\nsub/c.py"
    nothing = call("list_files", glob="*.rs")
    assert nothing.outcome == "ok"
    assert nothing.text.startswith("No files like *.rs in .")


def test_more_than_asked_for_is_cut_and_said(root: Path, call: Call) -> None:
    """S1-5."""
    filled(root, *(f"{number:04}" for number in range(30)))
    result = call("list_files", max_results=10)
    assert result.more
    assert result.text.startswith("0000\n0001\n")
    assert "\n0009\n[there are more: narrow it with path or glob, or fold it with depth=1]" in result.text


def test_a_listing_is_bounded(root: Path, call: Call) -> None:
    filled(root, *(f"{'long-name-' * 10}{number:04}" for number in range(900)))
    result = call("list_files", max_results=5_000)
    assert size(result.text) <= TEXT_LIMIT + 200
    assert result.more


def test_odd_names_are_listed(root: Path, call: Call) -> None:
    filled(root, "with blank", "-v", "ümläut", "7 12 x/y")
    assert call("list_files").text.split("\n") == ["-v", "7 12 x/y", "with blank", "ümläut"]
    assert call("list_files", depth=1).text.split("\n") == ["-v", "7 12 x/ (1 file)", "with blank", "ümläut"]
    assert call("list_files", path="-v").text == "-v"


def test_an_empty_folder_is_no_error(root: Path, call: Call) -> None:
    (root / "empty").mkdir()
    assert call("list_files", path="empty").text.startswith("No files in empty")


def test_a_missing_folder_and_one_outside_are_errors(call: Call) -> None:
    for path, words in (("missing", "does not exist"), ("..", "outside")):
        with pytest.raises(ToolError, match=words):
            call("list_files", path=path)


def test_a_bad_glob_is_an_error_with_what_is_wrong(root: Path, call: Call) -> None:
    filled(root, "a")
    result = call("list_files", glob="{a")
    assert result.outcome == "error"
    assert "glob" in result.text


def test_an_extra_folder_is_listed_by_its_absolute_paths(root: Path) -> None:
    extra = root.parent / "extra"
    filled(extra, "a/b", "c")
    workspace = Workspace(root, (extra,))
    arguments = ListFilesArguments(str(extra), depth=1)
    result = TOOL.conclude(arguments, finished(TOOL.execute(arguments, workspace)))
    assert result.text == f"{extra}/a/ (1 file)\n{extra}/c"


def test_a_listing_that_took_too_long_keeps_what_it_had() -> None:
    """S1-3: partial output is kept."""
    report = JobReport("timeout", -15, OutputSlice("a\nb\nhal", "", 7), OutputSlice(), 30.0)
    result = TOOL.conclude(ListFilesArguments(), report)
    assert result.outcome == "timeout"
    assert result.text.startswith("a\nb\n[")


def test_names_with_newlines_and_names_that_are_not_utf_8_are_listed_one_a_line(root: Path, call: Call) -> None:
    filled(root, "a\nb", "c\rd/e", os.fsdecode(b"caf\xe9/x"), os.fsdecode(b"\xff"))
    listed = ["a\\nb", "c\\rd/e", "caf\\xe9/x", "\\xff"]
    assert call("list_files").text.split("\n") == listed
    assert call("list_files", depth=1).text.split("\n") == ["a\\nb", "c\\rd/ (1 file)", "caf\\xe9/ (1 file)", "\\xff"]
    for name in ("a\\nb", "c\\rd/e", "caf\\xe9/x", "\\xff"):
        assert call("read_file", path=name).text == "[the file is empty]"
    assert call("list_files", path="caf\\xe9").text == "caf\\xe9/x"


def test_files_that_ignore_rules_hide_are_counted_also_where_nothing_else_is(root: Path, call: Call) -> None:
    filled(root, "build/a.o", "build/b/c.o", "other")
    (root / ".gitignore").write_text("build/\n")
    assert call("list_files", glob="*.o").text == (
        "No files like *.o in .\n[2 files hidden by ignore rules, not listed: include_ignored=true shows them]"
    )
    assert "hidden" not in call("list_files", glob="*.o", include_ignored=True).text


def test_a_glob_with_a_dot_in_front_means_the_same_without(root: Path, call: Call) -> None:
    filled(root, "a/x.ts", "b.ts", "a/b/y.ts")
    assert call("list_files", glob="./a/*.ts").text == call("list_files", glob="a/*.ts").text == "a/x.ts"
    assert call("list_files", glob="./*.ts").text == "b.ts"
    assert call("list_files", glob=f"{root}/a/*.ts").text == "a/x.ts"
    assert call("list_files", path="a", glob="./*.ts").text == "a/x.ts"
