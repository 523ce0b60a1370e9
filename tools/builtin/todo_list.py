"""The tool with which the model keeps its plan where a person can see it.

The list is replaced as a whole each time; it lives in the result, and nowhere else.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tools.text.plural import plural
from tools.tool import TodoItem, Tool, ToolError, ToolResult
from tools.workspace import Workspace

MARKS = {"pending": "[ ]", "active": "[>]", "done": "[x]"}
LONGEST_TEXT = 200


class TodoListArguments(Struct, frozen=True):
    """What todo_list is asked."""

    items: Annotated[
        tuple[TodoItem, ...],
        Meta(max_length=50, description="All entries, in order: what is left out is gone. At most one is active."),
    ]


class TodoList(Tool[TodoListArguments]):
    """The whole list, as it was taken."""

    name = "todo_list"
    description = (
        "Show the person the plan of a task with several steps, and how far it is. "
        "Give the whole list each time; mark an entry active before you work on it, and done right after."
    )
    effects = "none"
    arguments = TodoListArguments

    def execute(self, arguments: TodoListArguments, workspace: Workspace) -> ToolResult:
        """Take the list."""
        del workspace
        items = tuple(TodoItem(" ".join(item.text.split()), item.state) for item in arguments.items)
        for number, item in enumerate(items, 1):
            if not item.text or len(item.text) > LONGEST_TEXT:
                raise ToolError(f"Entry {number} must have a text of 1 to {LONGEST_TEXT} characters")
        active = [str(number) for number, item in enumerate(items, 1) if item.state == "active"]
        if len(active) > 1:
            raise ToolError(f"Entries {', '.join(active)} are all active: leave one active, make the others pending")
        lines = [f"{MARKS[item.state]} {item.text}" for item in items]
        return ToolResult("ok", "\n".join(lines) or "The list is empty now", todo=items)

    def subject(self, arguments: TodoListArguments, workspace: Workspace | None = None) -> str:
        """How many entries."""
        del workspace
        return plural(len(arguments.items), "entry")


TOOL = TodoList()
