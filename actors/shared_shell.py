"""What the model is told of a command that the person ran: put before their next prompt, and taken off it again.

Used by `actors.conversation`, and by the offline model, which would take the words for a request. Pure.
"""

from __future__ import annotations

import re

TOLD = re.compile(r"I ran `.*?` myself \([^()\n]*\)\. Its output:\n(`{3,})\n(?:.*?\n)?\1\n\n", re.DOTALL)


def told(command: str, exit_code: int | None, output: str) -> str:
    """A command and what it printed, fenced by more backticks than it has anywhere in a row."""
    ended = f"exit code {exit_code}" if exit_code is not None else "not finished"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", output)), default=0))
    lines = output if not output or output.endswith("\n") else f"{output}\n"
    return f"I ran `{command}` myself ({ended}). Its output:\n{fence}\n{lines}{fence}\n\n"


def without_shared(prompt: str) -> str:
    """What the person wrote."""
    while match := TOLD.match(prompt):
        prompt = prompt[match.end() :]
    return prompt
