"""Searches: found lines by file, nothing found, and patterns that are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.permissions.path_rule import path_regexes
from tests.tools.builtin.conftest import Call
from tools.builtin.search_text import TOOL, SearchTextArguments
from tools.job import JobReport, JobRequest, OutputSlice
from tools.text.bounded_text import TEXT_LIMIT, size
from tools.tool import ToolError
from tools.workspace import Workspace

EXAMPLE_CALL = '{"pattern": "place"}'
"""For tests/tools/test_tool_audit.py."""


@pytest.fixture
def project(root: Path) -> Path:
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("import os\n\n\ndef first():\n    return os.getcwd()\n")
    (root / "b.py").write_text("def second():\n    return 2\n")
    return root


def test_lines_are_found_and_grouped_by_file(project: Path, call: Call) -> None:
    result = call("search_text", pattern=r"def \w+")
    assert result.text == "b.py:\n  1: def second():\nsrc/a.py:\n  4: def first():"
    assert (result.outcome, result.more) == ("ok", False)


def test_context_is_marked_with_a_minus(project: Path, call: Call) -> None:
    result = call("search_text", pattern="second", context_lines=1)
    assert result.text == "b.py:\n  1: def second():\n  2-     return 2"


def test_nothing_found_is_no_error(project: Path, call: Call) -> None:
    result = call("search_text", pattern="third", glob="*.py")
    assert result.outcome == "ok"
    assert result.text == "No line matches 'third' in ., in files like *.py"


def test_a_wrong_pattern_is_an_error_with_advice(project: Path, call: Call) -> None:
    result = call("search_text", pattern="first(")
    assert result.outcome == "error"
    assert "unclosed group" in result.text
    assert "set literal=true" in result.text
    assert "first()" in call("search_text", pattern="first(", literal=True).text


def test_options_do_what_they_say(project: Path, call: Call) -> None:
    (project / ".gitignore").write_text("hidden.py\n")
    (project / "hidden.py").write_text("def third():\n")
    assert "4: def first" in call("search_text", pattern="DEF FIRST", ignore_case=True).text
    assert "third" not in call("search_text", pattern="def third").text.partition("in .")[2]
    assert "hidden.py:\n  1: def third():" in call("search_text", pattern="def third", include_ignored=True).text
    assert "src/a.py" not in call("search_text", pattern="def", glob="b*").text
    assert call("search_text", pattern="def", path="src/a.py").text == "src/a.py:\n  4: def first():"
    assert "first" in call("search_text", pattern="(?<=def )first").text
    assert "1: def second" in call("search_text", pattern=r"second\(\):\n\s+return").text


def test_a_pattern_is_never_an_option_nor_a_command(project: Path, call: Call) -> None:
    (project / "c").write_text("--files $(touch evil)\n")
    assert "c:\n  1: --files" in call("search_text", pattern="--files").text
    assert "c:\n  1: --files" in call("search_text", pattern="$(touch evil)", literal=True).text
    assert not (project / "evil").exists()


def test_at_most_so_many_are_shown_and_it_is_said(project: Path, call: Call) -> None:
    """S1-5."""
    (project / "many").write_text("same\n" * 20)
    result = call("search_text", pattern="same", max_results=5)
    assert result.text.count(": same") == 5
    assert result.more
    assert result.text.endswith("[5 shown, there are more: narrow it with path, glob or pattern]")
    assert not call("search_text", pattern="same", max_results=20).more


def test_long_lines_are_cut(project: Path, call: Call) -> None:
    (project / "long").write_text("needle " + "x" * 100_000 + "\n")
    assert size(call("search_text", pattern="needle").text) < 1_000


def test_results_are_bounded_however_much_there_is(project: Path, call: Call) -> None:
    for number in range(20):
        (project / f"{number:02}").write_text("a line that is found, of some length\n" * 5_000)
    result = call("search_text", pattern="found", max_results=1_000)
    assert size(result.text) <= TEXT_LIMIT + 200
    assert result.more
    assert result.text.startswith("00:\n  1: a line")


def test_binary_files_are_left_out_and_odd_names_are_no_trouble(project: Path, call: Call) -> None:
    (project / "binary").write_bytes(b"needle\0needle\n")
    (project / "odd:7: name").write_text("needle\n")
    assert call("search_text", pattern="needle").text == "odd:7: name:\n  1: needle"


@pytest.mark.timeout(60)
def test_a_named_pipe_in_the_tree_is_never_waited_for(project: Path, call: Call) -> None:
    os.mkfifo(project / "pipe")
    assert "first" in call("search_text", pattern="def first").text
    with pytest.raises(ToolError, match="named pipe"):
        call("search_text", pattern="x", path="pipe")


def test_missing_paths_are_errors(call: Call) -> None:
    with pytest.raises(ToolError, match="does not exist"):
        call("search_text", pattern="x", path="missing")
    with pytest.raises(ToolError, match="outside"):
        call("search_text", pattern="x", path="/etc")
    with pytest.raises(ToolError, match="NUL"):
        call("search_text", pattern="x\0")


def test_it_runs_as_a_child_process_without_a_terminal(workspace: Workspace) -> None:
    """S1-11: a search never blocks a thread of ours."""
    request = TOOL.execute(SearchTextArguments("x"), workspace)
    assert isinstance(request, JobRequest)
    assert (request.kind, request.directory) == ("pipe", str(workspace.root))


def test_a_search_that_took_too_long_keeps_what_it_had() -> None:
    """S1-3: partial output is kept."""
    output = OutputSlice("./a\x001:one\n./a\x002:tw", "", 18)
    result = TOOL.conclude(SearchTextArguments("o"), JobReport("timeout", -15, output, OutputSlice(), 30.0))
    assert result.outcome == "timeout"
    assert result.more
    assert result.text.startswith("a:\n  1: one\n[1 shown")


def test_files_that_could_not_be_read_are_mentioned() -> None:
    report = JobReport("exited", 0, OutputSlice("./a\x001:one\n", "", 11), OutputSlice("rg: b: denied\n", "", 14), 1.0)
    assert TOOL.conclude(SearchTextArguments("o"), report).text.endswith(
        "[not everything could be read: rg: b: denied]"
    )


def withhold(workspace: Workspace, *patterns: str) -> None:
    workspace.withheld = path_regexes(patterns, str(workspace.root))


@pytest.mark.parametrize("pattern", [".env", "./.env", "**/.env", "*.env", ".en?", "[.]env", ".e*v"])
@pytest.mark.parametrize(
    "how", [{}, {"glob": ".env"}, {"glob": "*"}, {"include_ignored": True}, {"context_lines": 3}, {"path": "deep"}]
)
def test_files_that_may_not_be_read_are_left_out(
    pattern: str, how: dict[str, object], project: Path, call: Call, workspace: Workspace
) -> None:
    """claude-code#57525."""
    (project / "deep").mkdir()
    for name in (".env", "deep/.env", "deep/seen.txt"):
        (project / name).write_text(f"API_KEY={name}\nb\n")
    withhold(workspace, pattern)
    text = call("search_text", pattern="API_KEY", **how).text
    assert ".env" not in text.replace("in files like .env", "")
    assert ("deep/seen.txt" in text) == (how.get("glob") != ".env")


