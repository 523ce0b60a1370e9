"""What goes wrong with a call, as an exception."""

from __future__ import annotations

import tools.tool
from tools.errors import ToolError


def test_its_text_is_all_that_the_model_reads() -> None:
    assert str(ToolError("a.txt does not exist: create it first")) == "a.txt does not exist: create it first"


def test_an_author_of_a_tool_finds_it_beside_the_tool() -> None:
    assert tools.tool.ToolError is ToolError
