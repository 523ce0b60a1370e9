"""The tool with which the model asks the person something. The front end asks; nothing happens here."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tools.tool import Question, Tool, ToolError
from tools.workspace import Workspace

Choice = Annotated[str, Meta(max_length=200)]


class AskUserArguments(Struct, frozen=True):
    """What ask_user is asked."""

    question: Annotated[str, Meta(min_length=1, max_length=4_000, description="One clear question.")]
    choices: Annotated[
        tuple[Choice, ...],
        Meta(max_length=9, description="Short answers to choose from; none where any answer will do."),
    ] = ()


class AskUser(Tool[AskUserArguments]):
    """The question, for the front end."""

    name = "ask_user"
    description = (
        "Ask the person a question when the task cannot go on without their decision, and wait for the answer. "
        "Do not ask what you can find out yourself, and not for permission: that is asked by itself."
    )
    effects = "person"
    arguments = AskUserArguments

    def execute(self, arguments: AskUserArguments, workspace: Workspace) -> Question:
        """The question, tidied."""
        del workspace
        question = arguments.question.strip()
        choices = tuple(" ".join(choice.split()) for choice in arguments.choices)
        if not question:
            raise ToolError("The question is empty: say what the person should decide")
        if not all(choices) or len(set(choices)) < len(choices):
            raise ToolError("The choices must all have a text and differ from each other")
        return Question(question, choices)

    def subject(self, arguments: AskUserArguments, workspace: Workspace | None = None) -> str:
        """The question."""
        del workspace
        return arguments.question


TOOL = AskUser()