@pytest.mark.parametrize("pattern", ["secrets", "secrets/*", "secrets/**", "sec*/k?y.txt", "ROOT/secrets"])
def test_a_folder_that_may_not_be_read_is_left_out_by_whatever_way_it_is_reached(
    pattern: str, project: Path, call: Call, workspace: Workspace
) -> None:
    (project / "secrets").mkdir()
    (project / "secrets" / "key.txt").write_text("first\n")
    (project / "link").symlink_to("secrets")
    withhold(workspace, pattern.replace("ROOT", str(workspace.root)))
    for path in (".", "secrets", "link", str(project / "secrets")):
        assert "key.txt" not in call("search_text", pattern="first", path=path).text
    assert "src/a.py" in call("search_text", pattern="first").text


@pytest.mark.parametrize("name", ["a b", "a'b", 'a"b', "a$(touch x)b", "a`b", "é", "a\\b", "-a", "a&&b", "a~b", "a#b"])
def test_a_pattern_is_text_to_the_shell_and_to_the_search(
    name: str, project: Path, call: Call, workspace: Workspace
) -> None:
    (project / name).write_text("needle\n")
    withhold(workspace, name)
    text = call("search_text", pattern="needle").text
    assert text.startswith("No line matches")
    assert not (project / "x").exists()
    withhold(workspace, "other")
    assert "needle" in call("search_text", pattern="needle").text
