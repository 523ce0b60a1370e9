"""The plan of the model, taken whole or not at all."""

from __future__ import annotations

import pytest

from tests.tools.builtin.conftest import Call
from tools.tool import TodoItem, ToolError

EXAMPLE_CALL = '{"items": [{"text": "test"}]}'
"""For tests/tools/test_tool_audit.py."""


def test_the_list_is_taken_whole(call: Call) -> None:
    """S3-10: a to-do list is a message of its own kind."""
    items = [{"text": "read", "state": "done"}, {"text": " edit\nit ", "state": "active"}, {"text": "test"}]
    result = call("todo_list", items=items)
    assert result.todo == (TodoItem("read", "done"), TodoItem("edit it", "active"), TodoItem("test", "pending"))
    assert result.text == "[x] read\n[>] edit it\n[ ] test"


def test_an_empty_list_clears_it(call: Call) -> None:
    assert call("todo_list", items=[]).todo == ()


def test_one_entry_is_active_at_most(call: Call) -> None:
    with pytest.raises(ToolError, match="Entries 1, 3 are all active"):
        call("todo_list", items=[{"text": "a", "state": "active"}, {"text": "b"}, {"text": "c", "state": "active"}])


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_an_entry_has_a_short_text(call: Call, text: str) -> None:
    with pytest.raises(ToolError, match="Entry 1 must have a text"):
        call("todo_list", items=[{"text": text}])


def test_an_unknown_state_is_answered_with_the_known_ones(call: Call) -> None:
    with pytest.raises(ToolError, match=r"items\[0\].state must be one of active, done, pending, not 'started'"):
        call("todo_list", items=[{"text": "a", "state": "started"}])
