"""Searches as jobs that cannot run away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.job import JobReport, OutputSlice
from tools.search.ripgrep import (
    OUTPUT_BYTES,
    Trailer,
    anchored,
    complete_lines,
    failure,
    pipeline,
    program,
    require_searchable,
    taken_apart,
    target,
    warnings,
)
from tools.tool import ToolError
from tools.workspace import Workspace

ROOT = Path(__file__).resolve().parents[3]


def report(output: str = "", errors: str = "", end: str = "exited", omitted: int = 0) -> JobReport:
    """Of a search that printed this; `end` as in `JobReport`."""
    ends = {"exited": "exited", "timeout": "timeout", "cancelled": "cancelled", "failed": "failed"}
    slices = (OutputSlice(output, "", len(output) + omitted, omitted), OutputSlice(errors, "", len(errors)))
    return JobReport(ends[end], 0, *slices, 1.0, problem="no such program")  # type: ignore[arg-type]  # a key of ours


def test_the_program_is_found() -> None:
    assert Path(program()).name == "rg"


def test_it_is_found_where_its_package_lies_when_scripts_are_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    near = program()
    code = "import sys; sys.executable = '/nowhere/python'; import sysconfig;"
    code += "sysconfig.get_path = lambda _: '/nowhere'; from tools.search.ripgrep import program; print(program())"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).samefile(near)


def test_a_search_is_a_bare_python_around_ripgrep_without_a_shell() -> None:
    argv = pipeline(("--regexp=$(touch x); `y`",), "list", "0", "./")
    assert argv[:3] == (sys.executable, "-I", "-S")
    assert argv[-6:] == ("3", "list", "0", "./", program(), "--regexp=$(touch x); `y`")


def test_a_nul_byte_is_refused() -> None:
    with pytest.raises(ToolError, match="NUL"):
        pipeline(("--regexp=\0",))


def test_a_lone_surrogate_is_called_that() -> None:
    with pytest.raises(ToolError, match="lone surrogate"):
        pipeline(("--regexp=\ud83d",))


@pytest.mark.parametrize(
    ("glob", "meaning"),
    [
        ("a/*.ts", "a/*.ts"),
        ("./a/*.ts", "a/*.ts"),
        ("././a//*.ts", "a/*.ts"),
        ("a/./*.ts", "a/*.ts"),
        ("/project/a/*.ts", "/a/*.ts"),
        ("./*.ts", "/*.ts"),
        ("!./a/*.ts", "!a/*.ts"),
        ("{./a,./b}/*.ts", "{a,b}/*.ts"),
        ("*.ts", "*.ts"),
        ("", ""),
    ],
)
def test_globs_mean_the_same_however_their_beginning_is_written(glob: str, meaning: str) -> None:
    root = Path("/project")
    assert anchored(glob, root, root) == meaning


def test_a_glob_for_the_files_of_the_searched_folder_alone_names_that_folder(tmp_path: Path) -> None:
    (tmp_path / "s[r]c").mkdir()
    assert anchored("./*.ts", tmp_path / "s[r]c", tmp_path) == r"/s\[r\]c/*.ts"


def test_the_last_line_of_a_search_says_what_was_left_out() -> None:
    lines, more, trailer = taken_apart(report('one\n\0{"cut":true,"ignored":1200,"least":true,"unread":["a"]}\n'))
    assert (lines, more) == (["one"], True)
    assert trailer.notes("searched") == (
        "\n[at least 1,200 files hidden by ignore rules, not searched: include_ignored=true shows them]"
        "\n[not searched to the end, where NUL bytes are: a]"
    )
    assert taken_apart(report("one\ntw", end="timeout")) == (["one"], True, Trailer())


def test_a_path_is_never_taken_for_an_option() -> None:
    root = Path("/project")
    assert target(root, root) == "./"
    assert target(root / "-v", root) == "./-v"
    assert target(Path("/elsewhere"), root) == "/elsewhere"


def test_only_folders_and_files_are_searched(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    require_searchable(tmp_path, workspace)
    require_searchable(tmp_path / "file", workspace)
    for name, words in (("pipe", "named pipe"), ("missing", "does not exist"), ("file/x", "part of its path")):
        with pytest.raises(ToolError, match=words):
            require_searchable(tmp_path / name, workspace)


def test_a_cut_line_is_left_out() -> None:
    assert complete_lines(report("one\ntwo")) == (["one", "two"], False)
    assert complete_lines(report("one\ntw", end="timeout")) == (["one"], True)
    assert complete_lines(report("one\ntw", omitted=5)) == (["one"], True)
    assert complete_lines(report("x\n" * (OUTPUT_BYTES // 2)))[1]


def test_what_went_wrong_is_told_by_outcome() -> None:
    assert failure(report("found\n", "warning"), "Advice") is None
    assert failure(report(), "Advice") is None
    outcomes = {end: failure(report(end=end), "Advice") for end in ("timeout", "cancelled", "failed")}
    assert {end: result.outcome for end, result in outcomes.items() if result} == {
        "timeout": "timeout",
        "cancelled": "cancelled",
        "failed": "error",
    }
    broken = failure(report(errors="regex parse error"), "Advice")
    assert broken is not None
    assert (broken.outcome, broken.text) == ("error", "regex parse error\nAdvice")


def test_what_could_not_be_read_is_told_briefly() -> None:
    assert warnings(report()) == ""
    assert "one; two; three (and 2 more)" in warnings(report(errors="one\ntwo\nthree\nfour\nfive\n"))
