"""A question is handed on tidied, or refused."""

from __future__ import annotations

import pytest

from tools.builtin.ask_user import TOOL, AskUserArguments
from tools.tool import Question, ToolError
from tools.workspace import Workspace

EXAMPLE_CALL = '{"question": "Which?"}'
"""For tests/tools/test_tool_audit.py."""


def test_the_question_is_for_somebody_else_to_ask(workspace: Workspace) -> None:
    arguments = AskUserArguments(" Which one? \n", ("the first", " the\nsecond "))
    assert TOOL.execute(arguments, workspace) == Question("Which one?", ("the first", "the second"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (AskUserArguments("  "), "The question is empty"),
        (AskUserArguments("Which?", ("a", " ")), "choices must all have a text"),
        (AskUserArguments("Which?", ("a", "a ")), "differ from each other"),
    ],
)
def test_what_nobody_could_answer_is_refused(workspace: Workspace, arguments: AskUserArguments, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        TOOL.execute(arguments, workspace)
