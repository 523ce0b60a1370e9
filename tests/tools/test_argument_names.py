"""The argument that was meant."""

from __future__ import annotations

import json

import pytest

from tools.argument_names import OTHER_NAMES, meant_argument
from tools.tool import ToolError
from tools.toolbox import Toolbox


@pytest.mark.parametrize(
    ("tool", "asked", "others", "meant"),
    [
        ("read_file", "file_path", {}, "path"),
        ("read_file", "filePath", {}, "path"),
        ("read_file", "filename", {}, "path"),
        ("read_file", "offset", {"path": "a"}, "first_line"),
        ("read_file", "limit", {"path": "a"}, "line_count"),
        ("read_file", "end_line", {"path": "a"}, "line_count"),
        ("edit_file", "old_string", {"path": "a", "new": "b"}, "old"),
        ("edit_file", "new_str", {"path": "a", "old": "b"}, "new"),
        ("write_file", "text", {"path": "a"}, "content"),
        ("write_file", "file_text", {"path": "a"}, "content"),
        ("search_text", "query", {}, "pattern"),
        ("search_text", "include", {"pattern": "a"}, "glob"),
        ("search_text", "-i", {"pattern": "a"}, "ignore_case"),
        ("search_text", "head_limit", {"pattern": "a"}, "max_results"),
        ("list_files", "directory", {}, "path"),
        ("list_files", "pattern", {}, "glob"),
        ("run_command", "cmd", {}, "command"),
        ("run_command", "timeout", {"command": "a"}, "time_limit"),
        ("run_command", "cwd", {"command": "a"}, "directory"),
        ("todo_list", "todos", {}, "items"),
        ("ask_user", "prompt", {}, "question"),
        ("read_file", "unheard_of", {}, "path"),
        ("read_file", "line_coutn", {"path": "a"}, "line_count"),
    ],
)
def test_an_unknown_argument_names_the_right_one(tool: str, asked: str, others: dict[str, str], meant: str) -> None:
    with pytest.raises(ToolError, match=rf"no argument '{asked}'\. Did you mean {meant}\? Its arguments are: "):
        Toolbox.discover().decode(tool, json.dumps({**others, asked: "x"}))


def test_where_it_cannot_be_told_nothing_is_suggested() -> None:
    assert meant_argument("zebra", ("path", "glob"), ()) == ""
    assert meant_argument("zebra", ("path", "content"), ("path", "content")) == ""


def test_every_name_in_the_table_is_an_argument_of_a_tool() -> None:
    box = Toolbox.discover()
    known = {name for tool in box.names() for name in box.tool(tool).arguments.__struct_fields__}
    assert set(OTHER_NAMES) <= known
